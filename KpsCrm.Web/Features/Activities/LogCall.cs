using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Records;

namespace KpsCrm.Web.Features.Activities;

/// <summary>Notes down a call: how it ended, and words where there is something to say.</summary>
public sealed record LogCall(RecordRef About, CallOutcome Outcome, string? Words = null)
{
    /// <exception cref="RuleException">Too many words, or the record is gone.</exception>
    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        var words = NoteRules.Read(Words, required: false);
        var outcome = Outcome switch
        {
            CallOutcome.Reached => "called and reached them",
            CallOutcome.NoAnswer => "called, no answer",
            _ => "called and left a message",
        };
        return store.WriteAsync(who, db => Writing.AddAsync(db, About, ActivityKind.Call, words is null ? outcome : $"{outcome}: {words}", words, Outcome));
    }
}
