using KpsCrm.Web.Features.Account;

namespace KpsCrm.Web.Tests.Account;

public sealed class CommonPasswordTests
{
    [Theory]
    [InlineData("password1234")]
    [InlineData("P4$$w0rd!2026")]
    [InlineData("Summer2026!!")]
    [InlineData("iloveyouforever")]
    [InlineData("manchesterunited")]
    [InlineData("liverpoolfc1892")]
    [InlineData("alexander1987")]
    [InlineData("Sunshine2026Monkey")]
    [InlineData("correct horse battery staple")]
    [InlineData("bookkeeping-2026")]
    [InlineData("TheKPSGroup2026")]
    [InlineData("trustno1trustno1")]
    [InlineData("harley-davidson")]
    public void OneOrTwoWordsWithWhatIsHungOnThemAreCommon(string password) => Assert.True(CommonPasswords.IsOne(password));

    [Theory]
    [InlineData("seven quiet green boats")]
    [InlineData("marigold tram window lamp")]
    [InlineData("9oF!kk2mLq0z")]
    [InlineData("738291645027")]
    [InlineData("Anna's ficus drinks at nine")]
    [InlineData("päivää sinulle kaikille")]
    [InlineData("正しい馬のバッテリー留め金です")]
    public void WhatHasToBeGuessedIsTaken(string password)
    {
        Assert.False(CommonPasswords.IsOne(password));
        Assert.False(CommonPasswords.Repeats(password));
        Assert.False(CommonPasswords.RunsOverTheKeys(password));
    }

    [Theory]
    [InlineData("Anna Alvarez", "AnnaAlvarez-2026", true)]
    [InlineData("zoltanka@rivergate.example", "zoltanka.rivergate1", true)]
    [InlineData("zoltanka@rivergate.example", "zoltanka likes old trams", false)]
    [InlineData(null, "zoltanka.rivergate1", false)]
    public void ThePersonsOwnWordsCountAsCommon(string? own, string password, bool isCommon) => Assert.Equal(isCommon, CommonPasswords.IsOne(password, own));

    [Theory]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("qwertyuiop12")]
    [InlineData("1234567890123")]
    [InlineData("987654321098")]
    [InlineData("zaq12wsxcde3")]
    [InlineData("abcdefghijkl")]
    [InlineData("Qwerty123456")]
    [InlineData("qweasdzxc123")]
    [InlineData("1qa2ws3ed4rf")]
    public void RunsOverTheKeysAreKnown(string password) => Assert.True(CommonPasswords.RunsOverTheKeys(password));

    /// <summary>ASVS 6.2.12; the list is the firm's.</summary>
    [Fact]
    public void WhatStandsInTheFirmsListIsRefused()
    {
        var file = Path.GetTempFileName();
        File.WriteAllLines(file, ["zoltan-the-tram-9", "", "Seven Quiet Boats"]);
        var stolen = new StolenPasswords(new() { PasswordList = file });

        Assert.True(stolen.Contains("zoltan-the-tram-9"));
        Assert.True(stolen.Contains("seven quiet boats"));
        Assert.False(stolen.Contains(""));
        Assert.False(new StolenPasswords(new()).Contains("zoltan-the-tram-9"));
        File.Delete(file);
        Assert.Contains("there is no such file", Assert.Single(new AccountOptions { PasswordList = file }.Validate(new(file))).ErrorMessage);
    }

    [Theory]
    [InlineData("abcabcabcabc")]
    [InlineData("xk7xk7xk7xk7x")]
    [InlineData("zoltan1zoltan1")]
    public void RepetitionsAreKnown(string password) => Assert.True(CommonPasswords.Repeats(password));
}
