using System.Globalization;
using System.Text.RegularExpressions;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.Configuration;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Values;

namespace Vmm.Core.Checks;

/// <summary>What of Dovecot's settings matters to vmm, as it is in force. An administrator may have set anything else as he likes.</summary>
/// <param name="s">What is in force.</param>
/// <param name="settings">Say what mailboxes look like.</param>
/// <param name="postfix">The Postfix of this machine, which meets Dovecot at its sockets; null where there is none.</param>
/// <param name="delimiter">Postfix's recipient_delimiter.</param>
/// <param name="lda">Whether Postfix needs no LMTP.</param>
internal sealed partial class DovecotRequirements(DovecotConfig s, Settings settings, PostfixInstallation? postfix, string delimiter, bool lda)
{
    private const long FirstId = 70000;
    private readonly List<(string Name, string Severity, string Message)> faults = [];

    /// <summary>Each setting that is not as it has to be: its name, how bad that is, and what it means.</summary>
    internal IReadOnlyList<(string Name, string Severity, string Message)> Find()
    {
        Users();
        Mail();
        Quota();
        if (postfix is not null)
        {
            Listener("auth", "auth", "Postfix cannot ask for passwords: nobody can send");
            if (!lda)
            {
                Listener("lmtp", "dovecot-lmtp", "Postfix cannot deliver");
            }

            Need("recipient_delimiter", s.Value("recipient_delimiter", "+") == delimiter, Finding.Warning, $"it is '{s.Value("recipient_delimiter", "+")}', and Postfix's is '{delimiter}'");
        }

        return faults;
    }

    private void Users()
    {
        foreach (var (kind, what) in new[] { ("passdb", "nobody can log in"), ("userdb", "no mail is delivered") })
        {
            Need(kind, s.AsksDatabase(kind), Finding.Error, $"none asks the database: {what}");
        }

        foreach (var name in (string[])["first_valid_uid", "first_valid_gid"])
        {
            Need(name, long.TryParse(s.Value(name, "0"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id <= FirstId, Finding.Error, $"it is {s.Value(name)}, and accounts begin at {FirstId}");
        }

        Need("auth_username_chars", s.Value("auth_username_chars", "-").Length > 0, Finding.Warning, "it is empty: a name that is not UTF-8 is an error to the database");
        foreach (var block in (string[])["", "protocol lmtp", "protocol lda", "protocol imap", "protocol pop3", "protocol sieve"])
        {
            var format = s.Value("auth_username_format", "", block);
            Need(block.Length == 0 ? "auth_username_format" : $"{block}: auth_username_format", !DropsDomain(format), Finding.Error, $"it is '{format}', which drops the domain: no account is found");
        }
    }

    private void Mail()
    {
        var wanted = (Format: settings.Text("mailbox.format"), Path: $"~/{settings.Text("mailbox.root")}".TrimEnd('/'));
        if (!s.IsNew)
        {
            var location = s.Value("mail_location");
            Need("mail_location", location == "maildir:~/Maildir" || location == $"{wanted.Format}:{wanted.Path}", Finding.Warning, $"it is '{location}', and ought to be 'maildir:~/Maildir'");
            return;
        }

        var (driver, path, inbox) = (s.Value("mail_driver"), s.Value("mail_path"), s.Value("mail_inbox_path"));
        Need("mail_driver", driver == "maildir" || driver == wanted.Format, Finding.Warning, $"it is '{driver}', and ought to be 'maildir'");
        Need("mail_path", path == "~/Maildir" || path == wanted.Path, Finding.Warning, $"it is '{path}', and ought to be '~/Maildir'");
        Need("mail_inbox_path", !inbox.StartsWith('/'), Finding.Error, $"it is '{inbox}', which is in no home: mail cannot be delivered there");
    }

    private void Quota()
    {
        Need("mail_plugins", HasPlugin("quota"), Finding.Warning, "there is no quota among them: no limit is kept");
        // Where Dovecot counts for itself. The dictionary of vmm 0.7 is counted in, and told, at once.
        var counts = s.IsNew || s.Value("quota", "", "plugin").StartsWith("count:", StringComparison.Ordinal);
        Need("mail_plugins", !counts || !HasPlugin("quota") || HasPlugin("quota_clone"), Finding.Warning, "there is no quota_clone among them: vmm is not told what use is made of quota");
        if (s.IsNew)
        {
            Need("quota", s.HasBlock("quota "), Finding.Warning, "no driver is named for it: no limit is kept");
            return;
        }

        var quota = s.Value("quota", "", "plugin");
        Need("plugin: quota", quota.Length > 0, Finding.Warning, "it is empty: no limit is kept");
        Need("plugin: quota_vsizes", !quota.StartsWith("count:", StringComparison.Ordinal) || s.Value("quota_vsizes", "no", "plugin") == "yes", Finding.Warning, "it is not 'yes', which counting needs");
    }

    private bool HasPlugin(string name) => s.IsNew ? s.Value(name, "no", "mail_plugins") == "yes" : s.Value("mail_plugins").Split(' ').Contains(name);

    private void Listener(string service, string socket, string otherwise)
    {
        var path = $"{postfix!.Queue}/private/{socket}";
        var listener = s.Values($"service {service} > unix_listener {path}").LastOrDefault();
        var mode = Convert.ToInt32(listener?.GetValueOrDefault("mode", "0600") ?? "0", 8);
        var mayConnect = listener is not null
            && ((mode & 6) == 6 || ((mode & 0x30) == 0x30 && listener.GetValueOrDefault("group") == "postfix") || ((mode & 0x180) == 0x180 && listener.GetValueOrDefault("user") == "postfix"));
        Need($"service {service}: {path}", mayConnect, Finding.Error, $"{(listener is null ? "this socket is not there" : "Postfix has no right to this socket")}: {otherwise}");
    }

    private void Need(string name, bool isGood, string severity, string message)
    {
        if (!isGood)
        {
            faults.Add((name, severity, message));
        }
    }

    /// <summary>%n is the name without the domain in 2.3, and username in 2.4.</summary>
    private static bool DropsDomain(string format) => LocalPart().IsMatch(format) && !Domain().IsMatch(format);

    [GeneratedRegex("%[LU]?n|username")]
    private static partial Regex LocalPart();

    [GeneratedRegex("%[LU]?d|domain")]
    private static partial Regex Domain();
}
