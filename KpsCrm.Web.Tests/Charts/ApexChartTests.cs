using Bunit;
using KpsCrm.Web.Charts;

namespace KpsCrm.Web.Tests.Charts;

public sealed class ApexChartTests : BunitContext
{
    [Fact]
    public void AChartIsSentOnceAndThenOnlyWhenItsFiguresChanged()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        var module = JSInterop.SetupModule(_ => true);
        module.SetupVoid("draw", _ => true).SetVoidResult();
        var chart = Render<ApexChart>(p => p.Add(c => c.Model, Model(3)));

        chart.Render(p => p.Add(c => c.Model, Model(3)));
        Assert.Single(module.Invocations["draw"]);

        chart.Render(p => p.Add(c => c.Model, Model(4)));
        Assert.Equal(2, module.Invocations["draw"].Count);
    }

    [Fact]
    public void FiguresThatChangeWhileTheChartIsDrawnAreDrawnAfterwards()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        var module = JSInterop.SetupModule(_ => true);
        var drawing = module.SetupVoid("draw", _ => true);
        var chart = Render<ApexChart>(p => p.Add(c => c.Model, Model(3)));
        chart.Render(p => p.Add(c => c.Model, Model(4)));
        chart.Render(p => p.Add(c => c.Model, Model(5)));
        Assert.Single(module.Invocations["draw"]);

        drawing.SetVoidResult();

        chart.WaitForAssertion(() => Assert.Equal(2, module.Invocations["draw"].Count));
        Assert.Contains("\"values\":[5]", (string)module.Invocations["draw"][1].Arguments[2]!);
    }

    [Fact]
    public void ANameThatASpreadsheetWouldRunAsAFormulaIsText() =>
        Assert.Contains("\"'=1+1\",3", new ChartModel(ChartKind.Bars, [new("Leads", ChartFormat.Count, "--part-1")], [new("=1+1", "=1+1", [3])]).ToCsv("City"));

    private static ChartModel Model(int value) => new(ChartKind.Bars, [new("Leads", ChartFormat.Count, "--part-1")], [new("Dallas", "Dallas", [value])]);
}
