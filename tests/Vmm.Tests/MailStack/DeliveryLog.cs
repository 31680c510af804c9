using System.Text.RegularExpressions;

namespace Vmm.Tests.MailStack;

/// <summary>How deliveries ended, from the log of Postfix.</summary>
internal static partial class DeliveryLog
{
    /// <summary>One for each recipient of a message.</summary>
    public static IEnumerable<(string Id, string To, string Code)> Read(string log) =>
        Line().Matches(log).Select(m => (m.Groups["id"].Value, m.Groups["to"].Value, m.Groups["code"].Value));

    [GeneratedRegex(@": (?<id>[0-9A-Za-z]+): to=<(?<to>[^>]*)>, .*dsn=(?<code>[\d.]+), status=")]
    private static partial Regex Line();
}
