using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>What was changed about an account.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
public sealed record ChangedAccount(string Address);

/// <summary>
/// What is set for one account: name and note, and quota, services and transport, which override the domain's defaults.
/// </summary>
public static class AccountOverrides
{
    /// <summary>Sets the real name, or deletes it with null.</summary>
    /// <exception cref="VmmException">52, 57. The same for the others.</exception>
    public static ChangedAccount SetName(Session s, EmailAddress address, string? name) =>
        Change(s, address, account => AccountSql.SetName(s.Tx, account.Uid, name));

    /// <summary>Sets the note, or deletes it with null.</summary>
    public static ChangedAccount SetNote(Session s, EmailAddress address, string? note) =>
        Change(s, address, account => AccountSql.SetNote(s.Tx, account.Uid, note));

    /// <summary>Sets the quota; with null the domain's applies. Open sessions continue.</summary>
    public static ChangedAccount SetQuota(Session s, EmailAddress address, Quota? quota) => Change(
        s,
        address,
        account =>
        {
            DovecotSessions.Forget(s, [.. Accounts.Names(s, account)]);
            return AccountSql.SetQuota(s.Tx, account.Uid, quota is { } limit ? ChoiceTables.Quota(s.Tx, limit) : null);
        });

    /// <summary>Switches services on and off, based on those in force; with null the domain's apply.</summary>
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

    /// <summary>Sets the transport; with null the domain's applies.</summary>
    /// <exception cref="VmmException">52, 57, 70.</exception>
    public static ChangedAccount SetTransport(Session s, EmailAddress address, Transport? transport) => Change(
        s,
        address,
        account =>
        {
            var info = AccountSql.Info(s.Tx, account) ?? throw ObjectErrors.NoSuchAccount(address);
            transport?.RequireDeliverableTo(info.MailLocation.Split(':')[0]);
            var tid = transport is null ? (long?)null : ChoiceTables.Transport(s.Tx, transport);
            return AccountSql.SetTransport(s.Tx, account.Uid, tid);
        });

    /// <summary>Locks the account, so that two changes of it take turns and each sees the result of the other.</summary>
    private static ChangedAccount Change(Session s, EmailAddress address, Func<AccountRow, int> change)
    {
        var account = Accounts.Hold(s, address);
        return change(account) == 1
            ? new ChangedAccount(account.Address.ToString())
            : throw ObjectErrors.NoSuchAccount(address);
    }
}
