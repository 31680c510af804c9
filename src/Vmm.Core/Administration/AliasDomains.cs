using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>What <c>aliasdomaindelete</c> changed.</summary>
/// <param name="Alias">The name that is gone.</param>
/// <param name="Domain">Primary name of the domain that it belonged to.</param>
public sealed record DeletedAliasDomain(string Alias, string Domain);

/// <summary>
/// What an administrator may do with alias domains: additional names of a domain, under which all its addresses exist too.
/// </summary>
public static class AliasDomains
{
    /// <summary>Adds a name to a domain.</summary>
    /// <exception cref="VmmException">23, 24, 37, 57.</exception>
    public static AliasDomainInfo Add(Session s, DomainName alias, DomainName target)
    {
        var existing = Domains.Claim(s, alias);
        var domain = Domains.RequirePrimary(s, target);
        if (Refusal(alias, existing, domain) is { } refusal)
        {
            throw refusal;
        }

        Hold(s, [domain]);
        DomainSql.InsertAlias(s.Tx, alias, domain.Gid);
        DomainWarnings.OfName(s, alias);
        DovecotSessions.Forget(s);
        return Describe(alias, domain.Name);
    }

    /// <summary>Why a name cannot be a second one of a domain, because of what it is; null where it can.</summary>
    internal static VmmException? Refusal(DomainName alias, DomainRow? existing, DomainRow domain) =>
        existing is null ? null
        : existing.IsPrimary ? ObjectErrors.AliasDomainIsDomain(alias)
        : ObjectErrors.AliasDomainExists(alias, existing.Name, existing.Gid == domain.Gid);

    /// <summary>
    /// Finds the domain that an alias domain belongs to. The answer to a
    /// primary name is that of <c>domaininfo</c> ("Plan B" of vmm 0.7).
    /// </summary>
    /// <exception cref="VmmException">54.</exception>
    public static AnyDomainInfo Find(Session s, DomainName alias)
    {
        var domain = DomainSql.Find(s.Tx, alias) ?? throw ObjectErrors.NoSuchAliasDomain(alias);
        if (!domain.IsPrimary)
        {
            return new AnyDomainInfo(null, Describe(alias, domain.Name));
        }

        s.Warn($"plan A failed ... trying plan B: domaininfo {alias}");
        return new AnyDomainInfo(Domains.Info(s, alias, DomainDetails.None), null);
    }

    /// <summary>Moves an alias domain to a different domain.</summary>
    /// <exception cref="VmmException">23 it belongs to that domain already, 24, 37, 54, 57.</exception>
    public static AliasDomainInfo Switch(Session s, DomainName alias, DomainName target)
    {
        var existing = RequireAlias(s, alias);
        var domain = Domains.RequirePrimary(s, target);
        if (existing.Gid == domain.Gid)
        {
            throw ObjectErrors.AliasDomainExists(alias, existing.Name, asWanted: true);
        }

        Hold(s, [existing, domain]);
        WithoutName(s, alias, () => DomainSql.SetName(s.Tx, alias, domain.Gid));
        return Describe(alias, domain.Name);
    }

    /// <summary>Removes a name from its domain; everything in the domain stays.</summary>
    /// <exception cref="VmmException">24, 54.</exception>
    public static DeletedAliasDomain Delete(Session s, DomainName alias)
    {
        var existing = RequireAlias(s, alias);
        Hold(s, [existing]);
        WithoutName(s, alias, () => DomainSql.DeleteName(s.Tx, alias));
        return new DeletedAliasDomain(alias.Ascii, existing.Name.Ascii);
    }

    /// <summary>
    /// Runs a change that removes a name from its domain, and warns of destinations that pointed to addresses under that name.
    /// </summary>
    private static void WithoutName(Session s, DomainName alias, Func<int> change)
    {
        var before = AddressSql.Under(s.Tx, [alias.Ascii]);
        if (change() != 1)
        {
            throw ObjectErrors.NoSuchAliasDomain(alias);
        }

        DovecotSessions.DomainChanged(s, [alias.Ascii]);
        Addresses.WarnOfPointers(s, AddressSql.Missing(s.Tx, before));
    }

    private static DomainRow RequireAlias(Session s, DomainName alias)
    {
        var existing = Domains.Claim(s, alias) ?? throw ObjectErrors.NoSuchAliasDomain(alias);
        return existing.IsPrimary ? throw ObjectErrors.AliasDomainIsDomain(alias) : existing;
    }

    /// <summary>
    /// Locks domains, one of which may have been deleted meanwhile. In order of their gids: two commands that exchange names would
    /// be in deadlock.
    /// </summary>
    internal static void Hold(Session s, IEnumerable<DomainRow> domains)
    {
        foreach (var domain in domains.DistinctBy(d => d.Gid).OrderBy(d => d.Gid))
        {
            if (!DomainSql.Lock(s.Tx, domain.Gid))
            {
                throw ObjectErrors.NoSuchDomain(domain.Name);
            }
        }
    }

    private static AliasDomainInfo Describe(DomainName alias, DomainName primary) =>
        new(alias.Ascii, alias.Unicode, primary.Ascii, primary.Unicode);
}
