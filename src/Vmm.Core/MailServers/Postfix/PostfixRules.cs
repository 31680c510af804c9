using System.Globalization;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers.Postfix;

/// <summary>
/// The parameters of Postfix that decide where mail goes. The commands, <c>check</c> and <c>trace</c> all ask here, once in a
/// session: postconf costs the start of a process.
/// </summary>
/// <param name="Delimiters">recipient_delimiter: characters that begin an address extension; empty for none.</param>
/// <param name="Propagates">
/// Whether the destinations of an alias get the extension of the address (propagate_unmatched_extensions).
/// </param>
/// <param name="Destinations">virtual_alias_expansion_limit.</param>
/// <param name="Depth">virtual_alias_recursion_limit.</param>
/// <param name="Length">virtual_alias_address_length_limit, in bytes.</param>
internal sealed record PostfixRules(string Delimiters, bool Propagates, long Destinations, long Depth, long Length)
{
    /// <summary>Postfix's own defaults (postconf(5)), and the delimiter that vmm's documentation recommends.</summary>
    private static readonly PostfixRules Documented = new("+", true, 1000, 1000, 1000);

    private static readonly string[] Names =
    [
        "recipient_delimiter", "propagate_unmatched_extensions", "virtual_alias_expansion_limit", "virtual_alias_recursion_limit",
        "virtual_alias_address_length_limit", DomainClasses.Local, DomainClasses.Alias, DomainClasses.Relay,
        DomainClasses.Parents, "allow_min_user", "allow_untrusted_routing", CanonicalMaps.OfRecipients, CanonicalMaps.OfAll,
        "recipient_canonical_classes", "canonical_classes",
    ];

    /// <summary>Whether Postfix itself has said so; false where it is on another machine, and the values are assumed.</summary>
    internal bool IsKnown { get; init; }

    /// <summary>Whether addresses may begin with a hyphen (allow_min_user).</summary>
    internal bool AllowsHyphens { get; init; }

    /// <summary>Whether anyone may send to user%domain@domain and the like (allow_untrusted_routing).</summary>
    internal bool AllowsRoutes { get; init; }

    /// <summary>Where domains do not belong that vmm manages.</summary>
    internal DomainClasses Classes { get; init; } = DomainClasses.None;

    /// <summary>What replaces a recipient before aliases do.</summary>
    internal CanonicalMaps Canonical { get; init; } = CanonicalMaps.None;

    /// <summary>
    /// The parameters from Postfix, else the documented ones, because vmm works without a local Postfix. A limit in vmm's
    /// configuration overrides that of Postfix.
    /// </summary>
    internal static PostfixRules Read(Session s) => s.Once(() =>
    {
        var rules = Ask(s);
        var configured = s.Settings.Value(SettingOptions.MiscAliasExpansionLimit);
        return configured > 0 ? rules with { Destinations = configured } : rules;
    });

    private static PostfixRules Ask(Session s)
    {
        try
        {
            var output = ChildProgram.Run(s.Settings.Value(SettingOptions.BinPostconf), ["-x", "-h", .. Names], s.Ct);
            return output.Split('\n', StringSplitOptions.TrimEntries) is
                [
                    var delimiters, var propagated, var destinations, var depth, var length, var local, var aliases, var relay,
                    var parents, var hyphens, var routes, var recipientMaps, var commonMaps, var recipientClasses,
                    var commonClasses, "",
                ]
                ? new PostfixRules(
                    delimiters,
                    Has(propagated, "virtual"),
                    Number(destinations) ?? Documented.Destinations,
                    Number(depth) ?? Documented.Depth,
                    Number(length) ?? Documented.Length)
                {
                    IsKnown = true,
                    AllowsHyphens = hyphens == "yes",
                    AllowsRoutes = routes == "yes",
                    Classes = new DomainClasses(local, aliases, relay, parents),
                    Canonical = new CanonicalMaps(
                        Has(recipientClasses, "envelope_recipient") ? recipientMaps : "",
                        Has(commonClasses, "envelope_recipient") ? commonMaps : "",
                        Has(propagated, "canonical")),
                }
                : Documented;
        }
        catch (VmmException)
        {
            return Documented;
        }
    }

    private static bool Has(string list, string word) => PostfixTables.Words(list).Contains(word);

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
