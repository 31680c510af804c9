using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>An account to add.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Password">Already hashed, so that no lock is held while a hash is computed.</param>
/// <param name="Note">From <see cref="NoteText.Parse"/>.</param>
public sealed record NewAccount(EmailAddress Address, PasswordHash Password, string? Note)
{
    /// <summary>From <see cref="PersonName.Parse"/>.</summary>
    public string? Name { get; init; }

    /// <summary>Overrides the domain's quota; null for the domain's. Only <see cref="AccountBatch"/> uses it.</summary>
    public Quota? Quota { get; init; }

    /// <summary>Overrides the domain's services; null for the domain's. Only <see cref="AccountBatch"/> uses them.</summary>
    public ServiceSet? Services { get; init; }
}

/// <summary>An account that was added.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Uid">User id.</param>
/// <param name="Gid">Group id, its domain's.</param>
/// <param name="Home">Absolute path.</param>
public sealed record AddedAccount(string Address, long Uid, long Gid, string Home)
{
    /// <summary>The password that vmm generated, to be shown once; null when the administrator gave one.</summary>
    public string? GeneratedPassword { get; init; }
}

/// <summary>An account that was deleted.</summary>
/// <param name="Address">Its address.</param>
/// <param name="AliasDestinations">Number of alias destinations that were deleted with it.</param>
/// <param name="DirectoryDeleted">Whether its home was removed.</param>
public sealed record DeletedAccount(string Address, int AliasDestinations, bool DirectoryDeleted)
{
    /// <summary>Number of catch-all destinations that were deleted with it; left out if there were none.</summary>
    public int? CatchAllDestinations { get; init; }

    /// <summary>Number of grants to send as something that were deleted with it; left out if there were none.</summary>
    public int? SenderGrants { get; init; }

    /// <summary>The change whose directory in the trash its mail and rows are in; left out if they are not.</summary>
    public long? Trash { get; init; }

    /// <summary>User id that it had.</summary>
    public required long Uid { get; init; }

    /// <summary>Absolute path of its home.</summary>
    public required string Home { get; init; }
}

/// <summary>What an administrator may do with accounts.</summary>
public static class Accounts
{
    /// <summary>Adds an account with its home and mailbox.</summary>
    /// <exception cref="VmmException">21, 28, 37, 57, 60; those of <see cref="MailStore"/>.</exception>
    public static AddedAccount Add(Session s, NewAccount account)
    {
        var (domain, _) = Addresses.RequireFree(s, account.Address);
        var location = s.Settings.NewMailLocation();
        var mid = ChoiceTables.MailLocation(s.Tx, location);
        var path = DomainPath.Parse(domain.Directory, domain.Gid);
        var uid = AccountSql.Insert(s.Tx, account.Address, account.Password, domain.Gid, mid, account.Note);
        while (MailboxPaths.Occupied(path, [uid]).Count > 0)
        {
            uid = AccountSql.Renumber(s.Tx, uid);
        }

        var layout = Layout(s, location);
        s.Mailboxes.Make(new MakeHome(path, uid, HomeMode(s), Domains.DirectoryMode(s), layout));
        DovecotSessions.Forget(s, account.Address.ToString());
        if (layout.IsBare)
        {
            s.AfterCommit(() => DboxFolders.Make(s, account.Address));
        }

        AddressWarnings.OfNew(s, account.Address);
        AddressWarnings.OfAccount(s, domain.Gid, account.Address);
        Senders.WarnOfEarlier(s, domain.Gid, account.Address);
        Suspensions.WarnOfDomain(s, domain.Gid, account.Address);
        return new AddedAccount(account.Address.ToString(), uid, domain.Gid, $"{domain.Directory}/{uid}");
    }

    internal static MaildirLayout Layout(Session s, MailLocation location)
    {
        var layout = MaildirLayout.For(
            location,
            s.Settings.Folders,
            s.Settings.Value(SettingOptions.MailboxSubscribe),
            out var refused
        );
        if (refused.Count > 0)
        {
            s.Warn($"these names in mailbox.folders cannot be folders and were left out: {string.Join(", ", refused)}");
        }

        return layout;
    }

    internal static UnixFileMode HomeMode(Session s) => (UnixFileMode)s.Settings.Value(SettingOptions.AccountDirectoryMode);

    /// <summary>Stores a new password.</summary>
    /// <exception cref="VmmException">52.</exception>
    public static string SetPassword(Session s, EmailAddress address, PasswordHash password)
    {
        var account = Hold(s, address);
        if (AccountSql.SetPassword(s.Tx, account.Uid, password) != 1)
        {
            throw ObjectErrors.NoSuchAccount(address);
        }

        DovecotSessions.Changed(s, Names(s, account));
        return account.Address.ToString();
    }

