using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Shared;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Records;

/// <param name="Field">A key of <see cref="Fields"/>.</param>
/// <param name="Before">The value that the person saw.</param>
/// <param name="After">What the person typed.</param>
public sealed record FieldChange(string Field, string? Before, string? After);

/// <summary>What became of an edit.</summary>
public abstract record EditResult;

/// <param name="Version">The record's version now.</param>
public sealed record Edited(int Version) : EditResult;

/// <summary>Nothing was written: something has to be mended.</summary>
public sealed record Unreadable(IReadOnlyList<Problem> Problems) : EditResult;

/// <summary>Nothing was written: others changed these fields to something else meanwhile.</summary>
public sealed record Contested(IReadOnlyList<Contest> Fields) : EditResult;

/// <summary>Nothing was written: the record is not there.</summary>
public sealed record RecordGone(string Sentence) : EditResult;

/// <summary>
/// Changes fields of one record in one save with one activity. Field by field: a change is applied where what the person saw still stands, whatever else changed meanwhile;
/// where it doesn't, nothing is written and the answer says whose value stands there. Once a person has chosen, the same is asked again with that value as the one seen.
/// </summary>
public sealed record EditRecord(RecordRef Record, IReadOnlyList<FieldChange> Changes)
{
    public Task<EditResult> RunAsync(CrmStore store, Actor who)
    {
        Gate.Demand(who, Role.Sales);
        return Conflict.RetryAsync(() => store.WriteAsync(who, db => ApplyAsync(db, who)));
    }

    /// <summary>The edit itself, for a save that does more. Where it is refused it has changed nothing.</summary>
    internal async Task<EditResult> ApplyAsync(CrmDbContext db, Actor who)
    {
        var wanted = new List<Wanted>();
        var problems = new List<Problem>();
        foreach (var change in Changes)
        {
            var field = Fields.Find(Record.Kind, change.Field) ?? throw new ArgumentException($"A {Record.Noun} has no field '{change.Field}'.");
            if (field.Read(change.After) is { Problem: { } problem })
                problems.Add(new(field.Key, problem));
            else
                wanted.Add(new(field, change.Before, field.Read(change.After).Value));
        }

        // Two edits of one record take turns; a move in between makes this one look again.
        await db.HoldAsync($"{Record.Noun} {Record.Id}");
        if (await Record.FindAsync(db) is not { } record)
            return new RecordGone($"This {Record.Noun} is no longer there.");

        wanted.RemoveAll(w => w.Field.Get(record) == w.After);
        var names = await NamesAsync(db, record, wanted);
        problems.AddRange(wanted.Select(w => Refusal(w, record, names)).OfType<Problem>());
        problems.AddRange(await AwayAsync(db, wanted, names));
        if (problems.Count > 0)
            return new Unreadable(problems);

        var contested = wanted.Where(w => w.Field.Get(record) != w.Before).ToList();
        if (contested.Count > 0)
            return new Contested(await Contest.TellAsync(db, Record, record, contested.ConvertAll(w => (w.Field, w.After)), names, who));
        if (wanted.Count == 0)
            return new Edited(record.Version);

        foreach (var (field, before, after) in wanted)
        {
            field.Set(record, after);
            if (field.Kind == FieldKind.Person)
                await Ownership.ChangedAsync(db, record, before, after, who);
        }
        db.Activities.Add(Activity(record, wanted, names, who, db.Now));
        // The version rises when it is saved.
        return new Edited(record.Version + 1);
    }

    private static Problem? Refusal(Wanted wanted, IEditable record, Names names) => wanted.Field switch
    {
        var field when field.LockedIn(record) is { } locked => new(field.Key, locked),
        { Kind: FieldKind.Person } field when wanted.After is not null && names.Person(wanted.After) is null => new(field.Key, "Choose a colleague from the list."),
        { Kind: FieldKind.Client } field when wanted.After is not null && names.Client(wanted.After) is null => new(field.Key, "This client is no longer there. Choose another one."),
        _ => null,
    };

    /// <summary>Who has left stays named, but gets nothing new.</summary>
    private static async Task<List<Problem>> AwayAsync(CrmDbContext db, List<Wanted> wanted, Names names)
    {
        var away = new List<Problem>();
        foreach (var (field, _, after) in wanted.Where(w => w.Field.Kind == FieldKind.Person && names.Person(w.After) is not null))
        {
            if (!await db.Users.Active().AnyAsync(u => u.Id == int.Parse(after!, CultureInfo.InvariantCulture)))
                away.Add(new(field.Key, $"{names.Person(after)} can't sign in at present. Choose someone else."));
        }
        return away;
    }

    private static async Task<Names> NamesAsync(CrmDbContext db, IEditable record, List<Wanted> wanted)
    {
        var (people, clients) = (Ids(FieldKind.Person), Ids(FieldKind.Client));
        return new(
            people.Length == 0 ? Names.None.People : await db.Users.Where(u => people.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name),
            clients.Length == 0 ? Names.None.Clients : await db.View.Clients.Where(c => clients.Contains(c.Id)).ToDictionaryAsync(c => c.Id, c => c.Name));

        int[] Ids(FieldKind kind) => [.. wanted.Where(w => w.Field.Kind == kind).SelectMany(w => new[] { w.Field.Get(record), w.After }).OfType<string>().Select(id => int.Parse(id, CultureInfo.InvariantCulture)).Distinct()];
    }

    private static Activity Activity(IEditable record, List<Wanted> wanted, Names names, Actor who, DateTime at)
    {
        var labels = wanted.ConvertAll(w => w.Field.Label);
        return new()
        {
            Kind = ActivityKind.Edited,
            Lead = record as Lead,
            Client = record as Client,
            Deal = record as Deal,
            ClientId = (record as Deal)?.ClientId,
            ActorId = who.UserId,
            ActorName = who.Name,
            Summary = "changed " + (labels.Count == 1 ? labels[0] : $"{string.Join(", ", labels[..^1])} and {labels[^1]}"),
            Detail = FieldEdit.ToJson([.. wanted.Select(w => new FieldEdit(w.Field.Key, w.Field.Say(w.Before, names), w.Field.Say(w.After, names)))]),
            At = at,
            IsSample = record is Lead { IsSample: true } or Client { IsSample: true } or Deal { IsSample: true },
        };
    }

    private sealed record Wanted(Field Field, string? Before, string? After);
}
