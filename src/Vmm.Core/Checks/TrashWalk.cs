using Vmm.Core.Administration;
using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;

namespace Vmm.Core.Checks;

/// <summary>
/// Looks at the trash of one base directory. Mail without a row belongs there, where its list is; with a row it belongs to its
/// place. What is in between is told of the trash, and not where it is found.
/// </summary>
/// <param name="root">The base directory.</param>
/// <param name="expected">What should be at its place.</param>
/// <param name="report">Gets the findings.</param>
internal sealed class TrashWalk(string root, ExpectedDirectories expected, DirectoryReport report)
{
    private readonly HashSet<(bool IsDomain, long Id)> unfinished = [];

    /// <summary>Whether the directory of a domain, or a home, belongs into the trash, though it is at its place.</summary>
    internal bool Expects(bool isDomain, long id) => unfinished.Contains((isDomain, id));

    /// <param name="isListed">Whether findings are wanted, and not only <see cref="Expects"/>.</param>
    internal void Run(bool isListed)
    {
        using var trash = TrashFolder.Open(root, create: false);
        foreach (var name in trash?.Names() ?? [])
        {
            report.Guard(trash!.Join(name), null, () => Entry(trash, name, isListed));
        }
    }

    private void Entry(Folder trash, string name, bool isListed)
    {
        using var entry = trash.TryOpen(name);
        if (entry is null)
        {
            return;
        }

        var finding = name.StartsWith(MailStore.RemovalPrefix, StringComparison.Ordinal) ? Findings.RemovalDirectory(entry.Path)
            : TrashFolder.Change(name) is not null ? Look(entry)
            : null;
        if (isListed && finding is not null && !entry.IsLocked)
        {
            report.Add(finding, null);
        }
    }

    private Finding? Look(Folder entry)
    {
        try
        {
            var header = TrashContents.Header(entry);
            if (header is null || entry.FactsOf(TrashFolder.ItemsName) is null)
            {
                var missing = header is null ? TrashFolder.ManifestName : TrashFolder.ItemsName;
                return TrashFolder.HasMail(entry) ? Findings.DamagedTrash(entry.Path, $"it has mail, and no '{missing}'")
                    : Findings.UnfinishedTrash(entry.Path);
            }

            return IsSettled(entry, expected.IsKnown(header)) ? null : Findings.UnfinishedTrash(entry.Path);
        }
        catch (VmmException e) when (e.Code == ErrorCode.FileSystem)
        {
            return Findings.DamagedTrash(entry.Path, e.Message);
        }
    }

    private bool IsSettled(Folder entry, bool isKnown)
    {
        var items = TrashFolder.Items(entry);
        var isSettled = true;
        foreach (var item in items)
        {
            var isIn = entry.FactsOf(item.Name) is not null;
            if (IsThere(item) && isIn)
            {
                // Of another time of this database, its number may be another account's by now.
                isSettled &= !isKnown;
                if (isKnown)
                {
                    expected.SeeMoving(item.Id);
                }
            }
            else if (!IsThere(item) && !isIn && TrashFolder.IsAtPlace(item))
            {
                isSettled = false;
                unfinished.Add((item.IsDomain, item.Id));
            }
        }

        // All of it is back: the directory should be gone.
        return isSettled && !(items.Any(IsThere) && items.All(i => entry.FactsOf(i.Name) is null));
    }

    private bool IsThere(TrashItem item) =>
        item.IsDomain ? expected.HasDomain(item.Id) : expected.AddressWith(item.Id) is not null;
}
