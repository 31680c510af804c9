using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

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
/// <param name="Postmaster">The account that was added with it, as useradd reports it; null for none.</param>
public sealed record AddedDomain(string Domain, string Unicode, long Gid, string Directory, AddedAccount? Postmaster);

/// <summary>A second name of a domain.</summary>
/// <param name="Alias">The second name, A-labels.</param>
/// <param name="AliasUnicode">The same in U-labels.</param>
/// <param name="Domain">Primary name of the domain, A-labels.</param>
/// <param name="DomainUnicode">The same in U-labels.</param>
public sealed record AliasDomainInfo(string Alias, string AliasUnicode, string Domain, string DomainUnicode);

/// <summary>What a name is: exactly one of the two is not null.</summary>
/// <param name="Domain">Where the name is a domain.</param>
/// <param name="AliasDomain">Where the name is an alias domain.</param>
public sealed record AnyDomainInfo(DomainInfo? Domain, AliasDomainInfo? AliasDomain);

/// <summary>A domain that was deleted, and what was deleted with it.</summary>
/// <param name="Domain">Its primary name, A-labels.</param>
/// <param name="Accounts">Number of accounts that were deleted with it.</param>
/// <param name="Aliases">Number of alias addresses.</param>
/// <param name="Relocated">Number of relocated users.</param>
/// <param name="CatchAll">Number of catch-all destinations.</param>
/// <param name="AliasDomains">Its alias domain names.</param>
/// <param name="DirectoryDeleted">Whether its directory was removed.</param>
public sealed record DeletedDomain(
    string Domain,
    long Accounts,
    long Aliases,
    long Relocated,
    long CatchAll,
    IReadOnlyList<string> AliasDomains,
    bool DirectoryDeleted)
{
    /// <summary>Number of sender grants of its addresses and to its accounts; left out if there were none.</summary>
    public int? SenderGrants { get; init; }

    /// <summary>The change whose directory in the trash its mail and rows are in; left out if they are not.</summary>
    public long? Trash { get; init; }

    /// <summary>Group id that it had.</summary>
    public required long Gid { get; init; }

    /// <summary>Absolute path of its directory.</summary>
    public required string Directory { get; init; }
}

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
    /// <exception cref="VmmException">37, 38; those of <see cref="MailStore"/>.</exception>
    public static AddedDomain Add(Session s, NewDomain domain)
    {
        if (Claim(s, domain.Name) is { } existing)
        {
            throw Refusal(domain.Name, existing);
        }

        var path = NewPath(s);
        var transport = domain.Transport ?? Transport.Parse(s.Settings.Value(SettingOptions.DomainTransport));
        var row = new NewDomainRow(
            path.Gid,
            ChoiceTables.Quota(s.Tx, s.Settings.NewDomainQuota),
            ChoiceTables.Services(s.Tx, s.Settings.NewDomainServices),
            ChoiceTables.Transport(s.Tx, transport),
            path.ToString(),
            domain.Note);
        DomainSql.Insert(s.Tx, domain.Name, row);
        s.Mailboxes.Make(new MakeDomain(path, DirectoryMode(s)));
        DomainWarnings.OfName(s, domain.Name);

        var postmaster = domain.Postmaster is null ? null : Accounts.Add(
            s, new NewAccount(EmailAddress.Parse($"postmaster@{domain.Name}"), domain.Postmaster, null));
        return new AddedDomain(domain.Name.Ascii, domain.Name.Unicode, path.Gid, path.ToString(), postmaster);
    }

    /// <summary>The domain with this name, which nobody else adds or deletes until the end; null if there is none.</summary>
    internal static DomainRow? Claim(Session s, DomainName name)
    {
        NameLocks.TakeDomain(s, name);
        return DomainSql.Find(s.Tx, name);
    }

    /// <summary>Why a name cannot be that of a new domain.</summary>
    internal static VmmException Refusal(DomainName name, DomainRow existing) => existing.IsPrimary
        ? ObjectErrors.DomainExists(name)
        : ObjectErrors.DomainIsAlias(name, existing.Name.Ascii);

    private static DomainPath NewPath(Session s)
    {
        while (true)
        {
            var path = DomainPath.ForNew(s.Settings.BaseDirectory, DomainSql.NextGid(s.Tx));
            if (!MailboxPaths.IsOccupied(path))
            {
                return path;
            }
        }
    }

    /// <summary>
    /// Describes a domain. <paramref name="details"/> says which lists to include: accounts, aliasdomains, aliases, catchall,
    /// relocated or full.
    /// </summary>
    /// <exception cref="VmmException">37 an alias domain, 57.</exception>
    public static DomainInfo Info(Session s, DomainName name, DomainDetails details) =>
        DomainSql.Info(s.Tx, name) is { } info ? Detailed(s, info, details) : throw NotPrimary(s, name);

    /// <summary>As <see cref="Info"/>, but the answer to an alias domain name is its primary name ("Plan B" of vmm 0.7).</summary>
    /// <exception cref="VmmException">57.</exception>
    public static AnyDomainInfo Find(Session s, DomainName name, DomainDetails details)
    {
        if (DomainSql.Info(s.Tx, name) is { } info)
        {
            return new AnyDomainInfo(Detailed(s, info, details), null);
        }

        var domain = DomainSql.Find(s.Tx, name) ?? throw ObjectErrors.NoSuchDomain(name);
        s.Warn($"plan A failed ... trying plan B: aliasdomaininfo {name}");
        return new AnyDomainInfo(null, new AliasDomainInfo(name.Ascii, name.Unicode, domain.Name.Ascii, domain.Name.Unicode));
    }

    /// <summary>A rename that was interrupted can have left the only mail of another domain's account here.</summary>
    /// <exception cref="VmmException">84.</exception>
    internal static void RequireNoStrangers(Session s, DomainPath path)
    {
        foreach (var (uid, address) in AccountSql.OfOtherDomains(s.Tx, path.Gid, MailStore.HomesIn(path)))
        {
            throw Errors.UnsafePath($"{path}/{uid}", $"by its name it is the home of '{address}', which is in a different domain");
        }
    }

    /// <summary>
    /// Deletes a domain and what may be deleted with it. The directory is removed, or goes into the trash, only when asked for.
    /// </summary>
    /// <exception cref="VmmException">20, 36, 37, 57, 80.</exception>
    public static DeletedDomain Delete(Session s, DomainName name, DomainContents mayGo, OnDelete onDelete)
    {
        var domain = DomainLocks.Hold(s, name);
        var info = DomainSql.Info(s.Tx, domain.Name) ?? throw ObjectErrors.NoSuchDomain(name);
        var inTheWay = (info.AccountCount > 0 ? DomainContents.Accounts : 0)
            | (info.AliasCount > 0 ? DomainContents.Aliases : 0)
            | (info.RelocatedCount > 0 ? DomainContents.Relocated : 0);
        if ((inTheWay & ~mayGo) != 0)
        {
            throw ObjectErrors.DomainNotEmpty(domain.Name, info.AccountCount, info.AliasCount, info.RelocatedCount);
        }

        var step = new RemoveDomain(DomainPath.Parse(domain.Directory, domain.Gid));
        if (onDelete != OnDelete.Keep)
        {
            RequireNoStrangers(s, step.Domain);
        }

        var aliasDomains = DomainSql.AliasNames(s.Tx, domain.Gid);
        string[] names = [domain.Name.Ascii, .. aliasDomains];
        var gone = AddressSql.Under(s.Tx, names);
        var discarding = onDelete == OnDelete.Trash ? new Discarding(s, [step.Domain.Base], [domain.Gid], []) : null;
        var grants = SenderSql.DeleteOfDomain(s.Tx, domain.Gid);
        DomainSql.Delete(s.Tx, domain.Gid);
        DovecotSessions.DomainChanged(s, names);
        Addresses.WarnOfPointers(s, gone);
        discarding?.KeepRows();
        var removed = discarding?.Take(step) ?? (onDelete == OnDelete.Remove && s.Mailboxes.RemoveAfterCommit(step));
        if (onDelete != OnDelete.Keep && !removed)
        {
            s.Warn($"the domain directory '{domain.Directory}' was not there");
        }

        WarnOfLosses(s, info, aliasDomains);
        return new DeletedDomain(
            domain.Name.Ascii,
            info.AccountCount,
            info.AliasCount,
            info.RelocatedCount,
            info.CatchAllCount,
            aliasDomains,
            removed && discarding is null)
        {
            Trash = removed ? discarding?.Change : null,
            SenderGrants = grants > 0 ? grants : null,
            Gid = domain.Gid,
            Directory = domain.Directory,
        };
    }

    /// <summary>All names, each primary name before its alias domain names.</summary>
    /// <exception cref="VmmException">57 the domain to start after.</exception>
    public static IEnumerable<DomainListItem> List(Session s, DomainListPage page)
    {
        if (page.After is { } after && DomainSql.Find(s.Tx, after) is null)
        {
            throw ObjectErrors.NoSuchDomain(after);
        }

        foreach (var item in DomainSql.List(s.Tx, page.Like, page.After, page.Limit))
        {
            yield return item;
        }
    }

    internal static DomainRow RequirePrimary(Session s, DomainName name)
    {
        var domain = DomainSql.Find(s.Tx, name) ?? throw ObjectErrors.NoSuchDomain(name);
        return domain.IsPrimary ? domain : throw ObjectErrors.DomainIsAlias(name, domain.Name.Ascii);
    }

    /// <summary>Why there is no domain with this primary name.</summary>
    private static VmmException NotPrimary(Session s, DomainName name) => DomainSql.Find(s.Tx, name) is { } domain
        ? ObjectErrors.DomainIsAlias(name, domain.Name.Ascii)
        : ObjectErrors.NoSuchDomain(name);

    internal static UnixFileMode DirectoryMode(Session s) => (UnixFileMode)s.Settings.Value(SettingOptions.DomainDirectoryMode);

    private static DomainInfo Detailed(Session s, DomainInfo info, DomainDetails details)
    {
        return info with
        {
            Suspension = SuspensionSql.OfDomain(s.Tx, info.Gid),
            AliasDomains = details.HasFlag(DomainDetails.AliasDomains) ? DomainSql.AliasNames(s.Tx, info.Gid) : null,
            Accounts = Addresses(DomainDetails.Accounts, AddressKind.Account),
            Aliases = Addresses(DomainDetails.Aliases, AddressKind.Alias),
            Relocated = Addresses(DomainDetails.Relocated, AddressKind.Relocated),
            CatchAll = details.HasFlag(DomainDetails.CatchAll) ? DomainSql.CatchAll(s.Tx, info.Gid) : null,
        };

        IReadOnlyList<string>? Addresses(DomainDetails wanted, AddressKind kind) => details.HasFlag(wanted)
            ? [.. DomainSql.LocalParts(s.Tx, info.Gid, kind).Select(l => $"{l}@{info.Domain}")]
            : null;
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
