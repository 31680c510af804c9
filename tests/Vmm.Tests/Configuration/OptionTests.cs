namespace Vmm.Tests.Configuration;

/// <summary>Every option of vmm 0.7 is there, and configget prints it as 0.7 does.</summary>
public class OptionTests(PostgresCluster cluster)
{
    /// <summary>vmm 0.7's options with the defaults of its code, as configget prints them.</summary>
    private static readonly Dictionary<string, string> Old = new()
    {
        ["account.delete_directory"] = "False",
        ["account.directory_mode"] = "448",
        ["account.disk_usage"] = "False",
        ["account.password_length"] = "8",
        ["account.random_password"] = "False",
        ["bin.doveadm"] = "/usr/bin/doveadm",
        ["bin.du"] = "/usr/bin/du",
        ["bin.postconf"] = "/usr/sbin/postconf",
        ["database.host"] = "localhost",
        ["database.name"] = "mailsys",
        ["database.pass"] = "",
        ["database.port"] = "5432",
        ["database.sslmode"] = "prefer",
        ["database.user"] = "",
        ["domain.auto_postmaster"] = "True",
        ["domain.delete_directory"] = "False",
        ["domain.directory_mode"] = "504",
        ["domain.force_deletion"] = "False",
        ["domain.imap"] = "True",
        ["domain.pop3"] = "True",
        ["domain.sieve"] = "True",
        ["domain.smtp"] = "True",
        ["domain.quota_bytes"] = "0",
        ["domain.quota_messages"] = "0",
        ["domain.transport"] = "lmtp:unix:private/dovecot-lmtp",
        ["mailbox.folders"] = "Drafts:Sent:Templates:Trash",
        ["mailbox.format"] = "maildir",
        ["mailbox.root"] = "Maildir",
        ["mailbox.subscribe"] = "True",
        ["misc.base_directory"] = "/srv/mail",
        ["misc.crypt_blowfish_rounds"] = "5",
        ["misc.crypt_sha256_rounds"] = "5000",
        ["misc.crypt_sha512_rounds"] = "5000",
        ["misc.dovecot_version"] = "",
        ["misc.password_scheme"] = "CRAM-MD5",
    };

    /// <summary>What differs, and why.</summary>
    private static readonly Dictionary<string, (string Default, string Why)> Changed = new()
    {
        ["account.directory_mode"] = ("0700", "modes are octal"),
        ["domain.directory_mode"] = ("0750", "what 0.7's umask made of it; modes are octal"),
        ["account.password_length"] = ("16", "8 characters are 47 bits, too few for a password that is found by machines"),
        ["database.user"] = ("vmm", "0.7 had no default; this is the name that install.sh and 0.7's Debian package use"),
        ["misc.crypt_blowfish_rounds"] = ("10", "5 was too cheap to guess already in 2012"),
        ["misc.password_scheme"] = ("SHA512-CRYPT", "design: every Dovecot verifies it; CRAM-MD5's hash serves as the password"),
    };

    [Fact]
    public static void every_option_of_0_7_is_there_with_its_default_or_a_reason()
    {
        foreach (var (key, old) in Old)
        {
            var parts = key.Split('.');
            var option = SettingOptions.Find(parts[0], parts[1]);
            Assert.True(option is not null, $"{key} is missing");
            Assert.Equal(Changed.TryGetValue(key, out var changed) ? changed.Default : old, option.Format(option.Default));
        }

        Assert.Equal(
            [
                "account.on_delete",
                "account.trash_days",
                "bin.doveconf",
                "bin.sendmail",
                "check.dkim_selector",
                "check.resolver",
                "check.state_file",
                "dovecot.after_change",
                "dovecot.auth_socket",
                "housekeeping.mail_to",
                "housekeeping.state_file",
                "journal.days",
                "journal.secret_days",
                "misc.alias_expansion_limit",
                "log.file",
                "log.syslog",
            ],
            SettingOptions.All.Select(o => o.Key).Except(Old.Keys)
        );
    }

    [Fact]
    public async Task configget_prints_every_option_as_0_7_does()
    {
        using var world = await World.CreateAsync(cluster, """
            [account]
            delete_directory = true
            [mailbox]
            folders = ["A", "B.C"]
            """
        );
        foreach (
            var (key, value) in new[]
            {
                ("account.delete_directory", "True"),
                ("domain.imap", "True"),
                ("DOMAIN.Directory_Mode", "0750"),
                ("mailbox.folders", "A:B.C"),
                ("domain.auto_postmaster", "False"),
                ("database.name", world.Database),
            }
        )
        {
            Assert.Equal($"{key.ToLowerInvariant()} = {value}\n", (await world.VmmAsync("configget", key)).Succeeded());
        }

        Assert.Equal(
            "{\"schema_version\":1,\"option\":\"domain.smtp\",\"value\":true,\"warnings\":[]}\n",
            await world.DoAsync("cg domain.smtp --json")
        );
    }

    [Fact]
    public async Task configget_never_shows_the_database_password()
    {
        using var world = await World.CreateAsync(cluster);
        File.AppendAllText(world.Config, "");
        File.WriteAllText(world.Config, "[database]\npass = \"open sesame\"\n");
        foreach (var format in (string[])["", "--json"])
        {
            var shown = await world.DoAsync($"configget database.pass {format}");
            Assert.DoesNotContain("sesame", shown, StringComparison.Ordinal);
            Assert.Contains("********", shown, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("transport", "bad format: 'transport' is not section.option")]
    [InlineData("a.b.c", "bad format: 'a.b.c' is not section.option")]
    [InlineData("domian.imap", "unknown section: 'domian'")]
    [InlineData("domain.imp", "no option 'imp' in section 'domain'")]
    public async Task configget_tells_the_three_ways_to_be_wrong_apart(string name, string message)
    {
        using var world = await World.CreateAsync(cluster);
        Message.IsOneError(await world.VmmAsync("configget", name), 44, message);
    }

    [Fact]
    public static void the_shipped_file_has_every_option_with_its_default_and_nothing_else()
    {
        using var directory = new TempDirectory();
        var shipped = File.ReadAllLines(Repository.PathOf("etc", "vmm.toml"));
        SettingsFile.Load(SettingsFileTests.Write(directory, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', shipped))));

        // An option is commented out without a blank after the '#'; explanations have one.
        var options = shipped.Where(l => l.StartsWith('#') && l.Length > 1 && l[1] != ' ').ToList();
        Assert.All(options, o => Assert.Matches("^#[a-z0-9_]+ = ", o));
        var active = shipped.Select(l => options.Contains(l) ? l[1..] : l).ToList();
        var settings = SettingsFile.Load(
            SettingsFileTests.Write(directory, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', active)))
        );
        Assert.All(SettingOptions.All, o => Assert.Equal(o.Format(o.Default), o.Format(settings.Value(o))));

        var section = "";
        var named = new List<string>();
        foreach (var line in active.Where(l => !l.StartsWith('#') && l.Length > 0))
        {
            section = line[0] == '[' ? line.Trim('[', ']') : section;
            named.AddRange(line[0] == '[' ? [] : [$"{section}.{line.Split(' ')[0]}"]);
        }

        Assert.Equal(SettingOptions.All.Select(o => o.Key).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }
}
