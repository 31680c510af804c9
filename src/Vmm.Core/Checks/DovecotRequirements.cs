using System.Globalization;
using Vmm.Core.Configuration;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;

namespace Vmm.Core.Checks;

/// <summary>A setting of Dovecot that differs from what vmm needs.</summary>
/// <param name="Name">Of the setting.</param>
/// <param name="Severity">How bad that is.</param>
/// <param name="Message">What it is, and what that means.</param>
internal sealed record SettingFault(string Name, Severity Severity, string Message);

/// <summary>Checks the settings in force in Dovecot that matter to vmm. Administrators may set all others as they like.</summary>
/// <param name="config">The settings in force.</param>
/// <param name="settings">vmm's settings, which say what mailboxes look like.</param>
/// <param name="postfix">The Postfix of this machine, which connects to Dovecot's sockets; null where there is none.</param>
/// <param name="delimiter">Postfix's recipient_delimiter.</param>
/// <param name="lda">Whether Postfix delivers by Dovecot's LDA, so that LMTP is not needed.</param>
/// <param name="firstId">Where the uids and gids of accounts begin.</param>
internal sealed class DovecotRequirements(
    DovecotConfig config, Settings settings, PostfixInstallation? postfix, string delimiter, bool lda, long firstId)
{
    private readonly List<SettingFault> faults = [];

    /// <summary>Each setting that is wrong: its name, the severity, and what it means.</summary>
    internal IReadOnlyList<SettingFault> Find()
    {
        Users();
        Mail();
        Quota();
        if (postfix is not null)
        {
            Listener("auth", "auth", "Postfix cannot check passwords, so no user can send mail");
            if (!lda)
            {
                Listener("lmtp", "dovecot-lmtp", "Postfix cannot deliver");
            }

            var own = config.Value("recipient_delimiter", "+");
            Need("recipient_delimiter", own == delimiter, Severity.Warning, $"it is '{own}', but Postfix's is '{delimiter}'");
        }

        return faults;
    }

    private void Users()
    {
        foreach (var (kind, what) in new[] { ("passdb", "no user can log in"), ("userdb", "no mail is delivered") })
        {
            Need(kind, config.AsksDatabase(kind), Severity.Error, $"no {kind} uses the database: {what}");
        }

        foreach (var name in (string[])["first_valid_uid", "first_valid_gid"])
        {
            var value = config.Value(name, "0");
            var isGood = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id <= firstId;
            Need(name, isGood, Severity.Error, $"it is {value}, but accounts begin at {firstId}: Dovecot refuses those below");
        }

        Need(
            "auth_username_chars",
            config.Value("auth_username_chars", "-").Length > 0,
            Severity.Warning,
            "it is empty: a name that is not UTF-8 causes an error in the database");
        foreach (var block in (string[])["", "protocol lmtp", "protocol lda", "protocol imap", "protocol pop3", "protocol sieve"])
        {
            var format = config.Value("auth_username_format", "", block);
            Need(
                block.Length == 0 ? "auth_username_format" : $"{block}: auth_username_format",
                !DovecotConfig.DropsDomain(format),
                Severity.Error,
                $"it is '{format}', which drops the domain: no account is found");
        }
    }

    private void Mail()
    {
        // Where there are other users, these are theirs. Accounts get the place of their mail from the database.
        if (config.HasOtherUsers)
        {
            return;
        }

        var ownPath = $"~/{settings.Value(SettingOptions.MailboxRoot)}".TrimEnd('/');
        var wanted = (Format: settings.Value(SettingOptions.MailboxFormat), Path: ownPath);
        if (!config.IsNew)
        {
            var location = config.Value("mail_location");
            Need(
                "mail_location",
                location == "maildir:~/Maildir" || location == $"{wanted.Format}:{wanted.Path}",
                Severity.Warning,
                $"it is '{location}', but should be 'maildir:~/Maildir'");
            return;
        }

        var (driver, path, inbox) = (config.Value("mail_driver"), config.Value("mail_path"), config.Value("mail_inbox_path"));
        var isDriver = driver == "maildir" || driver == wanted.Format;
        Need("mail_driver", isDriver, Severity.Warning, $"it is '{driver}', but should be 'maildir'");
        var isPath = path == "~/Maildir" || path == wanted.Path;
        Need("mail_path", isPath, Severity.Warning, $"it is '{path}', but should be '~/Maildir'");
        Need(
            "mail_inbox_path",
            !inbox.StartsWith('/'),
            Severity.Error,
            $"it is '{inbox}', which is not in a home: mail cannot be delivered there");
    }

    private void Quota()
    {
        Need("mail_plugins", HasPlugin("quota"), Severity.Warning, "quota is not among them: no limit is enforced");
        // This is needed where Dovecot counts by itself. With the dictionary of vmm 0.7 it counts in the database.
        var quota = config.Value("quota", "", "plugin");
        var counts = config.IsNew || quota.StartsWith("count:", StringComparison.Ordinal);
        Need(
            "mail_plugins",
            !counts || !HasPlugin("quota") || HasPlugin("quota_clone"),
            Severity.Warning,
            "quota_clone is not among them: vmm does not see the quota usage");
        if (config.IsNew)
        {
            Need("quota", config.HasBlock("quota "), Severity.Warning, "it has no driver: no limit is enforced");
            return;
        }

        Need("plugin: quota", quota.Length > 0, Severity.Warning, "it is empty: no limit is enforced");
        Need(
            "plugin: quota_vsizes",
            !counts || config.Value("quota_vsizes", "no", "plugin") == "yes",
            Severity.Warning,
            "it is not 'yes', which counting needs");
    }

    private bool HasPlugin(string name) => config.IsNew
        ? config.Value(name, "no", "mail_plugins") == "yes"
        : config.Value("mail_plugins").Split(' ').Contains(name);

    private void Listener(string service, string socket, string otherwise)
    {
        var path = $"{postfix!.Queue}/private/{socket}";
        var listener = config.Values($"service {service} > unix_listener {path}").LastOrDefault();
        var mode = Convert.ToInt32(listener?.GetValueOrDefault("mode", "0600") ?? "0", 8);
        var mayConnect = listener is not null
            && ((mode & 6) == 6
                || ((mode & 0x30) == 0x30 && listener.GetValueOrDefault("group") == "postfix")
                || ((mode & 0x180) == 0x180 && listener.GetValueOrDefault("user") == "postfix"));
        var reason = listener is null ? "this socket does not exist" : "Postfix has no permission to use this socket";
        Need($"service {service}: {path}", mayConnect, Severity.Error, $"{reason}: {otherwise}");
    }

    private void Need(string name, bool isGood, Severity severity, string message)
    {
        if (!isGood)
        {
            faults.Add(new SettingFault(name, severity, message));
        }
    }
}
