using System.Globalization;
using Vmm.Cli.Output;
using Vmm.Core.Administration;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>How accounts look to people.</summary>
internal static class AccountText
{
    private const string Inherited = " [domain default]";
    private static readonly ServiceSet[] ServiceNames = [ServiceSet.Imap, ServiceSet.Pop3, ServiceSet.Sieve, ServiceSet.Smtp];

    internal static string Info(AccountInfo a) =>
        TextBlock.Heading("Account information")
        + TextBlock.Field("Address", a.Address)
        + TextBlock.Field("Name", a.Name ?? "None")
        + TextBlock.Field("UID", $"{a.Uid}")
        + TextBlock.Field("GID", $"{a.Gid}")
        + TextBlock.Field("Home", a.Home)
        + TextBlock.Field("Mail_Location", a.MailLocation)
        + TextBlock.Field("Quota Storage", Usage(a.UsedBytes, a.QuotaBytes, Quota.FormatSize) + Mark(a.QuotaInherited))
        + TextBlock.Field("Quota Messages", Usage(a.UsedMessages, a.QuotaMessages, n => $"{n}") + Mark(a.QuotaInherited))
        + (a.DiskUsage is null ? "" : TextBlock.Field("Disk Usage", a.DiskUsage))
        + TextBlock.Field("Transport", a.Transport + Mark(a.TransportInherited))
        + TextBlock.Field("SMTP", Service(a, ServiceSet.Smtp))
        + TextBlock.Field("POP3", Service(a, ServiceSet.Pop3))
        + TextBlock.Field("IMAP", Service(a, ServiceSet.Imap))
        + TextBlock.Field("SIEVE", Service(a, ServiceSet.Sieve))
        + SuspensionText.Field(a.Suspension)
        + SuspensionText.Field(a.DomainSuspension, Inherited)
        + "\n"
        + TextBlock.Note(a.Note)
        + (a.SenderGrants is null ? "" : TextBlock.List("sender grants", [.. a.SenderGrants.Select(SenderText.Line)]))
        + (a.Aliases is null ? "" : TextBlock.List("alias addresses", a.Aliases));

    /// <summary>The columns of the long list: usage in percent, bytes, messages; services; name and note.</summary>
    internal static string Long(AccountListDetails a, string? suspended)
    {
        var percent = a.UsedPercent is { } used ? $"{used}%" : "-";
        var bytes = $"{Quota.FormatSize(a.UsedBytes)}/{(a.QuotaBytes == 0 ? "-" : Quota.FormatSize(a.QuotaBytes))}";
        var messages = $"{a.UsedMessages}/{(a.QuotaMessages == 0 ? "-" : $"{a.QuotaMessages}")}";
        var services = string.Join(
            ',', ServiceNames.Where(s => a.Services.HasFlag(s)).Select(s => s.ToString().ToLowerInvariant()));
        if (services.Length == 0)
        {
            services = "none";
        }

        var state = suspended is null ? null : $"suspended ({suspended})";
        var words = string.Join("; ", new[] { state, a.Name, a.Note }.OfType<string>());
        return $"{percent,5} {bytes,21} {messages,11}  {services,-20}  {TextBlock.OneLine(words)}";
    }

    internal static string ByUid(AccountByUid a) =>
        TextBlock.Heading("Account information")
        + TextBlock.Field("UID", $"{a.Uid}")
        + TextBlock.Field("GID", $"{a.Gid}")
        + TextBlock.Field("Address", a.Address)
        + "\n"
        + TextBlock.Note(a.Note);

    /// <summary>What the operations log says of an account that is gone.</summary>
    internal static string Deleted(DeletedAccount gone) =>
        $"uid {gone.Uid}, "
        + (gone.DirectoryDeleted ? $"with the home {gone.Home}"
            : gone.Trash is { } change ? $"the home {gone.Home} is in the trash of change {change}"
            : $"the home {gone.Home} stays");

    /// <summary>As in vmm 0.7, a change prints nothing except a generated password.</summary>
    internal static string Added(AddedAccount added) => Generated(added.GeneratedPassword);

    internal static string Generated(string? password) => password is null ? "" : $"Generated password: {password}\n";

    private static string Usage(long used, long limit, Func<long, string> format)
    {
        // Dovecot's count may fall below 0 for a moment; "-0.00" would tell nothing.
        var percent = limit == 0 ? 0 : Math.Max(0, 100.0 / limit * used);
        return $"[{percent.ToString("0.00", CultureInfo.InvariantCulture),6}%] {format(used)}/{format(limit)}";
    }

    private static string Service(AccountInfo a, ServiceSet service) =>
        (a.Services.HasFlag(service) ? "enabled" : "disabled") + Mark(a.ServicesInherited);

    private static string Mark(bool inherited) => inherited ? Inherited : "";
}
