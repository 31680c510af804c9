using Vmm.Cli.Output;
using Vmm.Core.Administration;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>How addresses of all kinds look to people.</summary>
internal static class AddressText
{
    /// <summary>Most addresses are shorter. A list is streamed, so that nobody knows the longest.</summary>
    private const int AddressWidth = 32;

    internal static string Info(AddressInfo info) =>
        info.Account is { } account ? AccountText.Info(account)
        : info.Alias is { } alias ? Alias(alias)
        : Relocated(info.Relocated!);

    internal static string ListLine(AddressListItem item) =>
        item.Details is { } details
            ? $"[{Mark(item)}] {TextBlock.OneLine(item.Address),-AddressWidth} "
                + AccountText.Long(details, item.Suspended).TrimEnd()
            : $"[{Mark(item)}] {TextBlock.OneLine(item.Address)}{SuspensionText.Mark(item.Suspended)}";

    /// <summary>With the kind in front: u for accounts, a for aliases, r for relocated users (vmm 0.7).</summary>
    internal static string ListLineOfAll(AddressListItem item) =>
        $"[{(item.Kind == AddressKind.Account ? 'u' : item.Kind.Word()[0])}{Mark(item)}] {TextBlock.OneLine(item.Address)}"
        + SuspensionText.Mark(item.Suspended);

    private static char Mark(AddressListItem item) => item.IsAliasDomain ? '-' : '+';

    private static string Alias(AliasInfo alias) =>
        TextBlock.Heading("Alias information")
        + $"\tMail for {TextBlock.OneLine(alias.Address)} will be redirected to:\n"
        + string.Concat(alias.Destinations.Select(d => $"\t     * {TextBlock.OneLine(d)}\n"))
        + "\n";

    private static string Relocated(RelocatedInfo relocated) =>
        TextBlock.Heading("Relocated information")
        + $"\t{TextBlock.OneLine($"User '{relocated.Address}' has moved to '{relocated.Destination}'")}\n\n";
}
