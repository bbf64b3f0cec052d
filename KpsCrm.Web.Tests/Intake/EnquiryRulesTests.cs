using KpsCrm.Web.Features.Intake;
using KpsCrm.Web.Shared;

namespace KpsCrm.Web.Tests.Intake;

public class EnquiryRulesTests
{
    [Theory]
    [InlineData("ana@example.com", true)]
    [InlineData("o'brien+kps@sub.example.co", true)]
    [InlineData("юрий@пример.рф", true)]
    [InlineData("ana", false)]
    [InlineData("@example.com", false)]
    [InlineData("ana@example", false)]
    [InlineData("ana@@example.com", false)]
    [InlineData("ana@b@example.com", false)]
    [InlineData("ana@.com", false)]
    [InlineData("ana@example..com", false)]
    [InlineData("ana@example.com.", false)]
    [InlineData("ana nunez@example.com", false)]
    [InlineData("ana@example.com,ben@example.com", false)]
    [InlineData("<ana@example.com>", false)]
    [InlineData("ana@example.com\r\nBcc: x@y.com", false)]
    public void AnEmailAddressHasOneAtAndADotInItsDomain(string email, bool good) => Assert.Equal(good, FieldRules.IsEmail(email));

    [Fact]
    public void WhatIsTooLongIsSaidInOneSentencePerField()
    {
        var problems = EnquiryRules.Check(new() { Name = new('x', 201), Email = new string('x', 250) + "@x.com", Message = new('x', 10_001) }, consentNeeded: true);

        Assert.Equal(
        [
            new("Name", "Shorten the name to 200 characters; it has 201."),
            new("Email", "Shorten the e-mail address to 254 characters; it has 256."),
            new("Message", "Shorten the message to 10,000 characters; it has 10,001."),
            new("Consent", "Tick the box, so that we may answer you."),
        ], problems);
    }

    [Theory]
    [InlineData("Ana Núñez", false)]
    [InlineData("J.R. O'Neil-Smith, Jr.", false)]
    [InlineData("Dr.Com Nguyen", false)]
    [InlineData("李小龙 😀", false)]
    [InlineData("A < B Consulting", false)]
    [InlineData("http://x.example", true)]
    [InlineData("visit www.x.example", true)]
    [InlineData("<a href=x>", true)]
    [InlineData("[url=x]y[/url]", true)]
    [InlineData("Cheap pills at bestpills.com", true)]
    [InlineData("Hi <script>", true)]
    public void ALinkOrMarkupInANameIsSuspect(string name, bool suspect) => Assert.Equal(suspect, Spam.AgainstName(name) is not null);

    [Theory]
    [InlineData("Google", null, null, "google")]
    [InlineData("adwords", "https://www.facebook.com/", "partner", "google")]
    [InlineData("fb", null, null, "facebook")]
    [InlineData("Newsletter", null, null, "newsletter")]
    [InlineData(null, "https://www.google.co.uk/search", "partner", "google")]
    [InlineData(null, "https://l.facebook.com/x", null, "social_media")]
    [InlineData(null, "https://www.linkedin.com/feed", null, "social_media")]
    [InlineData(null, "https://www.instagram.com/", null, "social_media")]
    [InlineData(null, "https://chamber.example/members", null, "referral")]
    [InlineData(null, "https://kps.example/pricing", "partner", "partner")]
    [InlineData(null, "not an address", null, "website")]
    [InlineData(null, null, null, "website")]
    public void TheCampaignDecidesThenTheReferrerThenTheClaim(string? utm, string? referrer, string? claimed, string source) =>
        Assert.Equal(source, Attribution.SourceOf(new() { UtmSource = utm, Referrer = referrer, Source = claimed }, host => host == "kps.example"));
}
