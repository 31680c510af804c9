using Vmm.Cli.Output;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>How domains look to people.</summary>
internal static class DomainText
{
    internal static string Info(AnyDomainInfo any) => any.Domain is { } d ? Info(d) : Alias(any.AliasDomain!);

    internal static string Added(AddedDomain added) => added.Postmaster is { } postmaster
        ? $"Creating account for {postmaster.Address}\n{AccountText.Added(postmaster)}"
        : "";

    /// <summary>What the operations log says of a domain that is gone.</summary>
    internal static string Deleted(DeletedDomain gone)
    {
        var directory = gone.DirectoryDeleted ? $"with the directory {gone.Directory}"
            : gone.Trash is { } change ? $"the directory {gone.Directory} is in the trash of change {change}"
            : $"the directory {gone.Directory} stays";
        return $"gid {gone.Gid}, {directory}; {Errors.Count(gone.Accounts, "account")},"
            + $" {Errors.Count(gone.Aliases, "alias", "aliases")}, {Errors.Count(gone.Relocated, "relocated user")}";
    }

    internal static string ListLine(DomainListItem item) =>
        $"{(item.IsPrimary ? "[+] " : "[-]     ")}{TextBlock.Domain(item.Domain, item.Unicode)}"
        + SuspensionText.Mark(item.Suspended);

    internal static string CatchAll(CatchAllInfo c) =>
        TextBlock.Heading("Catch-all information")
        + $"\tMail to unknown local-parts in domain {TextBlock.Domain(c.Domain, c.Unicode)} will be sent to:\n"
        + string.Concat(c.Destinations.Select(d => $"\t     * {TextBlock.OneLine(d)}\n"))
        + "\n";

    private static string Info(DomainInfo d) =>
        TextBlock.Heading("Domain information")
        + TextBlock.Field("Domain Name", TextBlock.Domain(d.Domain, d.Unicode))
        + TextBlock.Field("GID", $"{d.Gid}")
        + TextBlock.Field("Domain Directory", d.Directory)
        + TextBlock.Field("Quota Limit/User", $"Storage: {Quota.FormatSize(d.QuotaBytes)}; Messages: {d.QuotaMessages}")
        + TextBlock.Field("Active Services", Services(d.Services))
        + TextBlock.Field("Transport", d.Transport)
        + TextBlock.Field("Alias Domains", $"{d.AliasDomainCount}")
        + TextBlock.Field("Accounts", $"{d.AccountCount}")
        + TextBlock.Field("Aliases", $"{d.AliasCount}")
        + TextBlock.Field("Relocated", $"{d.RelocatedCount}")
        + TextBlock.Field("Catch-All Dests", $"{d.CatchAllCount}")
        + (d.AliasSenders ? "" : TextBlock.Field("Alias Senders", SenderText.AliasSenders(d.AliasSenders)))
        + (d.SenderGrantCount == 0 ? "" : TextBlock.Field("Sender Grants", $"{d.SenderGrantCount}"))
        + SuspensionText.Field(d.Suspension)
        + "\n"
        + TextBlock.Note(d.Note)
        + List("alias domains", d.AliasDomains?.Select(n => TextBlock.Domain(n, DomainName.Stored(n).Unicode)))
        + List("accounts", d.Accounts)
        + List("aliases", d.Aliases)
        + List("relocated users", d.Relocated)
        + List("catch-all destinations", d.CatchAll);

    private static string Alias(AliasDomainInfo a) =>
        TextBlock.Heading("Alias domain information")
        + $"\tThe alias domain {TextBlock.Domain(a.Alias, a.AliasUnicode)} belongs to:\n"
        + $"\t    * {TextBlock.Domain(a.Domain, a.DomainUnicode)}\n\n";

    private static string List(string title, IEnumerable<string>? items) => items is null ? "" : TextBlock.List(title, [.. items]);

    internal static string Services(ServiceSet services) =>
        services == ServiceSet.None
            ? "None"
            : string.Join(' ', ServiceSetConverter.Names(services).Select(n => n.ToUpperInvariant()));
}
