using Vmm.Sql;

namespace Vmm;

/// <summary>What was changed about an account.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
public sealed record ChangedAccount(string Address);

/// <summary>What an account may have of its own: name, remark, and in place of its domain's defaults quota, services and transport.</summary>
public static class AccountChoices
{
    /// <summary>Sets or with null deletes the real name.</summary>
    /// <exception cref="VmmException">52, 57; so for all.</exception>
    public static Task<ChangedAccount> SetNameAsync(Session s, EmailAddress address, string? name) =>
        ChangeAsync(s, address, account => AccountSql.SetNameAsync(s.Tx, account.Uid, name));

    /// <summary>Sets or with null deletes the remark.</summary>
    public static Task<ChangedAccount> SetNoteAsync(Session s, EmailAddress address, string? note) =>
        ChangeAsync(s, address, account => AccountSql.SetNoteAsync(s.Tx, account.Uid, note));

    /// <summary>Sets the quota; with null the domain's holds. Sessions go on.</summary>
    public static Task<ChangedAccount> SetQuotaAsync(Session s, EmailAddress address, Quota? quota) => ChangeAsync(
        s,
        address,
        async account =>
        {
            DovecotSessions.Forget(s, [.. await Accounts.NamesAsync(s, account)]);
            return await AccountSql.SetQuotaAsync(s.Tx, account.Uid, quota is { } q ? await Lookups.QuotaAsync(s.Tx, q) : null);
        });

    /// <summary>Switches services on and off, beginning with those in force; with null the domain's hold.</summary>
    public static Task<ChangedAccount> SetServicesAsync(Session s, EmailAddress address, ServiceChange? change) => ChangeAsync(
        s,
        address,
        async account =>
        {
            var info = await AccountSql.InfoAsync(s.Tx, account) ?? throw Errors.NoSuchAccount(address);
            DovecotSessions.Changed(s, await Accounts.NamesAsync(s, account));
            return await AccountSql.SetServicesAsync(
                s.Tx, account.Uid, change is null ? null : await Lookups.ServicesAsync(s.Tx, change.Apply(info.Services)));
        });

    /// <summary>Sets the transport; with null the domain's holds.</summary>
    /// <exception cref="VmmException">52, 57, 70.</exception>
    public static Task<ChangedAccount> SetTransportAsync(Session s, EmailAddress address, Transport? transport) => ChangeAsync(
        s,
        address,
        async account =>
        {
            var info = await AccountSql.InfoAsync(s.Tx, account) ?? throw Errors.NoSuchAccount(address);
            transport?.RequireDeliverableTo(info.MailLocation.Split(':')[0]);
            return await AccountSql.SetTransportAsync(s.Tx, account.Uid, transport is null ? null : await Lookups.TransportAsync(s.Tx, transport));
        });

    /// <summary>Two that change the same account take turns, so that each sees what the other made of it.</summary>
    private static async Task<ChangedAccount> ChangeAsync(Session s, EmailAddress address, Func<AccountRow, Task<int>> change)
    {
        var account = await Accounts.RequireAsync(s, address);
        return await AccountSql.LockAsync(s.Tx, account.Uid) && await change(account) == 1
            ? new ChangedAccount(account.Address.ToString())
            : throw Errors.NoSuchAccount(address);
    }
}
