using System.Globalization;
using System.Text;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>
/// Homes of many new accounts of one domain. All are built in one staging directory; only when all are complete and durable they
/// get their names, one rename each. A list of them, written before the first rename, stays in the staging directory until the rows
/// are committed: after a crash in between it tells which homes have no row (<see cref="StagedHomes"/>).
/// </summary>
internal sealed class HomeBatch : IDisposable
{
    /// <summary>Name of the list: a uid a line.</summary>
    internal const string ListName = "homes";

    private readonly MakeHomes step;
    private readonly Folder hash;
    private readonly Folder staged;
    private readonly string name;

    /// <summary>Begins with an empty staging directory, locked as long as this process is at work.</summary>
    internal HomeBatch(MakeHomes step, Folder hash, string name)
    {
        this.step = step;
        this.hash = hash;
        this.name = name;
        staged = hash.Make(name, MailStore.Private);
        staged.Lock();
    }

    /// <summary>Paths that the homes have in the end.</summary>
    internal IEnumerable<string> Paths => step.Uids.Select(uid => $"{step.Domain}/{uid}");

    /// <summary>Those whose homes these are.</summary>
    internal IReadOnlyList<long> Uids => step.Uids;

    /// <summary>Whether mail comes from elsewhere.</summary>
    internal bool BringsMail => step.Mail.Count > 0;

    private IEnumerable<MailTransfer.Entry> Mail => step.Mail.Select(m => new MailTransfer.Entry(m.Key, step.Layout.Root, m.Value));

    /// <summary>The file system that they are on.</summary>
    internal ulong Device => staged.Facts.Device;

    /// <summary>Builds all homes.</summary>
    /// <exception cref="VmmException">44 too many at once; 81, or 3 when it was cancelled.</exception>
    internal void Stage(Action<long> progress, CancellationToken ct)
    {
        for (var i = 0; i < step.Uids.Count; i++)
        {
            ct.ThrowIfCancellationRequested();
            var (uid, home) = (step.Uids[i], step.Uids[i].ToString(CultureInfo.InvariantCulture));
            if (step.Mail.ContainsKey(uid))
            {
                staged.MakeOwned(home, uid, step.Domain.Gid, step.Mode);
            }
            else
            {
                MailboxTree.Make(staged, home, uid, step.Domain.Gid, step.Mode, step.Layout);
            }

            progress(i + 1);
        }

        if (BringsMail)
        {
            StagedHomes.WriteList(staged, MailTransfer.ListName, MailTransfer.Write(Mail));
        }

        StagedHomes.WriteList(staged, ListName, Encoding.ASCII.GetBytes(string.Concat(step.Uids.Select(uid => $"{uid}\n"))));
    }

    /// <summary>Takes mail that comes from elsewhere, after <see cref="Sync"/>: the list of it is durable now.</summary>
    /// <param name="isOurs">Whether a uid is that of an account which is made in the same transaction.</param>
    /// <exception cref="VmmException">81, 84.</exception>
    internal void TakeMail(Func<long, bool> isOurs)
    {
        foreach (var entry in Mail)
        {
            MailTransfer.Take(staged, entry, step.Domain.Gid, step.Mode, isOurs);
        }
    }

    /// <summary>Gives the homes their names, after <see cref="Sync"/>.</summary>
    /// <exception cref="VmmException">81, 84.</exception>
    internal void Publish()
    {
        using var domain = MailboxPaths.OpenDomain(hash, step.Domain)
            ?? throw Errors.FileSystem("find the directory", step.Path, "somebody removed it");
        foreach (var uid in step.Uids)
        {
            var home = uid.ToString(CultureInfo.InvariantCulture);
            if (!staged.TryMove(home, domain, home))
            {
                throw Errors.FileSystem("find the directory", staged.Join(home), "somebody removed it while vmm was at work");
            }
        }
    }

    /// <summary>Makes the homes durable, and in the end their names.</summary>
    internal void Sync() => staged.SyncFileSystem();

    /// <summary>Takes everything back.</summary>
    /// <exception cref="VmmException">56, 81, 84 for each home that cannot be taken back.</exception>
    internal void Undo()
    {
        StagedHomes.TakeBack(hash, staged, step.Domain, step.Uids);
        StagedHomes.Remove(hash, staged, name, CancellationToken.None);
    }

    /// <summary>After the commit: the list has done its work.</summary>
    internal void Finish() => StagedHomes.Remove(hash, staged, name, CancellationToken.None);

    /// <inheritdoc/>
    public void Dispose()
    {
        staged.Dispose();
        hash.Dispose();
    }
}
