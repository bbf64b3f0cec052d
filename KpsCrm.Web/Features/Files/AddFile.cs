using KpsCrm.Data;
using KpsCrm.Data.Activities;
using KpsCrm.Data.Files;
using KpsCrm.Data.Recycling;
using KpsCrm.Data.Security;
using KpsCrm.Data.Users;
using KpsCrm.Web.Features.Pipeline;
using KpsCrm.Web.Site;
using Microsoft.EntityFrameworkCore;

namespace KpsCrm.Web.Features.Files;

/// <summary>Keeps a file with a lead, client or deal: its bytes first, then its row and the line of the timeline in one save. What is refused leaves nothing.</summary>
public sealed class AddFile(FileStore files, CrmStore store, LimitOptions? limits = null)
{
    private readonly int _megabytes = (limits ?? new()).UploadMegabytesPerHour;

    /// <param name="name">As the person's file is called.</param>
    /// <returns>The file's id.</returns>
    /// <exception cref="RuleException">Empty, too large, not what it claims to be, or the record is not there.</exception>
    public async Task<int> RunAsync(Actor who, ItemRef to, string name, Stream content, CancellationToken cancellationToken = default)
    {
        Gate.Demand(who, Role.Sales);
        using var staged = await files.StageAsync(content, Attachment.MaxBytes, cancellationToken);
        var (type, clean) = FileType.Demand(staged.Path, FileNames.Clean(name));
        staged.Name();
        var id = await Conflict.RetryAsync(() => SaveAsync(who, to, clean, type, staged));
        staged.Keep();
        return id;
    }

    private async Task<int> SaveAsync(Actor who, ItemRef to, string name, FileType type, StagedFile staged)
    {
        Attachment? file = null;
        await store.WriteAsync(who, async db =>
        {
            if (to.Kind > ItemKind.Deal || await db.FindAnywhereAsync(to) is not IEditable { DeletedAt: null } record)
                throw new RuleException($"This {to.Noun} is no longer there; the file was not kept.");
            await DemandRoomAsync(db, who, staged.Bytes);

            record.LastActivityAt = db.Now;
            file = db.Attachments.Add(new Attachment
            {
                LeadId = to.Kind == ItemKind.Lead ? to.Id : null,
                ClientId = to.Kind == ItemKind.Client ? to.Id : null,
                DealId = to.Kind == ItemKind.Deal ? to.Id : null,
                Name = name,
                ContentType = type.ContentType,
                Bytes = staged.Bytes,
                Sha256 = staged.Sha256,
                StoredAs = staged.StoredAs,
                AddedById = who.UserId,
                AddedByName = who.Name,
                AddedAt = db.Now,
            }).Entity;
            db.Activities.Add(RecycleBin.Activity(file, ActivityKind.File, $"attached {name}", who, db.Now));
        });
        return file!.Id;
    }

    /// <summary>Also of what lies in the bin, and of many at once: a disk that one person fills is full for all.</summary>
    private async Task DemandRoomAsync(CrmDbContext db, Actor who, long bytes)
    {
        if (who.UserId is not { } person)
            return;
        await db.HoldAsync($"files of {person}");
        var since = db.Now.AddHours(-1);
        var lately = await db.Attachments.IgnoreQueryFilters().Where(f => f.AddedById == person && f.AddedAt > since).SumAsync(f => f.Bytes);
        if (lately + bytes > _megabytes * 1024L * 1024)
            throw new RuleException($"You have attached {FileLine.SizeOf(lately)} within an hour, and {_megabytes:N0} MB is the most; attach the rest later.");
    }
}
