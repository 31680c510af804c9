using Vmm.Sql;

namespace Vmm;

/// <summary>An account to add.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Password">Already hashed: nobody waits for a lock while a hash is computed.</param>
/// <param name="Note">From <see cref="NoteText.Parse"/>.</param>
public sealed record NewAccount(EmailAddress Address, PasswordHash Password, string? Note)
{
    /// <summary>From <see cref="PersonName.Parse"/>.</summary>
    public string? Name { get; init; }

    /// <summary>A limit of its own; null where its domain's holds. Only <see cref="AccountBatch"/> looks at it.</summary>
    public Quota? Quota { get; init; }

    /// <summary>Services of its own; null where its domain's hold. Only <see cref="AccountBatch"/> looks at them.</summary>
    public ServiceSet? Services { get; init; }
}

/// <summary>An account that was added.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Uid">User id.</param>
/// <param name="Gid">Group id, its domain's.</param>
/// <param name="Home">Absolute path.</param>
public sealed record AddedAccount(string Address, long Uid, long Gid, string Home)
{
    /// <summary>The password that vmm made up, to be shown once; null when the administrator gave one.</summary>
    public string? GeneratedPassword { get; init; }
}

/// <summary>An account that was deleted.</summary>
/// <param name="Address">Its address.</param>
/// <param name="AliasDestinations">Number of alias destinations that went with it.</param>
/// <param name="DirectoryDeleted">Whether its home was removed.</param>
public sealed record DeletedAccount(string Address, int AliasDestinations, bool DirectoryDeleted);

/// <summary>What an administrator may do with accounts.</summary>
public static class Accounts
{
    /// <summary>Adds an account with its home and mailbox.</summary>
    /// <exception cref="VmmException">21, 28, 37, 57, 60; those of <see cref="MailboxRoom"/>.</exception>
    public static async Task<AddedAccount> AddAsync(Session s, NewAccount account)
    {
        var (domain, _) = await Addresses.RequireFreeAsync(s, account.Address);
        var location = s.Settings.NewMailLocation();
        var mid = await Lookups.MailLocationAsync(s.Tx, location);
        var path = DomainPath.Parse(domain.Directory, domain.Gid);
        var uid = await AccountSql.InsertAsync(s.Tx, account.Address, account.Password, domain.Gid, mid, account.Note);
        while (MailboxPaths.Occupied(path, [uid]).Count > 0)
        {
            uid = await AccountSql.RenumberAsync(s.Tx, uid);
        }

        var layout = Layout(s, location);
        s.Mailboxes.Make(new MakeHome(path, uid, HomeMode(s), Domains.DirectoryMode(s), layout));
        DovecotSessions.Forget(s, account.Address.ToString());
        if (layout.IsBare)
        {
            s.AfterCommit(() => DboxFolders.MakeAsync(s, account.Address));
        }

        return new AddedAccount(account.Address.ToString(), uid, domain.Gid, $"{domain.Directory}/{uid}");
    }

    internal static MaildirLayout Layout(Session s, MailLocation location)
    {
        var layout = MaildirLayout.For(location, s.Settings.Folders, s.Settings.Flag("mailbox.subscribe"), out var refused);
        if (refused.Count > 0)
        {
            s.Warn($"these names in mailbox.folders cannot be folders and were left out: {string.Join(", ", refused)}");
        }

        return layout;
    }

    internal static UnixFileMode HomeMode(Session s) => (UnixFileMode)s.Settings.Number("account.directory_mode");

    /// <summary>Stores another password.</summary>
    /// <exception cref="VmmException">52.</exception>
    public static async Task<string> SetPasswordAsync(Session s, EmailAddress address, PasswordHash password)
    {
        var account = await RequireAsync(s, address);
        if (await AccountSql.SetPasswordAsync(s.Tx, account.Uid, password) != 1)
        {
            throw Errors.NoSuchAccount(address);
        }

        DovecotSessions.Changed(s, await NamesAsync(s, account));
        return account.Address.ToString();
    }

