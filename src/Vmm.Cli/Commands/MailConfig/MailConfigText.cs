using System.Text;
using Vmm.Core.MailConfiguration;

namespace Vmm.Cli.Commands.MailConfig;

/// <summary>What people read about the configuration of Postfix and Dovecot.</summary>
internal static class MailConfigText
{
    internal static string Describe(MailConfigurationReport report, MailConfigWay way) => way switch
    {
        MailConfigWay.Install => Installed(report, isDry: false),
        MailConfigWay.TryInstall => Installed(report, isDry: true),
        MailConfigWay.Undo => Undone(report, isDry: false),
        MailConfigWay.TryUndo => Undone(report, isDry: true),
        MailConfigWay.Diff => string.Concat(report.Parts.Select(p => p.Difference)),
        _ => Parts(report),
    };

    /// <summary>Every part with its place: lines that begin with ### are no part of it.</summary>
    private static string Parts(MailConfigurationReport report)
    {
        var text = new StringBuilder(Programs(report));
        foreach (var part in report.Parts)
        {
            var what = part.Kind == "file" ? $"{part.Owner}, mode {part.Mode}" : "these lines in it";
            text.Append($"\n### {part.Path}: {what}\n{part.Content}");
        }

        return text.ToString();
    }

    private static string Installed(MailConfigurationReport report, bool isDry)
    {
        if (!report.Differs)
        {
            return $"{Programs(report)}Everything is already installed; there is nothing to do.\n";
        }

        var text = new StringBuilder(Programs(report));
        foreach (var part in report.Parts.Where(p => p.State != MailConfigurationReport.Same))
        {
            var verb = part.Kind == "lines" ? "change" : part.State == MailConfigurationReport.Missing ? "write" : "replace";
            var owner = part.Kind == "file" ? $" ({part.Owner}, {part.Mode})" : "";
            text.Append($"{(isDry ? $"would {verb}" : Past(verb))} {part.Path}{owner}\n");
        }

        text.AppendJoin("", (report.Backups ?? []).Select(b => $"kept {b}\n"));
        return text.Append($"{(isDry ? "Then" : "Next")}, run: {string.Join("; ", report.Next ?? [])}\n").ToString();
    }

    private static string Undone(MailConfigurationReport report, bool isDry)
    {
        var text = new StringBuilder();
        text.AppendJoin("", (report.Restored ?? []).Select(p => $"{(isDry ? "would restore" : "restored")} {p}\n"));
        text.AppendJoin("", (report.Removed ?? []).Select(p => $"{(isDry ? "would remove" : "removed")} {p}\n"));
        text.AppendJoin("", (report.Backups ?? []).Select(b => $"kept {b}\n"));
        return report.Next is { Count: > 0 } next
            ? text.Append($"{(isDry ? "Then" : "Next")}, run: {string.Join("; ", next)}\n").ToString()
            : text.ToString();
    }

    private static string Past(string verb) => verb == "write" ? "wrote" : verb + "d";

    private static string Programs(MailConfigurationReport report) => string.Concat(
        report.Postfix is null ? "" : $"Postfix {report.Postfix}",
        report.Postfix is not null && report.Dovecot is not null ? ", " : "",
        report.Dovecot is null ? "" : $"Dovecot {report.Dovecot}",
        "\n");
}
