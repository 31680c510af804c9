using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>What an address is: exactly one of the three is not null.</summary>
/// <param name="Account">Where the address is an account.</param>
/// <param name="Alias">Where it is an alias.</param>
/// <param name="Relocated">Where it is a relocated user.</param>
public sealed record AddressInfo(AccountInfo? Account, AliasInfo? Alias, RelocatedInfo? Relocated);

/// <summary>The info commands for addresses. Each answers for the other kinds too ("Plan B" of vmm 0.7).</summary>
public static class AddressLookup
{
    /// <summary>Tells what the address is; <paramref name="kind"/> is what was asked for.</summary>
    /// <exception cref="VmmException">52, 53 or 58 by the kind asked for; 57.</exception>
    public static AddressInfo Find(Session s, EmailAddress address, AddressKind kind, AccountDetails details = AccountDetails.None)
    {
        var found = AddressSql.Kind(s.Tx, address) ?? kind;
        if (found != kind)
        {
            s.Warn($"plan A failed ... trying plan B: {CommandFor(found)} {address}");
        }

        return found switch
        {
            AddressKind.Account => new AddressInfo(Accounts.Info(s, address, details), null, null),
            AddressKind.Alias => new AddressInfo(null, Aliases.Info(s, address), null),
            _ => new AddressInfo(null, null, Relocations.Info(s, address)),
        };
    }

    /// <summary>All accounts, aliases and relocated users, once for each name of their domain.</summary>
    public static IEnumerable<AddressListItem> List(Session s, AddressListPage page) => Addresses.List(s, null, page);

    private static string CommandFor(AddressKind kind) => kind switch
    {
        AddressKind.Account => "userinfo",
        AddressKind.Alias => "aliasinfo",
        _ => "relocatedinfo",
    };
}