    /// <summary>Describes an account.</summary>
    /// <exception cref="VmmException">52, 57; 51 and 55 for the disk usage.</exception>
    public static AccountInfo Info(Session s, EmailAddress address, AccountDetails details)
    {
        var account = Require(s, address);
        var info = AccountSql.Info(s.Tx, account) ?? throw ObjectErrors.NoSuchAccount(address);
        var measures = details.HasFlag(AccountDetails.DiskUsage) || s.Settings.Value(SettingOptions.AccountDiskUsage);
        var senders = SenderSql.OfAccount(s.Tx, account.Uid);
        return info with
        {
            SenderGrants = senders.Count > 0 ? senders : null,
            Aliases = details.HasFlag(AccountDetails.Aliases)
                ? AliasSql.PointingTo(s.Tx, ExtendedAddresses.With(s, Names(s, account)))
                : null,
            Suspension = SuspensionSql.OfAccount(s.Tx, account.Uid),
            DomainSuspension = SuspensionSql.OfDomain(s.Tx, account.Gid),
            DiskUsage = measures ? DiskUsage(s, info.MailDirectory) : null,
        };
    }

    /// <summary>Finds an account by its uid.</summary>
    /// <exception cref="VmmException">44, 52.</exception>
    public static AccountByUid ByUid(Session s, long uid) =>
        uid < 1
            ? throw Errors.InvalidArgument("a uid is a number from 1 up")
            : AccountSql.ByUid(s.Tx, uid) ?? throw Errors.NoSuchUid(uid);

    /// <summary>
    /// Deletes an account; with <paramref name="force"/> also every destination of an alias or a catch-all that points to it. The
    /// home is removed, or goes into the trash, only when asked for, after the commit.
    /// </summary>
    /// <exception cref="VmmException">30, 49, 52, 80.</exception>
    public static DeletedAccount Delete(Session s, EmailAddress address, bool force, OnDelete onDelete)
    {
        if (force)
        {
            Pointers.HoldDomains(s, address);
        }

        var account = Hold(s, address);
        var names = Names(s, account);
        var pointers = Pointers.Find(s, names);
        if (!force)
        {
            pointers.RequireNone(account.Address);
        }

        var home = new RemoveHome(DomainPath.Parse(account.DomainDirectory, account.Gid), account.Uid);
        var discarding = onDelete == OnDelete.Trash ? new Discarding(s, [home.Domain.Base], [], [account.Uid]) : null;
        var (ofAliases, ofCatchAlls) = pointers.Delete();
        var grants = SenderSql.DeleteOfAccount(s.Tx, account.Uid);
        AccountSql.Delete(s.Tx, account.Uid);
        Senders.WarnOfRest(s, account.Gid, account.Address);
        DovecotSessions.Changed(s, names);
        pointers.WarnOfVanished();
        Addresses.WarnOfPointers(s, names);
        discarding?.KeepRows();
        var removed = discarding?.Take(home) ?? (onDelete == OnDelete.Remove && s.Mailboxes.RemoveAfterCommit(home));
        if (onDelete != OnDelete.Keep && !removed)
        {
            s.Warn($"the home '{account.DomainDirectory}/{account.Uid}' was not there");
        }

        return new DeletedAccount(account.Address.ToString(), ofAliases, removed && discarding is null)
        {
            Trash = removed ? discarding?.Change : null,
            CatchAllDestinations = ofCatchAlls > 0 ? ofCatchAlls : null,
            SenderGrants = grants > 0 ? grants : null,
            Uid = account.Uid,
            Home = $"{account.DomainDirectory}/{account.Uid}",
        };
    }

    /// <summary>All accounts, once for each name of their domain.</summary>
    public static IEnumerable<AddressListItem> List(Session s, AddressListPage page) =>
        Addresses.List(s, AddressKind.Account, page);

    internal static AccountRow Require(Session s, EmailAddress address) => Require(s, address, Addresses.Resolve(s, address));

    /// <summary>
    /// As <see cref="Require(Session, EmailAddress)"/>, and locks the account, so that two changes of it take turns. A trigger
    /// locks the domain: to lock it after the account would be out of order.
    /// </summary>
    /// <exception cref="VmmException">52, 57.</exception>
    internal static AccountRow Hold(Session s, EmailAddress address)
    {
        var account = Require(s, address, Addresses.Hold(s, address));
        return AccountSql.Lock(s.Tx, account.Uid) ? account : throw ObjectErrors.NoSuchAccount(address);
    }

    private static AccountRow Require(Session s, EmailAddress address, (DomainRow Domain, EmailAddress Own) found) =>
        AccountSql.Find(s.Tx, found.Domain.Gid, found.Own)
            ?? throw Addresses.Missing(s, found.Own, ObjectErrors.NoSuchAccount(address));

    /// <summary>The account's address under every name of its domain.</summary>
    internal static List<string> Names(Session s, AccountRow account) =>
        [account.Address.ToString(), .. DomainSql.AliasNames(s.Tx, account.Gid).Select(n => $"{account.Address.LocalPart}@{n}")];

    /// <summary>As <c>du -hs</c> prints it; 0 with a warning for a missing directory.</summary>
    private static string DiskUsage(Session s, string directory)
    {
        if (!Directory.Exists(directory))
        {
            s.Warn($"the mail directory '{directory}' does not exist");
            return "0";
        }

        var output = ChildProgram.Run(s.Settings.Value(SettingOptions.BinDu), ["-hs", "--", directory], s.Ct);
        return output.Split('\t')[0].Trim();
    }
}
