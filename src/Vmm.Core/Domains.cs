using Vmm.Sql;

namespace Vmm;

/// <summary>A domain to add.</summary>
/// <param name="Name">Its primary name.</param>
/// <param name="Note">From <see cref="NoteText.Parse"/>.</param>
/// <param name="Transport">Default transport of its accounts, or null for the configured one.</param>
/// <param name="Postmaster">Password of an account postmaster@ to add with it, or null for none.</param>
public sealed record NewDomain(DomainName Name, string? Note, Transport? Transport, PasswordHash? Postmaster);

/// <summary>A domain that was added.</summary>
/// <param name="Domain">Its name, A-labels.</param>
/// <param name="Unicode">The same in U-labels.</param>
/// <param name="Gid">Its group id.</param>
/// <param name="Directory">Absolute path.</param>
/// <param name="Postmaster">The account that was added with it, as by useradd; null for none.</param>
public sealed record AddedDomain(string Domain, string Unicode, long Gid, string Directory, AddedAccount? Postmaster);

/// <summary>A second name of a domain.</summary>
/// <param name="Alias">The second name, A-labels.</param>
/// <param name="AliasUnicode">The same in U-labels.</param>
/// <param name="Domain">Primary name of the domain behind it, A-labels.</param>
/// <param name="DomainUnicode">The same in U-labels.</param>
public sealed record AliasDomainInfo(string Alias, string AliasUnicode, string Domain, string DomainUnicode);

/// <summary>What a name is: exactly one of the two is set.</summary>
/// <param name="Domain">Where the name is a domain.</param>
/// <param name="AliasDomain">Where the name is an alias domain.</param>
public sealed record AnyDomainInfo(DomainInfo? Domain, AliasDomainInfo? AliasDomain);

/// <summary>A domain that was deleted, with what went with it.</summary>
/// <param name="Domain">Its primary name, A-labels.</param>
/// <param name="Accounts">Number of accounts that went with it.</param>
/// <param name="Aliases">Number of alias addresses.</param>
/// <param name="Relocated">Number of relocated users.</param>
/// <param name="CatchAll">Number of catch-all destinations.</param>
/// <param name="AliasDomains">Its other names.</param>
/// <param name="DirectoryDeleted">Whether its directory was removed.</param>
public sealed record DeletedDomain(string Domain, long Accounts, long Aliases, long Relocated, long CatchAll, IReadOnlyList<string> AliasDomains, bool DirectoryDeleted);

/// <summary>What may be deleted together with its domain.</summary>
[Flags]
public enum DomainContents
{
    /// <summary>Only an empty domain.</summary>
    None = 0,

    /// <summary>Accounts.</summary>
    Accounts = 1,

    /// <summary>Aliases.</summary>
    Aliases = 2,

    /// <summary>Relocated users.</summary>
    Relocated = 4,

    /// <summary>Everything: <c>--force</c>.</summary>
    All = Accounts | Aliases | Relocated,
}

/// <summary>What an administrator may do with domains.</summary>
public static class Domains
{
    /// <summary>Adds a domain with its directory, and its postmaster where asked for.</summary>
    /// <exception cref="VmmException">37, 38; those of <see cref="MailboxRoom"/>.</exception>
    public static async Task<AddedDomain> AddAsync(Session s, NewDomain domain)
    {
        if (await DomainSql.ClaimAsync(s.Tx, domain.Name) is { } existing)
        {
            throw existing.IsPrimary ? Errors.DomainExists(domain.Name) : Errors.DomainIsAlias(domain.Name, existing.Name.Ascii);
        }

        var path = await NewPathAsync(s);
        var transport = domain.Transport ?? Transport.Parse(s.Settings.Text("domain.transport"));
        var row = new NewDomainRow(
            path.Gid,
            await Lookups.QuotaAsync(s.Tx, s.Settings.NewDomainQuota),
            await Lookups.ServicesAsync(s.Tx, s.Settings.NewDomainServices),
            await Lookups.TransportAsync(s.Tx, transport),
            path.ToString(),
            domain.Note);
        await DomainSql.InsertAsync(s.Tx, domain.Name, row);
        s.Mailboxes.Make(new MakeDomain(path, DirectoryMode(s)));

        var postmaster = domain.Postmaster is null ? null : await Accounts.AddAsync(
            s, new NewAccount(EmailAddress.Parse($"postmaster@{domain.Name}"), domain.Postmaster, null));
        return new AddedDomain(domain.Name.Ascii, domain.Name.Unicode, path.Gid, path.ToString(), postmaster);
    }

    private static async Task<DomainPath> NewPathAsync(Session s)
    {
        while (true)
        {
            var path = DomainPath.ForNew(s.Settings.BaseDirectory, await DomainSql.NextGidAsync(s.Tx));
            if (!MailboxPaths.IsOccupied(path))
            {
                return path;
            }
        }
    }

    /// <summary>Tells about a domain. <paramref name="details"/> names the lists to include: accounts, aliasdomains, aliases, catchall, relocated or full.</summary>
    /// <exception cref="VmmException">37 an alias domain, 57.</exception>
    public static async Task<DomainInfo> InfoAsync(Session s, DomainName name, string? details) =>
        await DescribeAsync(s, await RequirePrimaryAsync(s, name), details);

