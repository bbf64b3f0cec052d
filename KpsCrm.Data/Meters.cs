using System.Diagnostics.Metrics;

namespace KpsCrm.Data;

/// <summary>What the data's side of the program measures of itself, for <c>/metrics</c> and the health page. Where nobody listens it costs nothing.</summary>
public sealed class Meters : IDisposable
{
    public const string Name = "KpsCrm";

    private readonly Meter _meter;

    /// <param name="factory">The host's, so that two programs in one process are kept apart.</param>
    public Meters(IMeterFactory? factory = null)
    {
        _meter = factory?.Create(Name) ?? new Meter(Name);
        CommandSeconds = _meter.CreateHistogram<double>("kps.db.command.duration", "s", "Commands that Entity Framework sent to the database", advice: Buckets(.0001, .0005, .001, .005, .01, .05, .1, .2, .5, 1, 5, 10));
        WriteSeconds = _meter.CreateHistogram<double>("kps.write.duration", "s", "From asking for a write to its commit", advice: Buckets(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5));
        CommitSize = _meter.CreateHistogram("kps.write.commit.size", "{write}", "Writes that shared one commit (SQLite)", advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] });
        Published = _meter.CreateCounter<long>("kps.signals.published", "{signal}", "Changes that were committed and told to the screens");
        Delivered = _meter.CreateCounter<long>("kps.signals.delivered", "{call}", "Times a screen was told");
        Merged = _meter.CreateCounter<long>("kps.signals.merged", "{signal}", "Changes that reached a screen together with another");
        SignalDelay = _meter.CreateHistogram<double>("kps.signals.delay", "s", "From the commit to a screen's being told", advice: Buckets(.001, .005, .01, .05, .1, .15, .25, .5, 1, 5));
    }

    internal Histogram<double> CommandSeconds { get; }
    internal Histogram<double> WriteSeconds { get; }
    internal Histogram<int> CommitSize { get; }
    internal Counter<long> Published { get; }
    internal Counter<long> Delivered { get; }
    internal Counter<long> Merged { get; }
    internal Histogram<double> SignalDelay { get; }

    /// <summary>A figure that is read when somebody asks for it.</summary>
    public void Gauge<T>(string name, string? unit, string description, Func<T> read) where T : struct => _meter.CreateObservableGauge(name, read, unit, description);

    private static InstrumentAdvice<double> Buckets(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };

    public void Dispose() => _meter.Dispose();
}
