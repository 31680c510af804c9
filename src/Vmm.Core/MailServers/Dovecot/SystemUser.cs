using System.Text.RegularExpressions;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>A user of the system.</summary>
/// <param name="Name">The name that they log in with.</param>
/// <param name="Home">Their home directory.</param>
/// <param name="HasShell">Whether they can log in to the system too.</param>
internal sealed partial record SystemUser(string Name, string Home, bool HasShell)
{
    /// <summary>Where mail of users is if nothing says otherwise.</summary>
    private static readonly string[] Usual = ["/var/mail/%u", "~/Maildir", "~/mail", "~/Mail", "~/mdbox", "~/sdbox"];

    /// <summary>Whether there is something in a place where Dovecot looks for their mail.</summary>
    internal bool HasMail(DovecotConfig config)
    {
        string[] settings = [config.Value("mail_location"), config.Value("mail_path"), config.Value("mail_inbox_path")];
        // maildir:~/Maildir:INBOX=~/Inbox
        return settings.SelectMany(s => s.Split(':')).Select(p => p.Split('=')[^1]).Concat(Usual).Select(Expanded)
            .Any(p => p.StartsWith('/') && IsFull(p));
    }

    private string Expanded(string path)
    {
        var named = NameVariable().Replace(HomeVariable().Replace(path, Home), Name);
        return named.StartsWith("~/", StringComparison.Ordinal) ? Home + named[1..] : named;
    }

    private static bool IsFull(string path)
    {
        try
        {
            return Directory.Exists(path)
                ? Directory.EnumerateFileSystemEntries(path).Any()
                : new FileInfo(path) is { Exists: true, Length: > 0 };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"%h|%\{home\}")]
    private static partial Regex HomeVariable();

    [GeneratedRegex(@"%[LU]?[un]|%\{(owner_)?user[^}]*\}")]
    private static partial Regex NameVariable();
}
