using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>Who may send as an address, or what was granted in a domain.</summary>
/// <param name="Sender">The address under the primary name of its domain; of a whole domain @ and its name.</param>
/// <param name="AskedFor">
/// The address without its extension, for which Postfix asks because nobody may send as the whole one alone; left out otherwise.
/// </param>
/// <param name="AliasSenders">Whether in this domain the accounts that an alias ends in may send as the alias.</param>
/// <param name="Accounts">Each account with its reason; one may have several.</param>
public sealed record SenderInfo(string Sender, string? AskedFor, bool AliasSenders, IReadOnlyList<SenderAccount> Accounts);

/// <summary>An account that may send as an address.</summary>
/// <param name="Account">Under the primary name of its domain.</param>
/// <param name="Reason">account: it is its own address; alias: the alias ends in it; grant.</param>
/// <param name="Sender">What was granted: an address, or @ and a domain for all its addresses; left out for no grant.</param>
/// <param name="Expires">When the grant ends, UTC; left out if it does not.</param>
/// <param name="IsExpired">Whether the grant has ended, so that the account may not.</param>
public sealed record SenderAccount(string Account, string Reason, string? Sender, DateTime? Expires, bool IsExpired);

/// <summary>Tells who may send as which address, and why.</summary>
public static class SenderLookup
{
    private const string ByAddress = "account";
    private const string ByAlias = "alias";
    private const string ByGrant = "grant";

    /// <summary>Who may send as an address, as Postfix gets to know it; of a domain all that was granted in it.</summary>
    /// <exception cref="VmmException">57.</exception>
    public static SenderInfo Find(Session s, SenderAddress sender)
    {
        var domain = DomainSql.Find(s.Tx, sender.Domain) ?? throw ObjectErrors.NoSuchDomain(sender.Domain);
        var own = sender.At(domain.Name);
        var aliases = SenderSql.AliasSenders(s.Tx, domain.Gid);
        if (own.IsDomain)
        {
            return new SenderInfo(own.ToString(), null, aliases, Granted(domain, SenderSql.Grants(s.Tx, domain.Gid)));
        }

        var address = Senders.Address(own);
        var kind = AddressSql.Kind(s.Tx, address);
        var grants = Grants(s, domain.Gid, own.LocalPart);
        var shorter = kind is null && !grants.Any(g => g.LocalPart.Length > 0 && !g.IsExpired) ? Senders.Shorter(s, own) : null;
        if (shorter is not null)
        {
            kind = AddressSql.Kind(s.Tx, shorter);
            grants = Grants(s, domain.Gid, shorter.LocalPart);
            address = shorter;
        }

        if (kind is null && grants.Exists(g => !g.IsExpired) && !SenderSql.IsAnswered(s.Tx, address))
        {
            // A shorter address has an owner, and Postfix may ask for that: then a grant of the whole domain says nothing.
            grants = [.. grants.Where(g => g.LocalPart.Length > 0)];
        }

        var owners = kind == AddressKind.Alias && aliases
            ? SenderSql.OfAlias(s.Tx, address)
            : [.. kind == AddressKind.Account ? (string[])[address.ToString()] : []];
        var reason = kind == AddressKind.Account ? ByAddress : ByAlias;
        return new SenderInfo(
            own.ToString(),
            shorter?.ToString(),
            aliases,
            [.. owners.Select(o => new SenderAccount(o, reason, null, null, false)), .. Granted(domain, grants)]);
    }

    private static List<SenderGrantRow> Grants(Session s, long gid, string localPart) =>
        [.. SenderSql.Grants(s.Tx, gid, localPart), .. SenderSql.Grants(s.Tx, gid, "")];

    private static List<SenderAccount> Granted(DomainRow domain, IEnumerable<SenderGrantRow> grants) =>
        [.. grants.Select(g => new SenderAccount(g.Account, ByGrant, $"{g.LocalPart}@{domain.Name}", g.Expires, g.IsExpired))];
}
