using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers.Postfix;

/// <summary>The log of Postfix, wherever this system keeps it.</summary>
internal static class MailLog
{
    /// <summary>As much of the end of the log is read; on a busy server that is some minutes.</summary>
    private const int MostBytes = 16 << 20;

    private const string Journal = "/usr/bin/journalctl";

    private static readonly string[] Usual = ["/var/log/mail.log", "/var/log/maillog"];

    /// <summary>
    /// The last lines that name one of the addresses, the newest last, and where they are from; null where there is no log.
    /// </summary>
    /// <exception cref="VmmException">51, 55, 67, 81.</exception>
    internal static (string Source, IReadOnlyList<string> Lines)? About(
        Settings settings, IReadOnlyCollection<string> addresses, int most, CancellationToken ct)
    {
        var own = ChildProgram.Run(settings.Value(SettingOptions.BinPostconf), ["-x", "-h", "maillog_file"], ct).Trim();
        if (own.StartsWith("/dev/", StringComparison.Ordinal))
        {
            // In a container: whoever started Postfix has it.
            return null;
        }

        var file = own.StartsWith('/') ? own : Usual.FirstOrDefault(File.Exists);
        if (file is null && !File.Exists(Journal))
        {
            return null;
        }

        var text = file is not null
            ? End(file)
            : ChildProgram.Run(Journal, ["-q", "--no-pager", "-n", "20000", "-u", "postfix*", "-u", "dovecot*"], ct);
        var lines = text.Split('\n').Where(l => addresses.Any(a => Names(l, a))).TakeLast(most);
        return (file ?? "the journal", [.. lines]);
    }

    /// <summary>Whether a line names an address, and not only a longer one that has it at its end or beginning.</summary>
    internal static bool Names(string line, string address)
    {
        for (var at = 0; (at = line.IndexOf(address, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var end = at + address.Length;
            // Or a full stop at the end of a sentence.
            var after = line[end..];
            if ((at == 0 || IsBorder(line[at - 1])) && (after is "" or "." or ['.', ' ', ..] || IsBorder(after[0])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Characters that are no part of an address here; '=' stands before one in "sasl_username=".</summary>
    private static bool IsBorder(char c) =>
        !char.IsAsciiLetterOrDigit(c) && !".!#$%&'*+-/?^_`{|}~@".Contains(c, StringComparison.Ordinal);

    private static string End(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = Math.Max(0, file.Length - MostBytes);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Errors.FileSystem("read the log", path, e.Message.TrimEnd('.'));
        }
    }
}
