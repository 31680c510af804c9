using Vmm.Core.Configuration;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>What was changed about a domain.</summary>
/// <param name="Domain">Its primary name.</param>
/// <param name="AccountsReset">Number of accounts that had an override and now follow the domain.</param>
public sealed record ChangedDomain(string Domain, int AccountsReset);

/// <summary>
/// The note on a domain, and the defaults of its accounts, which an account can override. With reset, the overrides are deleted in
/// the same transaction. Alias domain names are refused, as by vmm 0.7.
/// </summary>
public static class DomainDefaults
{
    /// <summary>Sets the note, or deletes it with null.</summary>
    /// <exception cref="VmmException">37, 57.</exception>
    public static ChangedDomain SetNote(Session s, DomainName name, string? note)
    {
        var domain = DomainLocks.Hold(s, name);
        DomainSql.SetNote(s.Tx, domain.Gid, note);
        return new ChangedDomain(domain.Name.Ascii, 0);
    }

    /// <summary>Sets the quota of each account.</summary>
    /// <exception cref="VmmException">37, 57.</exception>
    public static ChangedDomain SetQuota(Session s, DomainName name, Quota quota, bool reset)
    {
        var domain = DomainLocks.Hold(s, name);
        DovecotSessions.Forget(s);
        return new ChangedDomain(domain.Name.Ascii, DomainSql.SetQuota(s.Tx, domain.Gid, ChoiceTables.Quota(s.Tx, quota), reset));
    }

    /// <summary>Switches services on and off.</summary>
    /// <exception cref="VmmException">37, 57.</exception>
    public static ChangedDomain SetServices(Session s, DomainName name, ServiceChange change, bool reset)
    {
        var domain = DomainLocks.Hold(s, name);
        var info = DomainSql.Info(s.Tx, domain.Name) ?? throw ObjectErrors.NoSuchDomain(name);
        var services = ChoiceTables.Services(s.Tx, change.Apply(info.Services));
        DovecotSessions.DomainChanged(s, [domain.Name.Ascii, .. DomainSql.AliasNames(s.Tx, domain.Gid)]);
        return new ChangedDomain(domain.Name.Ascii, DomainSql.SetServices(s.Tx, domain.Gid, services, reset));
    }

    /// <summary>Sets the transport.</summary>
    /// <exception cref="VmmException">37, 57, 70.</exception>
    public static ChangedDomain SetTransport(Session s, DomainName name, Transport transport, bool reset)
    {
        var domain = DomainLocks.Hold(s, name);
        transport.RequireDeliverableTo(s.Settings.Value(SettingOptions.MailboxFormat));
        return new ChangedDomain(
            domain.Name.Ascii, DomainSql.SetTransport(s.Tx, domain.Gid, ChoiceTables.Transport(s.Tx, transport), reset));
    }

    /// <summary>Lets the accounts that an alias ends in send as the alias, or not.</summary>
    /// <exception cref="VmmException">37, 57.</exception>
    public static ChangedDomain SetAliasSenders(Session s, DomainName name, bool may)
    {
        var domain = DomainLocks.Hold(s, name);
        _ = SenderSql.SetAliasSenders(s.Tx, domain.Gid, may);
        return new ChangedDomain(domain.Name.Ascii, 0);
    }
}
