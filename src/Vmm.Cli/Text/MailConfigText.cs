using System.Text;
using Vmm.Core.MailConfiguration;

namespace Vmm.Cli.Text;

/// <summary>What people read about the configuration of Postfix and Dovecot.</summary>
internal static class MailConfigText
{
    /// <summary>Every part with its place: lines that begin with ### are no part of it.</summary>
    internal static string Parts(MailConfigurationReport report)
    {
        var text = new StringBuilder(Programs(report));
        foreach (var part in report.Parts)
        {
            text.Append($"\n### {part.Path}: {(part.Kind == "file" ? $"{part.Owner}, mode {part.Mode}" : "these lines in it")}\n{part.Content}");
        }

        return text.ToString();
    }

    internal static string Differences(MailConfigurationReport report) => string.Concat(report.Parts.Select(p => p.Difference));

    internal static string Installed(MailConfigurationReport report, bool isDry)
    {
        if (!report.Differs)
        {
            return $"{Programs(report)}Everything is installed already; there is nothing to do.\n";
        }

        var text = new StringBuilder(Programs(report));
        foreach (var part in report.Parts.Where(p => p.State != MailConfigurationReport.Same))
        {
            var verb = part.Kind == "lines" ? "change" : part.State == MailConfigurationReport.Missing ? "write" : "replace";
            text.Append($"{(isDry ? "would " : "")}{(isDry ? verb : Past(verb))} {part.Path}{(part.Kind == "file" ? $" ({part.Owner}, {part.Mode})" : "")}\n");
        }

        text.AppendJoin("", (report.Backups ?? []).Select(b => $"kept {b}\n"));
        return text.Append($"{(isDry ? "Then" : "Now")} make them obey: {string.Join("; ", report.Next ?? [])}\n").ToString();
    }

    private static string Past(string verb) => verb == "write" ? "wrote" : verb + "d";

    private static string Programs(MailConfigurationReport report) => string.Concat(
        report.Postfix is null ? "" : $"Postfix {report.Postfix}",
        report.Postfix is not null && report.Dovecot is not null ? ", " : "",
        report.Dovecot is null ? "" : $"Dovecot {report.Dovecot}",
        "\n");
}
