using System.Diagnostics.Metrics;

namespace KpsCrm.Web.Features.Health;

/// <summary>Hears what the program measures of itself, for those who read a page rather than <c>/metrics</c>.</summary>
public sealed class Pulse : IHostedService, IDisposable
{
    private readonly IMeterFactory _factory;
    private readonly MeterListener _listener = new();
    private readonly double[] _writes = new double[256];
    private long _written;
    private long _circuits;

    public Pulse(IMeterFactory factory)
    {
        _factory = factory;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, _factory) && instrument.Name is "kps.write.duration" or "aspnetcore.components.circuit.active")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => _writes[(Interlocked.Increment(ref _written) - 1) % _writes.Length] = seconds);
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref _circuits, change));
    }

    /// <summary>Open pages, those with a lost connection included.</summary>
    public int OpenPages => (int)Math.Max(0, Interlocked.Read(ref _circuits));

    /// <summary>What the middle one of the latest saves took; null before the first.</summary>
    public TimeSpan? Saving => Interlocked.Read(ref _written) is > 0 and var count
        ? TimeSpan.FromSeconds(_writes.Take((int)Math.Min(count, _writes.Length)).Order().ElementAt((int)(Math.Min(count, _writes.Length) / 2))) : null;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();
}
