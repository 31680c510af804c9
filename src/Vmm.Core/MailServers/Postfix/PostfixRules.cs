using System.Globalization;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers.Postfix;

/// <summary>The parameters of Postfix that decide where mail goes.</summary>
/// <param name="Delimiters">recipient_delimiter: characters that begin an address extension; empty for none.</param>
/// <param name="Propagates">
/// Whether the destinations of an alias get the extension of the address (propagate_unmatched_extensions).
/// </param>
/// <param name="Destinations">virtual_alias_expansion_limit.</param>
/// <param name="Depth">virtual_alias_recursion_limit.</param>
/// <param name="Length">virtual_alias_address_length_limit, in bytes.</param>
internal sealed record PostfixRules(string Delimiters, bool Propagates, long Destinations, long Depth, long Length)
{
    /// <summary>
    /// The parameters from Postfix, else the values that vmm's documentation recommends for main.cf, and Postfix's defaults.
    /// </summary>
    internal static PostfixRules Read(Session s) => s.Once(() => Ask(s));

    private static PostfixRules Ask(Session s)
    {
        var limits = AliasLimits.Read(s);
        var otherwise = new PostfixRules("+", true, limits.Destinations, limits.Depth, 1000);
        try
        {
            var output = ChildProgram.Run(
                s.Settings.Value(SettingOptions.BinPostconf),
                ["-x", "-h", "recipient_delimiter", "propagate_unmatched_extensions", "virtual_alias_address_length_limit"],
                s.Ct);
            return output.Split('\n') is [var delimiters, var propagated, var length, ""]
                ? otherwise with
                {
                    Delimiters = delimiters.Trim(),
                    Propagates = propagated.Split([' ', ',', '\t']).Contains("virtual"),
                    Length = long.TryParse(length.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : otherwise.Length,
                }
                : otherwise;
        }
        catch (VmmException)
        {
            return otherwise;
        }
    }
}
