using CsCheck;
using KpsCrm.Data;
using KpsCrm.Data.Clients;
using KpsCrm.Data.Deals;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Features.Records;

namespace KpsCrm.Web.Tests.Records;

public class FieldTests
{
    private const string NoAmount = "Enter an amount in dollars, like 12,500 or 980.50.";
    private const string OutOfRange = "The amount must be between $0 and $1,000,000,000.";

    public static TheoryData<Field> All { get; } = [.. Enum.GetValues<RecordKind>().SelectMany(Fields.Of)];

    [Theory]
    [InlineData(RecordKind.Lead, "name", "  Ana   Núñez ", "Ana   Núñez", null)]
    [InlineData(RecordKind.Lead, "name", " ", null, "Enter the name.")]
    [InlineData(RecordKind.Deal, "title", "", null, "Enter the title.")]
    [InlineData(RecordKind.Lead, "email", "Ana@Example.COM", "ana@example.com", null)]
    [InlineData(RecordKind.Lead, "email", "", null, "Enter the e-mail address.")]
    [InlineData(RecordKind.Client, "email", "ana", null, "Enter the whole e-mail address, like name@example.com.")]
    [InlineData(RecordKind.Lead, "phone", "(469) 555-0100", "+14695550100", null)]
    [InlineData(RecordKind.Lead, "phone", "ask Mary", "ask Mary", null)]
    [InlineData(RecordKind.Lead, "phone", "", null, null)]
    [InlineData(RecordKind.Lead, "service", "payroll services", "Payroll Services", null)]
    [InlineData(RecordKind.Lead, "source", "Social media", "social_media", null)]
    [InlineData(RecordKind.Lead, "value", "$12,500", "12500", null)]
    [InlineData(RecordKind.Lead, "value", "980.5", "980.5", null)]
    [InlineData(RecordKind.Lead, "value", "0", "0", null)]
    [InlineData(RecordKind.Lead, "value", "", null, "Enter the value; 0 if it isn't known yet.")]
    [InlineData(RecordKind.Deal, "amount", "a lot", null, NoAmount)]
    [InlineData(RecordKind.Deal, "amount", "12,5", null, NoAmount)]
    [InlineData(RecordKind.Deal, "amount", "1e9", null, NoAmount)]
    [InlineData(RecordKind.Deal, "amount", "-5", null, OutOfRange)]
    [InlineData(RecordKind.Deal, "amount", "1,000,000,000", "1000000000", null)]
    [InlineData(RecordKind.Deal, "amount", "1,000,000,000.01", null, OutOfRange)]
    [InlineData(RecordKind.Deal, "probability", "45 %", "45", null)]
    [InlineData(RecordKind.Deal, "probability", "101", null, "Enter a whole number from 0 to 100.")]
    [InlineData(RecordKind.Deal, "probability", "4.5", null, "Enter a whole number from 0 to 100.")]
    [InlineData(RecordKind.Deal, "expected_close_date", "Dec 24, 2026", "2026-12-24", null)]
    [InlineData(RecordKind.Deal, "expected_close_date", "2026-12-24", "2026-12-24", null)]
    [InlineData(RecordKind.Deal, "expected_close_date", "12/24/2026", "2026-12-24", null)]
    [InlineData(RecordKind.Deal, "expected_close_date", "", null, null)]
    [InlineData(RecordKind.Deal, "expected_close_date", "soon", null, "Enter a day, like Dec 24, 2026.")]
    [InlineData(RecordKind.Deal, "expected_close_date", "0026-12-24", null, "Enter a day between the years 2000 and 2100.")]
    [InlineData(RecordKind.Lead, "priority", "Urgent", "urgent", null)]
    [InlineData(RecordKind.Lead, "priority", "asap", null, "Choose one of these: Low, Medium, High, Urgent.")]
    [InlineData(RecordKind.Client, "status", "", null, "Choose the status.")]
    [InlineData(RecordKind.Lead, "owner", "", null, null)]
    [InlineData(RecordKind.Lead, "owner", "Anna", null, "Choose a colleague from the list.")]
    [InlineData(RecordKind.Deal, "client", "7", "7", null)]
    [InlineData(RecordKind.Lead, "notes", "one\r\ntwo", "one\ntwo", null)]
    public void WhatIsTypedBecomesTheValueOrASentence(RecordKind kind, string key, string typed, string? value, string? problem) =>
        Assert.Equal(new Reading(value, problem), Fields.Find(kind, key)!.Read(typed));

    [Theory, MemberData(nameof(All))]
    public void AValueThatWasReadReadsAsItself(Field field) => Gen.OneOf(Gen.String, Gen.Decimal.Select(d => d.ToString(System.Globalization.CultureInfo.InvariantCulture)), Gen.Int.Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)), Gen.Date.Select(d => d.ToString("yyyy-MM-dd"))).Sample(typed =>
    {
        var first = field.Read(typed);
        return first.Problem is not null || (!field.Required && first.Value is null) || field.Read(first.Value) == first;
    });

    [Theory, MemberData(nameof(All))]
    public void AValueStandsInTheRecordAsItWasPutThere(Field field)
    {
        IEditable record = field.Of switch
        {
            RecordKind.Lead => new Lead { Name = "Ana", Email = "ana@example.com" },
            RecordKind.Client => new Client { Name = "Ana", Email = "ana@example.com" },
            _ => new Deal { Title = "Bookkeeping" },
        };
        var value = field.Read(field.Kind switch
        {
            FieldKind.Email => "ben@example.com",
            FieldKind.Date => "2026-12-24",
            FieldKind.Choice => field.Options[^1].Value,
            FieldKind.Text or FieldKind.LongText => "¥ €5 🙂 \"x\"",
            _ => "42",
        }).Value;

        field.Set(record, value);
        Assert.NotNull(value);
        Assert.Equal(value, field.Get(record));

        if (field.Required)
            return;
        field.Set(record, null);
        Assert.Null(field.Get(record));
    }

    [Theory, MemberData(nameof(All))]
    public void EveryLimitIsToldWithTheNumberOfCharacters(Field field)
    {
        if (field.Kind is not (FieldKind.Text or FieldKind.LongText or FieldKind.Phone))
            return;
        Assert.NotNull(field.Read(new string('x', field.MaxLength)).Value);
        Assert.Equal($"Shorten the {field.Noun} to {field.MaxLength:N0} characters; it has {field.MaxLength + 1:N0}.", field.Read(new string('x', field.MaxLength + 1)).Problem);
    }

    [Fact]
    public void ValuesAreSaidAsPeopleReadThem()
    {
        var names = new Names(new Dictionary<int, string> { [3] = "Anna Alvarez" }, new Dictionary<int, string> { [7] = "Ana Núñez" });
        Assert.Equal(["$1,250.50", "45%", "Dec 24, 2026", "Urgent", "Anna Alvarez", "Ana Núñez", "(469) 555-0100", "Social media", "Someone who is gone"],
        [
            Say(RecordKind.Deal, "amount", "1250.5"), Say(RecordKind.Deal, "probability", "45"), Say(RecordKind.Deal, "expected_close_date", "2026-12-24"), Say(RecordKind.Lead, "priority", "urgent"),
            Say(RecordKind.Lead, "owner", "3"), Say(RecordKind.Deal, "client", "7"), Say(RecordKind.Lead, "phone", "+14695550100"), Say(RecordKind.Lead, "source", "social_media"), Say(RecordKind.Lead, "owner", "99"),
        ]);
        Assert.Null(Say(RecordKind.Lead, "city", null));

        string? Say(RecordKind kind, string key, string? value) => Fields.Find(kind, key)!.Say(value, names);
    }
}
