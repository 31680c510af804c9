using Vmm.Core.Configuration;
using Vmm.Core.Passwords;
using Vmm.Data.Failures;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>Names that begin with what the user has typed.</summary>
public static class Completions
{
    /// <summary>At most this many names are offered: more are no help at a prompt.</summary>
    public const int Most = 200;

    /// <summary>At most <see cref="Most"/> names of a kind; none of an unknown kind.</summary>
    /// <param name="settings">Read only where names are in the database.</param>
    /// <param name="kind">
    /// domain, alias-domain, account, alias, relocated, address,
    /// new-address, alias-or-new, destination, transport, option or scheme.
    /// </param>
    /// <param name="prefix">What the names begin with.</param>
    /// <param name="seconds">How long to wait for the database.</param>
    /// <param name="ct">Cancelled when nobody waits for the answer any more.</param>
    /// <exception cref="VmmException">31, 32, 34, 35, 82.</exception>
    public static IReadOnlyList<string> Find(Func<Settings> settings, string kind, string prefix, int seconds, CancellationToken ct)
    {
        var found = kind switch
        {
            "option" => Starting(SettingOptions.All.Select(o => o.Key), prefix),
            "scheme" => Starting(PasswordScheme.All.Select(s => s.Name), prefix),
            _ => Session.Glance(settings(), seconds, s => Stored(s, kind, prefix.ToLowerInvariant()), ct),
        };
        // A name with a blank (an old vmm accepted it) cannot be on a line of names.
        return [.. found.Where(n => !n.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))).Take(Most)];
    }

    private static List<string> Stored(Session s, string kind, string prefix) => kind switch
    {
        _ when AddressKinds.Find(kind) is { } known => CompletionSql.Addresses(s.Tx, prefix, known, Most),
        "domain" => CompletionSql.Domains(s.Tx, prefix, isPrimary: true, Most),
        "alias-domain" => CompletionSql.Domains(s.Tx, prefix, isPrimary: false, Most),
        "address" => CompletionSql.Addresses(s.Tx, prefix, null, Most),
        "new-address" => InDomains(s, prefix),
        "alias-or-new" => [.. CompletionSql.Addresses(s.Tx, prefix, AddressKind.Alias, Most).Union(InDomains(s, prefix))],
        "destination" => [.. CompletionSql.Addresses(s.Tx, prefix, null, Most).Union(InDomains(s, prefix))],
        "transport" => CompletionSql.Transports(s.Tx, prefix, Most),
        _ => [],
    };

    /// <summary>Completes the domain of an address that does not exist yet.</summary>
    private static List<string> InDomains(Session s, string prefix)
    {
        if (prefix.Split('@') is not [{ Length: > 0 } localPart, var domain])
        {
            return [];
        }

        return [.. CompletionSql.Domains(s.Tx, domain, isPrimary: true, Most).Select(d => $"{localPart}@{d}")];
    }

    private static List<string> Starting(IEnumerable<string> names, string prefix) =>
        [.. names.Where(n => n.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
}
