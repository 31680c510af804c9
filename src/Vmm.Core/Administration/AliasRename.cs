using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>An alias that was renamed.</summary>
/// <param name="OldAddress">The address that it had, under the primary name of its domain.</param>
/// <param name="Address">The new address.</param>
/// <param name="Left">What stays at the old address: alias, relocated or nothing.</param>
/// <param name="Followed">Destinations that lead to the new address now.</param>
public sealed record RenamedAlias(string OldAddress, string Address, OldName Left, FollowedDestinations Followed);

/// <summary>Gives an alias another address, with its destinations.</summary>
public static class AliasRename
{
    /// <summary>Renames an alias.</summary>
    /// <param name="s">The session.</param>
    /// <param name="old">Under any name of its domain.</param>
    /// <param name="new">Under the primary name of any domain.</param>
    /// <param name="left">What stays at the old address.</param>
    /// <exception cref="VmmException">21, 27, 28, 37, 44, 48, 53, 57, 60, 85, 86.</exception>
    public static RenamedAlias Run(Session s, EmailAddress old, EmailAddress @new, OldName left)
    {
        var rules = PostfixRules.Read(s);
        var (gid, rename, target) = Find(s, old, @new, rules);
        RenameLocks.OfAddresses(
            s,
            [gid, target, .. Followers.OfAddress(s, rename, target).Gids],
            rename.Old.ToString(),
            rename.New.ToString());
        (gid, rename, target) = Find(s, old, @new, rules);
        _ = Addresses.RequireFree(s, @new);
        var followers = Followers.OfAddress(s, rename, target);
        followers.Move();
        if (AliasSql.Rename(s.Tx, gid, rename.Old, target, rename.New) == 0)
        {
            throw ObjectErrors.NoSuchAlias(old);
        }

        AccountRename.Leave(s, gid, rename, left);
        var grants = Senders.Follow(s, gid, rename, target);
        DestinationList.RequireDeliverable(s, target, rename.New.LocalPart, rename.New.ToString(), rules);
        if (left == OldName.Alias)
        {
            DestinationList.RequireDeliverable(s, gid, rename.Old.LocalPart, rename.Old.ToString(), rules);
        }

        followers.RequireDeliverable(rename.New, rules);
        AddressWarnings.OfNew(s, rename.New);
        if (AliasSql.Destinations(s.Tx, target, rename.New).Any(d => Destination.IsReplaced(EmailAddress.Split(d).LocalPart)))
        {
            s.Warn($"%n, %d and %= in the destinations of '{rename.New}' are replaced by parts of the new address now");
        }

        return new RenamedAlias(
            rename.Old.ToString(),
            rename.New.ToString(),
            left,
            followers.Count with { SenderGrants = grants });
    }

    private static (long Gid, AddressRename Rename, long Target) Find(
        Session s, EmailAddress old, EmailAddress @new, PostfixRules rules)
    {
        var (domain, own) = Addresses.Resolve(s, old);
        var kind = AddressSql.Kind(s.Tx, own);
        if (kind != AddressKind.Alias)
        {
            throw RenameErrors.Instead(ObjectErrors.NoSuchAlias(old), own, kind);
        }

        var (target, ownNew) = Addresses.Resolve(s, @new);
        var rename = new AddressRename(own, AccountRename.Names(s, domain), ownNew, rules.Delimiters);
        return own.ToString() == ownNew.ToString() ? throw RenameErrors.SameName(own.ToString()) : (domain.Gid, rename, target.Gid);
    }
}
