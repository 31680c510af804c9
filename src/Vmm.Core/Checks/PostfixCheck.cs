using Vmm.Core.Configuration;
using Vmm.Core.MailConfiguration;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Tracing;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Sql;
using Vmm.Data.Values;




namespace Vmm.Core.Checks;

/// <summary>Compares the Postfix of this machine with what <c>vmm mailconfig</c> would make of it, and its answers with those of the database.</summary>
internal static class PostfixCheck
{
    /// <summary>It cannot be found out what Postfix has.</summary>
    internal const string Unreadable = "postfix-unreadable";

    /// <summary>A parameter of main.cf.</summary>
    internal const string Parameter = "postfix-parameter";

    /// <summary>A service of master.cf, or an option of one.</summary>
    internal const string Service = "postfix-service";

    /// <summary>The file of a map.</summary>
    internal const string MapFile = "postfix-map-file";

    /// <summary>Nobody takes or delivers mail.</summary>
    internal const string Stopped = "postfix-stopped";

    /// <summary>A map that gives no answer at all.</summary>
    internal const string Unanswered = "postfix-map-unanswered";

    /// <summary>A map that answers otherwise than the database.</summary>
    internal const string Answer = "postfix-map-answer";

    /// <summary>Without these nothing is lost at once: only virtual(8) asks for some, and the others delay, repeat or miscount.</summary>
    private static readonly string[] Minor =
    [
        "virtual_alias_domains", "virtual_uid_maps", "virtual_gid_maps", "virtual_minimum_uid", "virtual_mailbox_base", "virtual_transport", "lmtp_destination_concurrency_limit", "dovecot_destination_concurrency_limit",
        "recipient_delimiter", "smtpd_relay_restrictions", "syslog_name",
    ];

    /// <summary>What delivers: the LDA (dovecot) is as good as lmtp.</summary>
    internal static string Transport(Settings settings, CancellationToken ct) =>
        ChildProgram.Ask(settings.Text("bin.postconf"), ["-x", "-h", "virtual_transport"], ct).Output.Split(':')[0].Trim();

    /// <summary>What is in force, and what it answers.</summary>
    /// <param name="settings">Where the programs are.</param>
    /// <param name="plan">What should be there; with Postfix.</param>
    /// <param name="install">The command that makes it so.</param>
    /// <param name="sample">What is asked; null for nothing.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">51, 55, 67 a program cannot be asked.</exception>
    internal static IReadOnlyList<Finding> Run(Settings settings, MailConfigurationPlan plan, string install, StackSample? sample, CancellationToken ct)
    {
        var (stack, lines) = (plan.Postfix!, plan.PostfixSettings!);
        var (postconf, reload) = (stack.Postconf, stack.Command("reload"));
        var findings = new List<Finding>();
        findings.AddRange(lines.OtherParameters.Select(p => new Finding(
            Parameter,
            Severity(p.Name, p.Present),
            p.Name,
            $"it is {(p.Present.Length == 0 ? "empty" : $"'{p.Present}'")}, and ought to be {(p.Wanted.Length == 0 ? "empty" : $"'{p.Wanted}'")}",
            $"{postconf} -e {FileName.Quote($"{p.Name}={p.Wanted}")} && {reload}")));
        findings.AddRange(lines.MissingServices.Select(n => new Finding(Service, Finding.Error, n, "master.cf does not have this service", $"{install} && {reload}")));
        findings.AddRange(lines.MissingOptions.Select(o => new Finding(
            Service, Severity(o.Name, "-"), $"{o.Service}/{o.Name}", $"this option is not set, and ought to be '{o.Value}'", $"{postconf} -P {FileName.Quote($"{o.Service}/{o.Name}={o.Value}")} && {reload}")));
        var files = plan.Files.Where(f => f.Group == "postfix").Select(f => FileFault.Of(f, MapFile, $"{install} && {reload}")).OfType<FileFault>().ToList();
        var live = stack.IsRunning(ct)
            ? sample is null ? [] : new Maps(settings, lines, [.. lines.OtherParameters.Select(p => p.Name)], files, reload).Ask(sample, ct)
            : [new Finding(Stopped, Finding.Error, "postfix", "Postfix does not run: no mail is taken, and none delivered", stack.Start)];
        // Where a file shows in the answers already, it is no finding of its own.
        findings.AddRange(files.Where(f => !f.IsTold).Select(f => f.Finding));
        findings.AddRange(live);
        return findings;
    }

    private static string Severity(string name, string present) => present.Length > 0 && Minor.Contains(name) ? Finding.Warning : Finding.Error;

    /// <summary>Asks each map that is in force, all keys at once.</summary>
    private sealed class Maps(Settings settings, PostfixSettings lines, HashSet<string> others, List<FileFault> files, string reload)
    {
        private const int Seconds = 60;
        private readonly List<Finding> findings = [];
        private readonly List<(string Map, string Reason, FileFault? File)> silent = [];

        internal IReadOnlyList<Finding> Ask(StackSample sample, CancellationToken ct)
        {
            foreach (var questions in sample.Maps.Where(q => !others.Contains(q.Map)).GroupBy(q => q.Map))
            {
                // The administrator's own tables may answer before this one.
                var table = lines.TableOf(questions.Key);
                var file = files.Find(f => table.EndsWith(":" + f.Path, StringComparison.Ordinal));
                if (file is not { IsMissing: true })
                {
                    Ask(sample, questions.Key, table, [.. questions], file, ct);
                }
            }

            if (silent.Count > 0)
            {
                var (map, reason, _) = silent[0];
                var more = silent.Count == 1 ? "" : $"; the same with {Errors.Count(silent.Count - 1, "other map")}";
                findings.Add(new Finding(Unanswered, Finding.Error, map, reason + more, silent.Select(s => s.File).OfType<FileFault>().FirstOrDefault()?.Tell() ?? $"mend what it names, then {reload}"));
            }

            return findings;
        }

        private void Ask(StackSample sample, string map, string table, List<TraceQuestion> questions, FileFault? file, CancellationToken ct)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(TimeSpan.FromSeconds(Seconds));
            try
            {
                var answers = LiveAnswers.LookUp(settings, map, table, [.. questions.Select(q => q.Key)], limit.Token);
                var wrong = questions.Select(q => q with { Live = answers.GetValueOrDefault(q.Key, []) }).Where(q => q.Differs == true).ToList();
                if (wrong.Count > 0)
                {
                    findings.Add(StackAnswers.Wrong(Answer, map, sample, wrong, file?.HasOtherText == true ? file.Tell() : reload));
                }
            }
            catch (VmmException e) when (e.Code == ErrorCode.VmmError)
            {
                silent.Add((map, e.Message, file?.HasOtherText == true ? file : null));
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                silent.Add((map, $"the map '{table}' did not answer within {Seconds} seconds", null));
            }
        }
    }
}
