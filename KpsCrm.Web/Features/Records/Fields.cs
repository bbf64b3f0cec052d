using System.Globalization;
using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Features.Records;

/// <summary>The fields of leads, clients and deals that people edit. Status and stage are not among them: they change by moves.</summary>
public static class Fields
{
    private static readonly string[] Sources = ["website", "google", "referral", "social_media", "facebook", "linkedin", "bing", "email", "phone", "event"];

    public static IReadOnlyList<Field> OfLeads { get; } =
    [
        Text<Lead>("name", "Name", l => l.Name, (l, v) => l.Name = v!, required: true, max: Lead.NameMaxLength),
        Text<Lead>("company", "Company", l => l.Company, (l, v) => l.Company = v),
        Email<Lead>(l => l.Email, (l, v) => l.Email = v),
        Phone<Lead>(l => l.Phone, (l, v) => l.Phone = v),
        Text<Lead>("service", "Service", l => l.Service, (l, v) => l.Service = v, suggestions: [.. LeadValue.Services.Keys], spell: Normalising.Service),
        Text<Lead>("budget_range", "Budget", l => l.BudgetRange ?? (l.BudgetCents is { } cents ? FieldReading.Dollars(cents) : null),
            (l, v) => (l.BudgetRange, l.BudgetCents) = (v, Normalising.BudgetCents(v)), suggestions: LeadValue.BudgetRanges,
            say: v => Normalising.BudgetCents(v) is { } cents ? Settings.Money(cents, withCents: true) : v),
        Text<Lead>("timeline", "Timeline", l => l.Timeline, (l, v) => l.Timeline = v, suggestions: ContactForm.Timelines),
        Money<Lead>("value", "Value", l => l.ValueCents, (l, v) => l.ValueCents = v),
        Choice<Lead, Priority>("priority", "Priority", l => l.Priority, (l, v) => l.Priority = v),
        Text<Lead>("source", "Source", l => l.Source.Length == 0 ? null : l.Source, (l, v) => l.Source = v ?? "", suggestions: [.. Sources.Select(Words.Of)],
            spell: v => v.ToLowerInvariant().Replace(' ', '_'), say: Words.Of),
        Text<Lead>("city", "City", l => l.City, (l, v) => l.City = v),
        Text<Lead>("state", "State", l => l.State, (l, v) => l.State = v),
        Text<Lead>("country", "Country", l => l.Country, (l, v) => l.Country = v),
        Owner<Lead>(l => l.OwnerId, (l, v) => l.OwnerId = v),
        Long<Lead>("notes", "Notes", l => l.Notes, (l, v) => l.Notes = v, Lead.NotesMaxLength),
    ];

    public static IReadOnlyList<Field> OfClients { get; } =
    [
        Text<Client>("name", "Name", c => c.Name, (c, v) => c.Name = v!, required: true, max: Lead.NameMaxLength),
        Text<Client>("company", "Company", c => c.Company, (c, v) => c.Company = v),
        Email<Client>(c => c.Email, (c, v) => c.Email = v),
        Phone<Client>(c => c.Phone, (c, v) => c.Phone = v),
        Choice<Client, ClientStatus>("status", "Status", c => c.Status, (c, v) => c.Status = v),
        Money<Client>("elsewhere", "Value from elsewhere", c => c.ElsewhereCents, (c, v) => c.ElsewhereCents = v),
        Owner<Client>(c => c.OwnerId, (c, v) => c.OwnerId = v),
        Long<Client>("notes", "Notes", c => c.Notes, (c, v) => c.Notes = v, Lead.NotesMaxLength),
    ];

