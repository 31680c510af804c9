using System.Globalization;
using System.Text;
using Vmm.Core.Checks;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Housekeeping;

/// <summary>The mail about what came and went.</summary>
internal static class ChangeMail
{
    /// <summary>Nobody reads more, and after the loss of a disk it would be a line for each account.</summary>
    private const int MostFindings = 200;

    /// <summary>Postfix's sendmail tries for ever where it cannot write its queue, and the next housekeeping would wait.</summary>
    private const int Seconds = 120;

    /// <summary>A line has at most 998 bytes (RFC 5322, section 2.1.1), and a character up to 4.</summary>
    private const int LongestLine = 240;

    /// <summary>Hands it to the system's sendmail, which reads the recipients in the header: nothing is in its arguments.</summary>
    /// <exception cref="VmmException">51, 55, 67.</exception>
    internal static void Send(Settings settings, string to, FindingChanges changes, CancellationToken ct)
    {
        var sendmail = settings.Value(SettingOptions.BinSendmail);
        var text = Write(to, changes, Environment.MachineName, DateTime.UtcNow);
        var answer = ChildProgram.Within(
            sendmail, Seconds, limit => ChildProgram.Ask(sendmail, ["-i", "-t"], text, limit), ct);
        if (answer.Status != 0)
        {
            throw ChildProgram.Failed(sendmail, answer);
        }
    }

    /// <summary>
    /// The whole message. It says that a program wrote it, so that no out-of-office reply comes back (RFC 3834). sendmail adds the
    /// sender.
    /// </summary>
    internal static string Write(string to, FindingChanges changes, string host, DateTime now)
    {
        string[] counts =
        [
            .. changes.New.Count > 0 ? (string[])[Errors.Count(changes.New.Count, "new finding")] : [],
            .. changes.Gone.Count > 0 ? (string[])[$"{changes.Gone.Count} gone"] : [],
        ];
        return $"""
            To: {Clean(to)}
            Subject: vmm on {Clean(host)}: {string.Join(", ", counts)}
            Date: {now.ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture)} +0000
            Auto-Submitted: auto-generated
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit

            {Part("New:", changes.New)}{Part("Gone:", changes.Gone)}Found now: {changes.All.Count} in all; 'vmm check' lists them.

            """;
    }

    private static string Part(string title, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
        {
            return "";
        }

        var part = new StringBuilder($"{title}\n\n");
        foreach (var f in findings.Take(MostFindings))
        {
            string[] lines = [$"{f.Severity.Word()}: {f.Message}", $"  {f.Code.Word()}  {f.Subject}", $"  {f.Remedy}"];
            part.AppendJoin('\n', lines.SelectMany(l => Clean(l).Chunk(LongestLine)).Select(c => new string(c))).Append("\n\n");
        }

        return (findings.Count > MostFindings ? part.Append($"and {findings.Count - MostFindings} more\n\n") : part).ToString();
    }

    /// <summary>A value cannot begin a line of its own.</summary>
    private static string Clean(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));
}
