using Vmm.Core.Mailboxes;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Passwords;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>An account that was renamed.</summary>
/// <param name="OldAddress">The address that it had, under the primary name of its domain.</param>
/// <param name="Address">The new address.</param>
/// <param name="Left">What stays at the old address: alias, relocated or nothing.</param>
/// <param name="Uid">User id, which stays.</param>
/// <param name="Gid">Group id, that of the domain of the new address.</param>
/// <param name="Home">Absolute path.</param>
/// <param name="Followed">Destinations that lead to the new address now.</param>
public sealed record RenamedAccount(
    string OldAddress, string Address, OldName Left, long Uid, long Gid, string Home, FollowedDestinations Followed)
{
    /// <summary>Absolute path from where the home was moved; left out if it stays where it is.</summary>
    public string? MovedFrom { get; init; }

    /// <summary>The password that vmm generated, to be shown once; left out otherwise.</summary>
    public string? GeneratedPassword { get; init; }
}

/// <summary>
/// Gives an account another address, with its mail, password and settings. Within a domain that is a matter of rows; into another
/// domain the home moves too, because its place and its group are those of the domain.
/// </summary>
public static class AccountRename
{
    /// <summary>Renames an account.</summary>
    /// <param name="s">The session.</param>
    /// <param name="old">Under any name of its domain.</param>
    /// <param name="new">Under the primary name of any domain.</param>
    /// <param name="left">What stays at the old address.</param>
    /// <param name="password">A new password, or null to keep the one that is stored.</param>
    /// <exception cref="VmmException">21, 27, 28, 36, 37, 44, 48, 49, 52, 57, 60, 67, 81, 84, 85, 86.</exception>
    public static RenamedAccount Run(Session s, EmailAddress old, EmailAddress @new, OldName left, PasswordHash? password)
    {
        var rules = PostfixRules.Read(s);
        var (account, rename, target) = Find(s, old, @new, rules);
        RenameLocks.OfAddresses(
            s,
            [account.Gid, target.Gid, .. Followers.OfAddress(s, rename, target.Gid).Gids],
            rename.Old.ToString(),
            rename.New.ToString());
        (account, rename, target) = Find(s, old, @new, rules);
        _ = Addresses.RequireFree(s, @new);
        if (!AccountSql.Lock(s.Tx, account.Uid))
        {
            throw ObjectErrors.NoSuchAccount(old);
        }

        var followers = Followers.OfAddress(s, rename, target.Gid);
        RequirePassword(s, account, password);
        var home = account.Gid == target.Gid ? null : Move(s, account, target);
        var before = AccountSql.Info(s.Tx, account);
        var names = Accounts.Names(s, account);
        AccountSql.Rename(s.Tx, account.Uid, target.Gid, rename.New.LocalPart);
        if (password is not null)
        {
            AccountSql.SetPassword(s.Tx, account.Uid, password);
        }

        Leave(s, account.Gid, rename, left);
        var grants = Senders.Follow(s, account.Gid, rename, target.Gid);
        followers.Move();
        if (left == OldName.Alias)
        {
            DestinationList.RequireDeliverable(s, account.Gid, rename.Old.LocalPart, rename.Old.ToString(), rules);
        }

        followers.RequireDeliverable(rename.New, rules);
        var renamed = new AccountRow(account.Uid, target.Gid, rename.New, target.Directory);
        DovecotSessions.Changed(s, [.. names, .. Accounts.Names(s, renamed)]);
        QueuedMail.WarnOf(s, rename, left);
        AddressWarnings.OfNew(s, rename.New);
        AddressWarnings.OfAccount(s, target.Gid, rename.New);
        WarnOfDefaults(s, before, AccountSql.Info(s.Tx, renamed), target.Name);
        if (account.Gid != target.Gid)
        {
            Suspensions.WarnOfDomain(s, target.Gid, rename.New);
        }

        return new RenamedAccount(
            rename.Old.ToString(),
            rename.New.ToString(),
            left,
            account.Uid,
            target.Gid,
            $"{target.Directory}/{account.Uid}",
            followers.Count with { SenderGrants = grants })
        {
            MovedFrom = home,
        };
    }

    private static (AccountRow Account, AddressRename Rename, DomainRow Target) Find(
        Session s, EmailAddress old, EmailAddress @new, PostfixRules rules)
    {
        var (domain, own) = Addresses.Resolve(s, old);
        var account = AccountSql.Find(s.Tx, domain.Gid, own)
            ?? throw RenameErrors.Instead(ObjectErrors.NoSuchAccount(old), own, AddressSql.Kind(s.Tx, own));
        var (target, ownNew) = Addresses.Resolve(s, @new);
        var rename = new AddressRename(own, Names(s, domain), ownNew, rules.Delimiters);
        return own.ToString() == ownNew.ToString() ? throw RenameErrors.SameName(own.ToString()) : (account, rename, target);
    }

    /// <summary>All names of a domain.</summary>
    internal static List<string> Names(Session s, DomainRow domain) =>
        [domain.Name.Ascii, .. DomainSql.AliasNames(s.Tx, domain.Gid)];

    /// <summary>What answers at the old address from now on, which nothing has any more.</summary>
    internal static void Leave(Session s, long gid, AddressRename rename, OldName left)
    {
        if (left == OldName.Alias)
        {
            AliasSql.Insert(s.Tx, gid, rename.Old, [rename.New.ToString()]);
        }
        else if (left == OldName.Relocated)
        {
            RelocatedSql.Upsert(s.Tx, gid, rename.Old, rename.New.ToString());
        }
    }

    private static void RequirePassword(Session s, AccountRow account, PasswordHash? given)
    {
        if (given is null
            && AccountSql.Password(s.Tx, account.Uid) is { } stored
            && PasswordScheme.WithAddressIn(stored) is { } scheme)
        {
            throw RenameErrors.PasswordNamesAccount(account.Address, scheme);
        }
    }

    private static string Move(Session s, AccountRow account, DomainRow target)
    {
        var step = new MoveHome(
            DomainPath.Parse(account.DomainDirectory, account.Gid),
            DomainPath.Parse(target.Directory, target.Gid),
            account.Uid,
            Domains.DirectoryMode(s));
        s.Mailboxes.Move(step);
        s.AfterCommit(() =>
        {
            // Where accounts may write to the directory of their domain, a delivery can make what was moved away.
            if (Posix.FactsAt(step.Source) is not null)
            {
                s.Warn($"mail came to '{step.Source}' meanwhile; move it to '{step.Path}'");
            }
        });
        return step.Source;
    }

    private static void WarnOfDefaults(Session s, AccountInfo? before, AccountInfo? after, DomainName domain)
    {
        if (before is null || after is null)
        {
            return;
        }

        Warn("quota", Limits(before), Limits(after));
        Warn("services", Services(before), Services(after));
        Warn("transport", before.Transport, after.Transport);

        void Warn(string what, string old, string now)
        {
            if (old != now)
            {
                s.Warn($"the account now has the {what} of '{domain}': {now} instead of {old}");
            }
        }

        static string Limits(AccountInfo a) =>
            $"{(a.QuotaBytes == 0 ? Quota.Unlimited : Quota.FormatSize(a.QuotaBytes))}"
            + (a.QuotaMessages == 0 ? "" : $" and {a.QuotaMessages} messages");

        static string Services(AccountInfo a) => a.Services == ServiceSet.None
            ? "none"
            : a.Services.ToString().ToLowerInvariant().Replace(", ", "+", StringComparison.Ordinal);
    }
}