    public static IReadOnlyList<Field> OfDeals { get; } =
    [
        Text<Deal>("title", "Title", d => d.Title, (d, v) => d.Title = v!, required: true, max: Deal.TitleMaxLength),
        Money<Deal>("amount", "Amount", d => d.AmountCents, (d, v) => d.AmountCents = v, byMoves: true),
        Of<Deal>("probability", "Probability", FieldKind.Percent, d => Number(d.Probability), (d, v) => d.Probability = Number(v)!.Value, required: true, byMoves: true,
            locks: d => d.Stage is DealStage.ClosedWon or DealStage.ClosedLost ? $"A {(d.Stage == DealStage.ClosedWon ? "won" : "lost")} deal counts {d.Probability}%. Reopen it to change that." : null),
        Of<Deal>("expected_close_date", "Expected close", FieldKind.Date, d => d.ExpectedCloseDate is { } day ? FieldReading.DayText(day) : null,
            (d, v) => d.ExpectedCloseDate = v is null ? null : DateOnly.Parse(v, CultureInfo.InvariantCulture), noun: "day it should close"),
        Of<Deal>("client", "Client", FieldKind.Client, d => Number(d.ClientId), (d, v) => d.ClientId = Number(v)),
        Owner<Deal>(d => d.OwnerId, (d, v) => d.OwnerId = v),
        Long<Deal>("description", "Description", d => d.Description, (d, v) => d.Description = v, Deal.DescriptionMaxLength),
    ];

    public static IReadOnlyList<Field> Of(RecordKind kind) => kind switch
    {
        RecordKind.Lead => OfLeads,
        RecordKind.Client => OfClients,
        _ => OfDeals,
    };

    public static Field? Find(RecordKind kind, string key) => Of(kind).FirstOrDefault(f => f.Key == key);

    private static Field Of<T>(string key, string label, FieldKind kind, Func<T, string?> get, Action<T, string?> set, bool required = false, int max = Lead.ShortTextMaxLength, string? noun = null,
        bool byMoves = false, Func<T, string?>? locks = null, IReadOnlyList<string>? suggestions = null, Func<string, string?>? spell = null, Func<string, string>? say = null, IReadOnlyList<Option>? options = null)
        where T : class, IEditable => new(RecordRef.KindOf<T>(), key, label, kind)
        {
            Get = record => get((T)record),
            Set = (record, value) => set((T)record, value),
            Noun = noun ?? label.ToLowerInvariant(),
            Required = required,
            MaxLength = max,
            SetByMoves = byMoves,
            Locks = locks is null ? null : record => locks((T)record),
            Suggestions = suggestions ?? [],
            Spell = spell,
            SayText = say,
            Options = options ?? [],
        };

    private static Field Text<T>(string key, string label, Func<T, string?> get, Action<T, string?> set, bool required = false, int max = Lead.ShortTextMaxLength,
        IReadOnlyList<string>? suggestions = null, Func<string, string?>? spell = null, Func<string, string>? say = null) where T : class, IEditable =>
        Of(key, label, FieldKind.Text, get, set, required, max, suggestions: suggestions, spell: spell, say: say);

    private static Field Long<T>(string key, string label, Func<T, string?> get, Action<T, string?> set, int max) where T : class, IEditable =>
        Of(key, label, FieldKind.LongText, get, set, max: max);

    private static Field Email<T>(Func<T, string> get, Action<T, string> set) where T : class, IEditable =>
        Of<T>("email", "E-mail", FieldKind.Email, get, (record, value) => set(record, value!), required: true, max: Lead.EmailMaxLength, noun: "e-mail address");

    private static Field Phone<T>(Func<T, string?> get, Action<T, string?> set) where T : class, IEditable =>
        Of("phone", "Phone", FieldKind.Phone, get, set, noun: "phone number");

    private static Field Money<T>(string key, string label, Func<T, long> get, Action<T, long> set, bool byMoves = false) where T : class, IEditable =>
        Of<T>(key, label, FieldKind.Money, record => FieldReading.Dollars(get(record)), (record, value) => set(record, FieldReading.Cents(value)), required: true, byMoves: byMoves);

    private static Field Choice<T, TValue>(string key, string label, Func<T, TValue> get, Action<T, TValue> set) where T : class, IEditable where TValue : struct, Enum =>
        Of<T>(key, label, FieldKind.Choice, record => Columns.Word(get(record)), (record, value) => set(record, Columns.TryParse<TValue>(value, out var known) ? known : default), required: true,
            options: [.. Enum.GetValues<TValue>().Select(v => new Option(Columns.Word(v), Words.Of(v)))]);

    private static Field Owner<T>(Func<T, int?> get, Action<T, int?> set) where T : class, IEditable =>
        Of<T>("owner", "Owner", FieldKind.Person, record => Number(get(record)), (record, value) => set(record, Number(value)));

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static int? Number(string? value) => value is null ? null : int.Parse(value, CultureInfo.InvariantCulture);
}
