using System.Globalization;

namespace Vmm.Core.MailServers.Postfix;

/// <summary>A line of main.cf.</summary>
/// <param name="Name">Name of the parameter.</param>
/// <param name="Value">The value that vmm needs.</param>
internal sealed record PostfixParameter(string Name, string Value)
{
    private const string AliasDomains = "virtual_alias_domains";
    private const string Transport = "virtual_transport";
    private const string LeastUid = "virtual_minimum_uid";

    /// <summary>The value of <see cref="LeastUid"/> where nobody has set one (postconf(5)).</summary>
    private const string UsualLeastUid = "100";

    /// <summary>Parameters of which the administrator's value can stay, all or in part; the others are replaced.</summary>
    private static readonly string[] Shared =
        [AliasDomains, Transport, LeastUid, "recipient_delimiter", "smtpd_relay_restrictions"];

    /// <summary>Parameters to which a default refers: a list of domains that are keys of the tables of another parameter.</summary>
    private static readonly string[] Referred = ["virtual_alias_maps", "virtual_mailbox_maps"];

    /// <summary>Whether vmm replaces the whole value.</summary>
    internal bool IsReplaced => !IsTable && !Shared.Contains(Name);

    private bool IsTable => Value.Contains("pgsql:", StringComparison.Ordinal);

    /// <summary>Reads a line "name = value".</summary>
    internal static PostfixParameter Parse(string line) =>
        line.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value]
            ? new PostfixParameter(name, value)
            : throw new InvalidOperationException($"no parameter: {line}");

    /// <summary>
    /// The value for main.cf: the administrator's tables stay, before vmm's, and so do their alias domains, restrictions and
    /// delimiter.
    /// </summary>
    /// <param name="inForce">The values in force of all parameters that vmm sets.</param>
    internal string Wanted(IReadOnlyDictionary<string, string> inForce) => (Name, inForce[Name]) switch
    {
        ("recipient_delimiter", { Length: > 0 } present) => present,
        // Deferred (454), the other server would try again for days.
        ("smtpd_relay_restrictions", { Length: > 0 } present) =>
            present.Replace("defer_unauth_destination", "reject_unauth_destination", StringComparison.Ordinal),
        // Not vmm's tables: a local domain is in virtual_mailbox_domains, and Postfix wants it in one list only.
        (AliasDomains, var present) => Others(present, inForce) is var others && others.SequenceEqual(Words(present))
            ? present
            : string.Join(", ", others),
        // The transport map answers for every local domain, so that this one is for the administrator's domains.
        (Transport, { Length: > 0 } present) when HasOthers("virtual_mailbox_domains", inForce) || !IsUsualTransport(present) =>
            present,
        (LeastUid, var present) when IsLower(present) && (present != UsualLeastUid || HasOthers("virtual_uid_maps", inForce)) =>
            present,
        var (_, present) => IsTable ? string.Join(", ", Others(present, inForce).Append(Value)) : Value,
    };

    private bool IsLower(string present) =>
        int.TryParse(present, NumberStyles.None, CultureInfo.InvariantCulture, out var theirs)
        && theirs < int.Parse(Value, CultureInfo.InvariantCulture);

    /// <summary>Postfix's default, and what vmm 0.4 to 0.8 asked for.</summary>
    private static bool IsUsualTransport(string value) =>
        value is "virtual" or "lmtp:unix:private/dovecot-lmtp" || value.Split(':')[0] == "dovecot";

    private static bool HasOthers(string name, IReadOnlyDictionary<string, string> inForce) =>
        inForce.TryGetValue(name, out var value) && Others(value, inForce).Count > 0;

    /// <summary>
    /// What an administrator has put into a list of tables or domains. A default that refers to the tables of another parameter
    /// stands for the administrator's tables there. Since vmm 0.4 the files of vmm's tables are called pgsql-NAME.cf.
    /// </summary>
    private static List<string> Others(string list, IReadOnlyDictionary<string, string> inForce) =>
    [
        .. Words(list).Where(word => !IsOwn(word)).SelectMany(word => Reference(word) is not { } name ? [word]
            : Referred.Contains(name) ? Others(inForce.GetValueOrDefault(name, ""), inForce)
            // The default of virtual_alias_maps, which has no value itself since Postfix 2.0.
            : name == "virtual_maps" ? []
            : (List<string>)[word]),
    ];

    private static List<string> Words(string list) => [.. PostfixTables.Words(list)];

    /// <summary>The name in $name, ${name} or $(name).</summary>
    private static string? Reference(string word) => word.StartsWith('$') ? word.Trim('$', '{', '}', '(', ')') : null;

    /// <summary>By the exact name of the file: others call theirs pgsql-virtual-domains.cf.</summary>
    private static bool IsOwn(string table) =>
        table.Contains("pgsql:", StringComparison.Ordinal) && PostfixTemplates.IsMap(Path.GetFileName(table));
}
