using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Records;

namespace KpsCrm.Web.Features.Activities;

/// <summary>Writes a note on a record. Colleagues named in it with an @ hear their bell.</summary>
public sealed record AddNote(RecordRef About, string? Text)
{
    /// <exception cref="RuleException">There is nothing to write, or too much, or the record is gone.</exception>
    public Task RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        var text = NoteRules.Read(Text)!;
        return store.WriteAsync(who, db => Writing.AddAsync(db, About, ActivityKind.Note, text, text));
    }
}
