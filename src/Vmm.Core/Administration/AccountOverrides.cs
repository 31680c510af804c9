using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;





namespace Vmm.Core.Administration;

/// <summary>What was changed about an account.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
public sealed record ChangedAccount(string Address);

/// <summary>What an account may have of its own: name, remark, and in place of its domain's defaults quota, services and transport.</summary>
public static class AccountOverrides
{
    /// <summary>Sets or with null deletes the real name.</summary>
    /// <exception cref="VmmException">52, 57; so for all.</exception>
    public static ChangedAccount SetName(Session s, EmailAddress address, string? name) =>
        Change(s, address, account => AccountSql.SetName(s.Tx, account.Uid, name));

    /// <summary>Sets or with null deletes the remark.</summary>
    public static ChangedAccount SetNote(Session s, EmailAddress address, string? note) =>
        Change(s, address, account => AccountSql.SetNote(s.Tx, account.Uid, note));

    /// <summary>Sets the quota; with null the domain's holds. Sessions go on.</summary>
    public static ChangedAccount SetQuota(Session s, EmailAddress address, Quota? quota) => Change(
        s,
        address,
        account =>
        {
            DovecotSessions.Forget(s, [.. Accounts.Names(s, account)]);
            return AccountSql.SetQuota(s.Tx, account.Uid, quota is { } q ? ChoiceTables.Quota(s.Tx, q) : null);
        });

    /// <summary>Switches services on and off, beginning with those in force; with null the domain's hold.</summary>
    public static ChangedAccount SetServices(Session s, EmailAddress address, ServiceChange? change) => Change(
        s,
        address,
        account =>
        {
            var info = AccountSql.Info(s.Tx, account) ?? throw ObjectErrors.NoSuchAccount(address);
            DovecotSessions.Changed(s, Accounts.Names(s, account));
            return AccountSql.SetServices(
                s.Tx, account.Uid, change is null ? null : ChoiceTables.Services(s.Tx, change.Apply(info.Services)));
        });

    /// <summary>Sets the transport; with null the domain's holds.</summary>
    /// <exception cref="VmmException">52, 57, 70.</exception>
    public static ChangedAccount SetTransport(Session s, EmailAddress address, Transport? transport) => Change(
        s,
        address,
        account =>
        {
            var info = AccountSql.Info(s.Tx, account) ?? throw ObjectErrors.NoSuchAccount(address);
            transport?.RequireDeliverableTo(info.MailLocation.Split(':')[0]);
            return AccountSql.SetTransport(s.Tx, account.Uid, transport is null ? null : ChoiceTables.Transport(s.Tx, transport));
        });

    /// <summary>Two that change the same account take turns, so that each sees what the other made of it.</summary>
    private static ChangedAccount Change(Session s, EmailAddress address, Func<AccountRow, int> change)
    {
        var account = Accounts.Require(s, address);
        return AccountSql.Lock(s.Tx, account.Uid) && change(account) == 1
            ? new ChangedAccount(account.Address.ToString())
            : throw ObjectErrors.NoSuchAccount(address);
    }
}
