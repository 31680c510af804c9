using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>
/// Warnings of new addresses that vmm and the database accept, and Postfix or Dovecot do not. <c>check</c> has the same as
/// findings.
/// </summary>
internal static class AddressWarnings
{
    /// <summary>Warns of a new address that Postfix rejects.</summary>
    internal static void OfNew(Session s, EmailAddress address)
    {
        if (Destination.IsReplaced(address.LocalPart))
        {
            s.Warn($"no alias and no catch-all can lead to '{address}', because %n, %d and %= in a destination are replaced");
        }

        if (RefusedAddresses.MayBe(address.LocalPart)
            && RefusedAddresses.Of(address.LocalPart, PostfixRules.Read(s)) is { } refusal)
        {
            s.Warn($"Postfix rejects mail to '{address}' ({refusal.Answer}), because {refusal.Reason}");
        }
    }

    /// <summary>Warns of destinations that Postfix does not deliver to. An alias is replaced before Postfix looks at it.</summary>
    internal static void OfDestinations(Session s, IReadOnlyCollection<Destination> destinations) =>
        OfDestinations(s, destinations, OddKinds(s, destinations));

    /// <summary>The same, if it is known what the odd ones are.</summary>
    private static void OfDestinations(
        Session s, IReadOnlyCollection<Destination> destinations, Dictionary<string, AddressKind> kinds)
    {
        foreach (var address in destinations.Where(d => d.HasPlaceholder).Select(d => d.ToString()))
        {
            if (kinds.TryGetValue(address, out var kind))
            {
                s.Warn(
                    $"the destination '{address}' does not lead to the {kind.Word()} of that name, because its %n, %d and %= are"
                    + " replaced");
            }
        }

        List<string> hyphens = [.. destinations.Where(BeginsWithHyphen).Select(d => d.ToString())];
        if (hyphens.Count > 0 && !PostfixRules.Read(s).AllowsHyphens)
        {
            foreach (var address in hyphens.Where(a => !(kinds.TryGetValue(a, out var kind) && kind == AddressKind.Alias)))
            {
                s.Warn($"mail to the destination '{address}' bounces (5.1.3 bad address syntax), because it begins with a hyphen");
            }
        }
    }

    /// <summary>
    /// For a file with many lines: the database is asked once, then the result warns of the new destinations of one line.
    /// </summary>
    internal static Action<IReadOnlyCollection<Destination>> OfMany(Session s, IReadOnlyCollection<Destination> all)
    {
        var dangling = Addresses.Dangling(s, all);
        var odd = OddKinds(s, all);
        return added =>
        {
            foreach (var destination in added)
            {
                if (dangling.TryGetValue(destination.ToString(), out var missing))
                {
                    Addresses.WarnOfDangling(s, missing);
                }
            }

            OfDestinations(s, added, odd);
        };
    }

    /// <summary>What those destinations are that may have a warning.</summary>
    private static Dictionary<string, AddressKind> OddKinds(Session s, IEnumerable<Destination> destinations)
    {
        List<string> odd = [.. destinations.Where(d => d.HasPlaceholder || BeginsWithHyphen(d)).Select(d => d.ToString())];
        return odd.Count == 0 ? [] : AddressSql.Kinds(s.Tx, odd).ToDictionary(k => k.Address, k => k.Kind);
    }

    private static bool BeginsWithHyphen(Destination destination) => destination.LocalPart.StartsWith('-');

    /// <summary>
    /// Says what a new catch-all takes besides unknown users: an address with an extension is unknown as a whole, and Postfix asks
    /// for it as a whole first.
    /// </summary>
    internal static void OfCatchAll(Session s, DomainName domain)
    {
        var rules = PostfixRules.Read(s);
        if (rules is { IsKnown: true, Delimiters.Length: > 0 })
        {
            s.Warn(
                $"mail to 'user{rules.Delimiters[0]}tag@{domain}' goes to the catch-all, even if 'user@{domain}' exists,"
                + " because Postfix looks up the whole address first");
        }
    }

    /// <summary>Warns of an account whose mail goes into another mailbox, or bounces.</summary>
    /// <param name="s">The session.</param>
    /// <param name="gid">Its domain.</param>
    /// <param name="account">Under the primary name of its domain.</param>
    internal static void OfAccount(Session s, long gid, EmailAddress account)
    {
        // A delimiter may be any character, but is hardly a letter: most accounts need no question.
        if (account.LocalPart.All(char.IsAsciiLetterOrDigit))
        {
            return;
        }

        var delimiters = PostfixRules.Read(s).Delimiters;
        if (account.LocalPart.AsSpan().IndexOfAny(delimiters) < 0
            || DomainSql.Transport(s.Tx, gid) is not { } transport || !DeliveredUser.IsDovecot(transport))
        {
            return;
        }

        var (user, extension) = DeliveredUser.Of(TraceKey.Parse(account.ToString()), delimiters, transport);
        if (extension.Length > 0)
        {
            var shorter = $"{user.LocalPart}@{user.Domain}";
            var kind = AddressSql.Kinds(s.Tx, [shorter]) is [var known] ? known.Kind : (AddressKind?)null;
            s.Warn(
                $"Dovecot cuts off {extension} before it looks for the mailbox: mail to '{account}'"
                + $" {DeliveredUser.Fate(shorter, kind)}; give the account another name, and make this address an alias of it");
        }
    }
}
