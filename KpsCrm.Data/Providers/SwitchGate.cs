using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace KpsCrm.Data.Providers;

/// <summary>Lets connections be opened, save for the moment in which the database file is another's turn; they wait, and find the new one.</summary>
internal sealed class SwitchGate : DbConnectionInterceptor
{
    /// <summary>Longer than a switch may take: who still waits then is told, as of a lock.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private volatile TaskCompletionSource? _closed;

    public void Close() => _closed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open()
    {
        var closed = _closed;
        _closed = null;
        closed?.TrySetResult();
    }

    public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        if (_closed is { } closed && !closed.Task.Wait(Patience))
            throw new TimeoutException("The database is being replaced.");
        return result;
    }

    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (_closed is { } closed)
            await closed.Task.WaitAsync(Patience, cancellationToken);
        return result;
    }
}
