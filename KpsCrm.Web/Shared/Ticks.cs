namespace KpsCrm.Web.Shared;

internal static class Ticks
{
    /// <summary>False once the program stops: an exception would look like a failed service.</summary>
    public static async ValueTask<bool> TickAsync(this PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
