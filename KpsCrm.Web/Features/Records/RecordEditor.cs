using KpsCrm.Data;
using KpsCrm.Data.Security;
using KpsCrm.Web.Features.Account;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Records;

/// <summary>What became of an edit, for whoever shows the fields.</summary>
/// <param name="Version">The record's version once saved; null when nothing was written.</param>
/// <param name="Problems">What to mend; empty when the person cancelled, and what was typed is kept.</param>
/// <param name="LeftToOthers">The fields in which the person let the other's value stand.</param>
public sealed record EditOutcome(int? Version, IReadOnlyList<Problem> Problems, IReadOnlyList<string> LeftToOthers)
{
    public bool Saved => Version is not null;

    internal static EditOutcome Refused(params IEnumerable<Problem> problems) => new(null, [.. problems], []);

    public string? ProblemOf(Field field) => Problems.FirstOrDefault(p => p.Field == field.Key)?.Sentence;
}

/// <summary>Saves what a person typed into fields; where somebody else was faster, lets the person choose field by field.</summary>
public sealed class RecordEditor(CrmStore store, CurrentActor current, MudBlazor.IDialogService dialogs, ILogger<RecordEditor> log)
{
    public async Task<EditOutcome> SaveAsync(RecordRef record, params IReadOnlyList<FieldChange> changes)
    {
        try
        {
            var who = await current.GetAsync();
            var asked = changes;
            while (true)
            {
                switch (await new EditRecord(record, changes).RunAsync(store, who))
                {
                    case Edited edited:
                        return new(edited.Version, [], [.. asked.Select(c => c.Field).Except(changes.Select(c => c.Field))]);
                    case Unreadable unreadable:
                        return EditOutcome.Refused(unreadable.Problems);
                    case RecordGone gone:
                        return EditOutcome.Refused(changes.Select(c => new Problem(c.Field, gone.Sentence)));
                    case Contested contested when await AskAsync(contested) is { } choice:
                        changes = choice.Apply(changes, contested.Fields);
                        break;
                    default:
                        return EditOutcome.Refused();
                }
            }
        }
        catch (Exception e) when (e is RuleException or AccessDeniedException)
        {
            return EditOutcome.Refused(changes.Select(c => new Problem(c.Field, e.Message)));
        }
        catch (Exception e)
        {
            log.LogError(e, "Editing {Noun} {Id} failed", record.Noun, record.Id);
            return EditOutcome.Refused(changes.Select(c => new Problem(c.Field, DatabaseAway.NotSaved(e))));
        }
    }

    private Task<ContestChoice?> AskAsync(Contested contested) => dialogs.AskAsync<ContestDialog, ContestChoice>(
        contested.Fields.Count == 1 ? $"{contested.Fields[0].Field.Label} was changed meanwhile" : $"{contested.Fields.Count} fields were changed meanwhile", new() { { d => d.Fields, contested.Fields } });
}

/// <param name="Mine">The keys of the fields in which one's own value is to stand.</param>
public sealed record ContestChoice(IReadOnlySet<string> Mine)
{
    /// <summary>The changes as they are asked again: over the other's value where that was chosen, left out where not.</summary>
    public IReadOnlyList<FieldChange> Apply(IReadOnlyList<FieldChange> changes, IReadOnlyList<Contest> contests) =>
    [
        .. from change in changes
           let contest = contests.FirstOrDefault(c => c.Field.Key == change.Field)
           where contest is null || Mine.Contains(change.Field)
           select contest is null ? change : change with { Before = contest.Theirs },
    ];
}

public static class RecordServices
{
    public static IServiceCollection AddRecords(this IServiceCollection services) => services.AddScoped<RecordEditor>();
}
