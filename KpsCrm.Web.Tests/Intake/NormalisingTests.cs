using CsCheck;
using KpsCrm.Data.Leads;
using KpsCrm.Web.Features.Intake;

namespace KpsCrm.Web.Tests.Intake;

public class NormalisingTests
{
    /// <summary>Every UTF-16 unit, also halves of pairs, with those that matter more often.</summary>
    private static readonly Gen<string> AnyText = Gen.OneOf(Gen.Char, One("\0\r\n\t @.+(İß\uD83D\uDE00\u200B\u202E\u0301e5".ToCharArray()))
        .Array[0, 60].Select(chars => new string(chars));

    private static readonly Gen<string> PhoneText = One("0123456789+-()./ x#".ToCharArray()).Array[0, 24].Select(chars => new string(chars));

    [Fact]
    public void NormalisingTwiceChangesNothing() => AnyText.Sample(text =>
    {
        Assert.Equal(Normalising.Line(text), Normalising.Line(Normalising.Line(text)));
        Assert.Equal(Normalising.Text(text), Normalising.Text(Normalising.Text(text)));
        Assert.Equal(Normalising.Email(text), Normalising.Email(Normalising.Email(text)));
        Assert.Equal(Normalising.Phone(text), Normalising.Phone(Normalising.Phone(text)));
        Assert.Equal(Normalising.Cut(text, 7), Normalising.Cut(Normalising.Cut(text, 7), 7));
    });

    [Fact]
    public void WhatIsNormalisedCanBeStoredAnywhere() => AnyText.Sample(text =>
    {
        foreach (var clean in new[] { Normalising.Line(text), Normalising.Text(text), Normalising.Cut(text, 7), Normalising.Phone(text) }.OfType<string>())
        {
            Assert.DoesNotContain('\0', clean);
            Assert.NotEmpty(clean.Trim());
            Assert.Equal(clean, System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(clean)));
        }
        Assert.DoesNotContain('\n', Normalising.Line(text) ?? "");
    });

    [Fact]
    public void AWholeEnquiryNormalisesToItself() => Gen.Select(AnyText, AnyText, PhoneText, AnyText).Sample((name, email, phone, message) =>
    {
        var once = Normalising.Of(new Enquiry { Name = name, Email = email, Phone = phone, Message = message, Service = name, Budget = phone });
        Assert.Equal(once, Normalising.Of(once));
        Assert.Equal(once, Enquiry.FromJson(once.ToJson()));
    });

    [Fact]
    public void APhoneNumberKeepsWhatWasDialled() => PhoneText.Sample(typed =>
    {
        var normal = Normalising.Phone(typed);
        Assert.Equal(normal, Normalising.Phone(normal));
        if (normal is null || normal == typed.Trim())
            return;

        // Only what one dials before a number (trunk 0 or 1, 011, +1) comes or goes, in front.
        var (dialled, stored) = (Digits(typed), Digits(normal));
        Assert.True(stored.EndsWith(dialled.TrimStart('0', '1')[..Math.Min(7, dialled.TrimStart('0', '1').Length)], StringComparison.Ordinal) || stored.Contains(dialled[^Math.Min(7, dialled.Length)..], StringComparison.Ordinal), $"'{typed}' became '{normal}'");
    });

    [Theory]
    [InlineData("(214) 555-0100", "+12145550100")]
    [InlineData("214.555.0100", "+12145550100")]
    [InlineData("1-214-555-0100", "+12145550100")]
    [InlineData("+49 30 901820", "+4930901820")]
    [InlineData("+44 (0)20 7946 0958", "+442079460958")]
    [InlineData("214 555 0100 ext. 12", "+12145550100 x12")]
    [InlineData(" ask for Bob ", "ask for Bob")]
    [InlineData("555-0100", "555-0100")]
    [InlineData("   ", null)]
    public void PhoneNumbersAreReadAsAmericansTypeThem(string typed, string? expected) => Assert.Equal(expected, Normalising.Phone(typed));

    [Theory]
    [InlineData("7500", 7_500_00)]
    [InlineData("$7,500.50", 7_500_50)]
    [InlineData(" $ 7500 ", 7_500_00)]
    [InlineData("0", 0)]
    [InlineData("-5", null)]
    [InlineData("$50,000+", null)]
    [InlineData("a lot", null)]
    [InlineData("9999999999999999999999999", null)]
    [InlineData(null, null)]
    public void ABudgetInNumbersIsRead(string? typed, int? cents) => Assert.Equal(cents, Normalising.BudgetCents(typed));

    [Fact]
    public void AnEstimateNeverFailsAndIsTheTablesProduct() =>
        Gen.Select(Gen.OneOf(One(LeadValue.Services.Keys.ToArray()), AnyText), Gen.OneOf(One(LeadValue.BudgetRanges.ToArray()), AnyText), Gen.Long[-1, 200_000_00].Select(n => n < 0 ? (long?)null : n))
            .Sample((service, range, cents) =>
            {
                var basis = LeadValue.Services.TryGetValue(service.Trim(), out var known) ? known : 5_000_00;
                var value = LeadValue.EstimateCents(service, range, cents);
                Assert.Contains(value * 2 / basis, new long[] { 1, 2, 3, 4 });
                Assert.Equal(0, value % 100);
                if (cents is { } dollars)
                    Assert.Equal(dollars >= 50_000_00, LeadValue.PriorityFor(range, cents) == Priority.High);
            });

    [Fact]
    public void MoreBudgetNeverLowersTheEstimate() =>
        Gen.Select(One(LeadValue.Services.Keys.ToArray()), Gen.Long[0, 100_000_00], Gen.Long[0, 100_000_00]).Sample((service, a, b) =>
            Assert.True(LeadValue.EstimateCents(service, null, Math.Min(a, b)) <= LeadValue.EstimateCents(service, null, Math.Max(a, b))));

    private static Gen<T> One<T>(T[] of) => Gen.Int[0, of.Length - 1].Select(i => of[i]);

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));
}
