using Vmm.Sql;

namespace Vmm;

/// <summary>What an address is: exactly one of the three is set.</summary>
/// <param name="Account">Where the address is an account.</param>
/// <param name="Alias">Where it is an alias.</param>
/// <param name="Relocated">Where it is a relocated user.</param>
public sealed record AddressInfo(AccountInfo? Account, AliasInfo? Alias, RelocatedInfo? Relocated);

/// <summary>The info commands for addresses. Each answers for the other kinds too ("Plan B" of vmm 0.7).</summary>
public static class AddressInfos
{
    /// <summary>Tells what the address is; <paramref name="kind"/> (account, alias, relocated) is what was asked for.</summary>
    /// <exception cref="VmmException">52, 53 or 58 by the kind asked for; 57.</exception>
    public static async Task<AddressInfo> FindAsync(Session s, EmailAddress address, string kind, string? details = null)
    {
        var found = await AddressSql.KindAsync(s.Tx, address) ?? kind;
        if (found != kind)
        {
            s.Warn($"plan A failed ... trying plan B: {CommandFor(found)} {address}");
        }

        return found switch
        {
            "account" => new AddressInfo(await Accounts.InfoAsync(s, address, details), null, null),
            "alias" => new AddressInfo(null, await Aliases.InfoAsync(s, address), null),
            _ => new AddressInfo(null, null, await Relocations.InfoAsync(s, address)),
        };
    }

    /// <summary>All accounts, aliases and relocated users, once for each name of their domain.</summary>
    public static IAsyncEnumerable<AddressListItem> ListAsync(Session s, AddressListPage page) => Addresses.ListAsync(s, null, page);

    private static string CommandFor(string kind) => kind switch
    {
        "account" => "userinfo",
        "alias" => "aliasinfo",
        _ => "relocatedinfo",
    };
}
