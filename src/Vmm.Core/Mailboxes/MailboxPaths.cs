using System.Globalization;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Mailboxes;

/// <summary>The way from the base to a domain's directory, each step opened from the last and its owner checked.</summary>
internal static class MailboxPaths
{
    internal static Folder? OpenHash(DomainPath path, bool create)
    {
        using var root = Folder.OpenBase(path.Base);
        var hash = create ? root.OpenOrMake(path.Hash, MailStore.HashMode) : root.TryOpen(path.Hash);
        if (hash?.Facts is { } facts)
        {
            // Homes are built and taken down here, so nobody else may change what is in it.
            var reason = facts.Uid != 0 ? $"it belongs to uid {facts.Uid}, not to root"
                : (facts.Mode & UnixFileMode.OtherWrite) != 0 ? "everybody may write to it"
                : null;
            return reason is null ? hash : throw Errors.UnsafePath(hash.Path, reason);
        }

        return null;
    }

    internal static Folder? OpenDomain(Folder hash, DomainPath path)
    {
        var domain = hash.TryOpen(path.Gid.ToString());
        return domain is null || (domain.Facts.Uid == 0 && domain.Facts.Gid == path.Gid) ? domain : throw new VmmException(
            ErrorCode.DomainDirectoryGroup,
            $"the domain directory '{domain.Path}' belongs to {domain.Facts.Uid}:{domain.Facts.Gid}, not to 0:{path.Gid}",
            IdMap.Missing("gid", path.Gid) is { } reason
                ? $"Nothing was changed. {char.ToUpperInvariant(reason[0])}{reason[1..]}."
                : $"Nothing was changed. When this is the right directory: chown 0:{path.Gid} {domain.Path}");
    }

    /// <summary>
    /// Those of the uids whose home is there already, with its owner. A server that crashes can forget the last numbers it gave
    /// out, though their homes were made; the home may also come from a restore. What is in it belongs to no new account. Anything
    /// else of that name is not passed over: it is refused when the home is to be made.
    /// </summary>
    internal static HashSet<long> Occupied(DomainPath path, IReadOnlyList<long> uids)
    {
        using var hash = OpenHash(path, create: false);
        using var domain = hash is null ? null : OpenDomain(hash, path);
        return domain is null ? [] : [.. uids.Where(IsHome)];

        bool IsHome(long uid) => domain.FactsOf(uid.ToString(CultureInfo.InvariantCulture)) is { IsDirectory: true } home
            && home.Uid == uid && home.Gid == path.Gid;
    }

    /// <summary>As <see cref="Occupied"/>, for a domain.</summary>
    internal static bool IsOccupied(DomainPath path)
    {
        using var hash = OpenHash(path, create: false);
        var facts = hash?.FactsOf(path.Gid.ToString(CultureInfo.InvariantCulture));
        return facts is { IsDirectory: true, Uid: 0 } domain && domain.Gid == path.Gid;
    }

    /// <summary>The uid that an entry of a domain's directory is named after; null for any other name.</summary>
    internal static long? Uid(string name) =>
        long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var uid) ? uid : null;

    /// <summary>
    /// A link, or what belongs to somebody else, is put there by somebody who had a reason; the mail behind it would be forgotten.
    /// </summary>
    internal static void RequireOwnHomes(Folder domain, long gid)
    {
        foreach (var name in domain.ReadNames())
        {
            if (domain.FactsOf(name) is { } facts)
            {
                var path = FileName.Show(domain.Join(name));
                var owner = Uid(name) ?? facts.Uid;
                _ = facts.IsLink ? throw Errors.UnsafePath(path, "it is a symbolic link")
                    : facts.Gid != gid || facts.Uid != owner
                    ? throw Errors.UnsafePath(path, $"it belongs to {facts.Uid}:{facts.Gid}, not to {owner}:{gid}")
                    : facts;
            }
        }
    }
}
