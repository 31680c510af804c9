using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Passwords;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>A domain that was renamed.</summary>
/// <param name="OldDomain">The name that it had, A-labels.</param>
/// <param name="Domain">The new name, A-labels.</param>
/// <param name="Unicode">The same in U-labels.</param>
/// <param name="Left">What stays of the old name: alias for an alias domain, or nothing.</param>
/// <param name="Gid">Group id, which stays.</param>
/// <param name="Directory">Absolute path, which stays.</param>
/// <param name="Accounts">Number of its accounts, which have the new name now.</param>
/// <param name="Followed">Destinations that lead to the new name now.</param>
public sealed record RenamedDomain(
    string OldDomain,
    string Domain,
    string Unicode,
    OldName Left,
    long Gid,
    string Directory,
    long Accounts,
    FollowedDestinations Followed);

/// <summary>Gives a domain another primary name, with everything in it. No directory knows the name, so no mail moves.</summary>
public static class DomainRename
{
    /// <summary>Renames a domain.</summary>
    /// <param name="s">The session.</param>
    /// <param name="old">Its primary name.</param>
    /// <param name="new">A name that no domain has, or an alias domain of this one.</param>
    /// <param name="left">Whether the old name stays as an alias domain.</param>
    /// <exception cref="VmmException">23, 27, 37, 38, 44, 57, 59, 67, 85, 86.</exception>
    public static RenamedDomain Run(Session s, DomainName old, DomainName @new, OldName left)
    {
        if (old.Ascii == @new.Ascii)
        {
            throw RenameErrors.SameName(old.Ascii);
        }

        var (domain, hasName) = Claim(s, old, @new);
        if (!RenameLocks.OfDomain(s, domain.Gid, [.. Followers.OfDomain(s, old, @new).Gids]))
        {
            throw ObjectErrors.NoSuchDomain(old);
        }

        var info = DomainSql.Info(s.Tx, domain.Name) ?? throw ObjectErrors.NoSuchDomain(old);
        var (followers, strangers) = (Followers.OfDomain(s, old, @new), FollowerSql.OfDomain(s.Tx, @new.Ascii));
        RequireFit(s, domain, @new);
        if (!hasName)
        {
            DomainSql.InsertAlias(s.Tx, @new, domain.Gid);
        }

        DomainRenameSql.SetPrimary(s.Tx, domain.Gid, @new);
        if (left == OldName.Nothing)
        {
            DomainSql.DeleteName(s.Tx, old);
        }

        followers.Move();
        RequireNoLoop(s, domain.Gid, @new, strangers);
        Addresses.WarnOfDangling(s, strangers.Select(d => Destination.Refer(d.Destination)));
        DomainWarnings.OfName(s, @new);
        var others = DomainSql.AliasNames(s.Tx, domain.Gid).Where(n => n != old.Ascii);
        DovecotSessions.DomainChanged(s, [old.Ascii, @new.Ascii, .. others]);
        if (AliasSql.FilledIn(s.Tx, domain.Gid) is > 0 and var count)
        {
            s.Warn(
                $"{Errors.Count(count, "alias", "aliases")} of '{@new}' {(count == 1 ? "has" : "have")} destinations with %d or %=,"
                + " which are replaced by the new name now");
        }

        return new RenamedDomain(
            old.Ascii, @new.Ascii, @new.Unicode, left, domain.Gid, domain.Directory, info.AccountCount, followers.Count);
    }

    /// <summary>Nobody else adds or deletes one of the two names until the end.</summary>
    /// <returns>The domain, and whether the new name is an alias domain of it already.</returns>
    private static (DomainRow Domain, bool HasName) Claim(Session s, DomainName old, DomainName @new)
    {
        foreach (var name in new[] { old, @new }.OrderBy(n => n.Ascii, StringComparer.Ordinal))
        {
            _ = Domains.Claim(s, name);
        }

        var domain = Domains.RequirePrimary(s, old);
        return DomainSql.Find(s.Tx, @new) switch
        {
            null => (domain, false),
            { IsPrimary: true } => throw ObjectErrors.DomainExists(@new),
            var other when other.Gid == domain.Gid => (domain, true),
            var other => throw ObjectErrors.AliasDomainExists(@new, other.Name, asWanted: false),
        };
    }

    /// <summary>Refuses passwords that would not work any more, and addresses that would be too long.</summary>
    private static void RequireFit(Session s, DomainRow domain, DomainName @new)
    {
        foreach (var scheme in PasswordScheme.WithAddress)
        {
            if (AccountSql.WithSchemes(s.Tx, domain.Gid, [scheme]) is { Count: > 0 } accounts)
            {
                throw RenameErrors.PasswordsNameAccounts(domain.Name, accounts, scheme);
            }
        }

        if (@new.Ascii.Length > domain.Name.Ascii.Length
            && DomainRenameSql.LongestLocalPart(s.Tx, domain.Gid) is { } localPart
            && $"{localPart}@{@new}" is { Length: > EmailAddress.MaxLength } address)
        {
            throw Errors.AddressTooLong(address, EmailAddress.MaxLength);
        }
    }

    /// <summary>
    /// What led into the domain leads there as before. But what named an external address under the new name leads into the domain
    /// now, and perhaps back to itself.
    /// </summary>
    private static void RequireNoLoop(Session s, long gid, DomainName @new, List<StoredDestination> strangers)
    {
        foreach (var user in strangers.Where(d => d.Table == FollowerSql.RelocatedTable && d.Gid == gid))
        {
            if (user.Destination == $"{user.LocalPart}@{@new.Ascii}")
            {
                throw RenameErrors.RelocatedToItself($"{user.LocalPart}@{@new}");
            }
        }

        var names = strangers.Select(d => d.Destination).Distinct().ToList();
        if (names.Count > 0)
        {
            DestinationList.RequireDeliverable(
                s,
                [
                    .. AliasSql.PointingTo(s.Tx, names),
                    .. CatchAllSql.PointingTo(s.Tx, names).Select(d => $"{DestinationList.AnyLocalPart}@{d}"),
                ],
                PostfixRules.Read(s));
        }
    }
}