    /// <summary>As <see cref="InfoAsync"/>; an alias domain name is answered with its primary ("Plan B" of vmm 0.7).</summary>
    /// <exception cref="VmmException">57.</exception>
    public static async Task<AnyDomainInfo> FindAsync(Session s, DomainName name, string? details)
    {
        var domain = await DomainSql.FindAsync(s.Tx, name) ?? throw Errors.NoSuchDomain(name);
        if (domain.IsPrimary)
        {
            return new AnyDomainInfo(await DescribeAsync(s, domain, details), null);
        }

        s.Warn($"plan A failed ... trying plan B: aliasdomaininfo {name}");
        return new AnyDomainInfo(null, new AliasDomainInfo(name.Ascii, name.Unicode, domain.Name.Ascii, domain.Name.Unicode));
    }

    /// <summary>Deletes a domain and what may go with it; the directory only when asked for.</summary>
    /// <exception cref="VmmException">20, 36, 37, 57, 80.</exception>
    public static async Task<DeletedDomain> DeleteAsync(Session s, DomainName name, DomainContents mayGo, bool deleteDirectory)
    {
        var domain = await RequirePrimaryAsync(s, name);
        if (!await DomainSql.LockAsync(s.Tx, domain.Gid))
        {
            throw Errors.NoSuchDomain(name);
        }

        var info = await DomainSql.InfoAsync(s.Tx, domain) ?? throw Errors.NoSuchDomain(name);
        var inTheWay = (info.AccountCount > 0 ? DomainContents.Accounts : 0)
            | (info.AliasCount > 0 ? DomainContents.Aliases : 0)
            | (info.RelocatedCount > 0 ? DomainContents.Relocated : 0);
        if ((inTheWay & ~mayGo) != 0)
        {
            throw Errors.DomainNotEmpty(domain.Name, info.AccountCount, info.AliasCount, info.RelocatedCount);
        }

        var aliasDomains = await DomainSql.AliasNamesAsync(s.Tx, domain.Gid);
        var gone = await AddressSql.UnderAsync(s.Tx, domain.Gid);
        await DomainSql.DeleteAsync(s.Tx, domain.Gid);
        DovecotSessions.DomainChanged(s, [domain.Name.Ascii, .. aliasDomains]);
        await Addresses.WarnOfPointersAsync(s, gone);
        var removed = deleteDirectory && s.Mailboxes.RemoveAfterCommit(new RemoveDomain(DomainPath.Parse(domain.Directory, domain.Gid)));
        if (deleteDirectory && !removed)
        {
            s.Warn($"the domain directory '{domain.Directory}' was not there");
        }

        WarnOfLosses(s, info, aliasDomains);
        return new DeletedDomain(
            domain.Name.Ascii, info.AccountCount, info.AliasCount, info.RelocatedCount, info.CatchAllCount, aliasDomains, removed);
    }

    /// <summary>All names, primaries with their alias names behind them.</summary>
    /// <exception cref="VmmException">57 the domain to begin after.</exception>
    public static async IAsyncEnumerable<DomainListItem> ListAsync(Session s, DomainListPage page)
    {
        if (page.After is { } after && await DomainSql.FindAsync(s.Tx, after) is null)
        {
            throw Errors.NoSuchDomain(after);
        }

        await foreach (var item in DomainSql.ListAsync(s.Tx, page.Like, page.After, page.Limit))
        {
            yield return item;
        }
    }

    internal static async Task<DomainRow> RequirePrimaryAsync(Session s, DomainName name)
    {
        var domain = await DomainSql.FindAsync(s.Tx, name) ?? throw Errors.NoSuchDomain(name);
        return domain.IsPrimary ? domain : throw Errors.DomainIsAlias(name, domain.Name.Ascii);
    }

    internal static UnixFileMode DirectoryMode(Session s) => (UnixFileMode)s.Settings.Number("domain.directory_mode");

    private static async Task<DomainInfo> DescribeAsync(Session s, DomainRow domain, string? details)
    {
        var info = await DomainSql.InfoAsync(s.Tx, domain) ?? throw Errors.NoSuchDomain(domain.Name);
        return info with
        {
            AliasDomains = Wants("aliasdomains") ? await DomainSql.AliasNamesAsync(s.Tx, domain.Gid) : null,
            Accounts = Wants("accounts") ? await AddressesAsync("account") : null,
            Aliases = Wants("aliases") ? await AddressesAsync("alias") : null,
            Relocated = Wants("relocated") ? await AddressesAsync("relocated") : null,
            CatchAll = Wants("catchall") ? await DomainSql.LocalPartsAsync(s.Tx, domain.Gid, "catchall") : null,
        };

        bool Wants(string what) => details == "full" || details == what;

        async Task<IReadOnlyList<string>> AddressesAsync(string kind) =>
            [.. (await DomainSql.LocalPartsAsync(s.Tx, domain.Gid, kind)).Select(l => $"{l}@{domain.Name}")];
    }

    private static void WarnOfLosses(Session s, DomainInfo info, List<string> aliasDomains)
    {
        if (aliasDomains.Count > 0)
        {
            s.Warn($"the alias domains of '{info.Domain}' are deleted with it: {string.Join(' ', aliasDomains)}");
        }

        if (info.CatchAllCount > 0)
        {
            s.Warn($"the catch-all of '{info.Domain}' with {Errors.Count(info.CatchAllCount, "destination")} is deleted with it");
        }
    }
}
