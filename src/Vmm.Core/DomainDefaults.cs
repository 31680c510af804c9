using Vmm.Sql;

namespace Vmm;

/// <summary>What was changed about a domain.</summary>
/// <param name="Domain">Its primary name.</param>
/// <param name="AccountsReset">Number of accounts that had a choice of their own and now follow the domain.</param>
public sealed record ChangedDomain(string Domain, int AccountsReset);

/// <summary>
/// The remark on a domain, and what its accounts have unless they have a choice of their own. With reset the accounts give up theirs, in the same
/// transaction. Alias domain names are refused, as by vmm 0.7.
/// </summary>
public static class DomainDefaults
{
    /// <summary>Sets or with null deletes the remark.</summary>
    /// <exception cref="VmmException">37, 57.</exception>
    public static async Task<ChangedDomain> SetNoteAsync(Session s, DomainName name, string? note)
    {
        var domain = await HoldAsync(s, name);
        await DomainSql.SetNoteAsync(s.Tx, domain.Gid, note);
        return new ChangedDomain(domain.Name.Ascii, 0);
    }

    /// <summary>Sets the quota of each account.</summary>
    /// <exception cref="VmmException">37, 57.</exception>
    public static async Task<ChangedDomain> SetQuotaAsync(Session s, DomainName name, Quota quota, bool reset)
    {
        var domain = await HoldAsync(s, name);
        DovecotSessions.Forget(s);
        return new ChangedDomain(domain.Name.Ascii, await DomainSql.SetQuotaAsync(s.Tx, domain.Gid, await Lookups.QuotaAsync(s.Tx, quota), reset));
    }

    /// <summary>Switches services on and off.</summary>
    /// <exception cref="VmmException">37, 57.</exception>
    public static async Task<ChangedDomain> SetServicesAsync(Session s, DomainName name, ServiceChange change, bool reset)
    {
        var domain = await HoldAsync(s, name);
        var info = await DomainSql.InfoAsync(s.Tx, domain) ?? throw Errors.NoSuchDomain(name);
        var services = await Lookups.ServicesAsync(s.Tx, change.Apply(info.Services));
        DovecotSessions.DomainChanged(s, [domain.Name.Ascii, .. await DomainSql.AliasNamesAsync(s.Tx, domain.Gid)]);
        return new ChangedDomain(domain.Name.Ascii, await DomainSql.SetServicesAsync(s.Tx, domain.Gid, services, reset));
    }

    /// <summary>Sets the transport.</summary>
    /// <exception cref="VmmException">37, 57, 70.</exception>
    public static async Task<ChangedDomain> SetTransportAsync(Session s, DomainName name, Transport transport, bool reset)
    {
        var domain = await HoldAsync(s, name);
        transport.RequireDeliverableTo(s.Settings.Text("mailbox.format"));
        return new ChangedDomain(
            domain.Name.Ascii, await DomainSql.SetTransportAsync(s.Tx, domain.Gid, await Lookups.TransportAsync(s.Tx, transport), reset));
    }

    /// <summary>Two that change the same domain take turns, so that each sees what the other made of it.</summary>
    private static async Task<DomainRow> HoldAsync(Session s, DomainName name)
    {
        var domain = await Domains.RequirePrimaryAsync(s, name);
        return await DomainSql.LockAsync(s.Tx, domain.Gid) ? domain : throw Errors.NoSuchDomain(name);
    }
}
