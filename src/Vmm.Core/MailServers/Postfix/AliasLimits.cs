using System.Globalization;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers.Postfix;

/// <summary>How far Postfix follows aliases.</summary>
/// <param name="Destinations">virtual_alias_expansion_limit.</param>
/// <param name="Depth">virtual_alias_recursion_limit.</param>
internal sealed record AliasLimits(long Destinations, long Depth)
{
    /// <summary>Postfix's own defaults (postconf(5)).</summary>
    private static readonly AliasLimits Default = new(1000, 1000);

    /// <summary>
    /// The limits from the configuration, else from Postfix, else Postfix's defaults, because vmm works without a local Postfix.
    /// </summary>
    internal static AliasLimits Read(Session s) => s.Once(() => Ask(s));

    private static AliasLimits Ask(Session s)
    {
        var configured = s.Settings.Value(SettingOptions.MiscAliasExpansionLimit);
        if (configured > 0)
        {
            return Default with { Destinations = configured };
        }

        try
        {
            var output = ChildProgram.Run(
                s.Settings.Value(SettingOptions.BinPostconf),
                ["-x", "-h", "virtual_alias_expansion_limit", "virtual_alias_recursion_limit"],
                s.Ct);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var destinations, var depth]
                ? new AliasLimits(Number(destinations) ?? Default.Destinations, Number(depth) ?? Default.Depth)
                : Default;
        }
        catch (VmmException)
        {
            return Default;
        }
    }

    private static long? Number(string text) =>
        long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
