using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace KpsCrm.Data.Changes;

/// <summary>For a context that saved inside a transaction of its own: tells its changes when that commits, forgets them when it rolls back.</summary>
internal sealed class PublishOnCommit : DbTransactionInterceptor
{
    public static PublishOnCommit Instance { get; } = new();

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Publish(eventData);

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Publish(eventData);
        return Task.CompletedTask;
    }

    public override void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => Forget(eventData);

    public override Task TransactionRolledBackAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(eventData);
        return Task.CompletedTask;
    }

    private static void Publish(TransactionEndEventData end)
    {
        if (end.Context is CrmDbContext db)
            db.Publish(db.TakeUncommitted());
    }

    private static void Forget(TransactionEndEventData end) => (end.Context as CrmDbContext)?.TakeUncommitted();
}