    /// <summary>Tells about an account; <paramref name="details"/> is aliases, du or full.</summary>
    /// <exception cref="VmmException">52, 57; 51 and 55 for du.</exception>
    public static async Task<AccountInfo> InfoAsync(Session s, EmailAddress address, string? details)
    {
        var account = await RequireAsync(s, address);
        var info = await AccountSql.InfoAsync(s.Tx, account) ?? throw Errors.NoSuchAccount(address);
        return info with
        {
            Aliases = details is "aliases" or "full" ? await AliasSql.PointingToAsync(s.Tx, await NamesAsync(s, account)) : null,
            DiskUsage = details is "du" or "full" || s.Settings.Flag("account.disk_usage") ? await DiskUsageAsync(s, info.MailDirectory) : null,
        };
    }

    /// <summary>Finds an account by its uid.</summary>
    /// <exception cref="VmmException">44, 52.</exception>
    public static async Task<AccountByUid> ByUidAsync(Session s, long uid) =>
        uid < 1 ? throw Errors.InvalidArgument("a uid is a number from 1 up") : await AccountSql.ByUidAsync(s.Tx, uid) ?? throw Errors.NoSuchUid(uid);

    /// <summary>
    /// Deletes an account; with <paramref name="force"/> also every alias destination that names it. The home is removed only when asked for, after
    /// the commit.
    /// </summary>
    /// <exception cref="VmmException">30, 49, 52, 80.</exception>
    public static async Task<DeletedAccount> DeleteAsync(Session s, EmailAddress address, bool force, bool deleteDirectory)
    {
        var (domain, own) = await Addresses.HoldAsync(s, address);
        var account = await AccountSql.FindAsync(s.Tx, domain.Gid, own) ?? throw Errors.NoSuchAccount(address);
        if (!await AccountSql.LockAsync(s.Tx, account.Uid))
        {
            throw Errors.NoSuchAccount(address);
        }

        var names = await NamesAsync(s, account);
        var aliases = await AliasSql.PointingToAsync(s.Tx, names);
        if (aliases.Count > 0 && !force)
        {
            throw Errors.AliasesPointTo(account.Address, aliases);
        }

        var destinations = aliases.Count == 0 ? 0 : await AliasSql.DeletePointingToAsync(s.Tx, names);
        await AccountSql.DeleteAsync(s.Tx, account.Uid);
        DovecotSessions.Changed(s, names);
        await WarnOfVanishedAsync(s, aliases);
        await Addresses.WarnOfPointersAsync(s, names);
        var removed = deleteDirectory && s.Mailboxes.RemoveAfterCommit(new RemoveHome(DomainPath.Parse(account.DomainDirectory, account.Gid), account.Uid));
        if (deleteDirectory && !removed)
        {
            s.Warn($"the home '{account.DomainDirectory}/{account.Uid}' was not there");
        }

        return new DeletedAccount(account.Address.ToString(), destinations, removed);
    }

    /// <summary>All accounts, once for each name of their domain.</summary>
    public static IAsyncEnumerable<AddressListItem> ListAsync(Session s, AddressListPage page) => Addresses.ListAsync(s, "account", page);

    internal static async Task<AccountRow> RequireAsync(Session s, EmailAddress address)
    {
        var (domain, own) = await Addresses.ResolveAsync(s, address);
        return await AccountSql.FindAsync(s.Tx, domain.Gid, own) ?? throw Errors.NoSuchAccount(address);
    }

    /// <summary>The account's address under every name of its domain.</summary>
    internal static async Task<List<string>> NamesAsync(Session s, AccountRow account) =>
        [account.Address.ToString(), .. (await DomainSql.AliasNamesAsync(s.Tx, account.Gid)).Select(n => $"{account.Address.LocalPart}@{n}")];

    private static async Task WarnOfVanishedAsync(Session s, List<string> aliases)
    {
        foreach (var alias in aliases)
        {
            var parts = alias.Split('@');
            if (await AddressSql.KindAsync(s.Tx, EmailAddress.Stored(parts[0], parts[1])) is null)
            {
                s.Warn($"the alias '{alias}' had no other destination and is deleted");
            }
        }
    }

    /// <summary>As <c>du -hs</c> says it; a missing directory is 0 with a warning.</summary>
    private static async Task<string> DiskUsageAsync(Session s, string directory)
    {
        if (!Directory.Exists(directory))
        {
            s.Warn($"the mail directory '{directory}' does not exist");
            return "0";
        }

        var output = await ChildProgram.RunAsync(s.Settings.Text("bin.du"), ["-hs", "--", directory], s.Ct);
        return output.Split('\t')[0].Trim();
    }
}
