using Vmm.Tests.Install;

namespace Vmm.Tests.InstalledConfiguration;

/// <summary>
/// vmm mailconfig --install once more, on a server with other users: what they lose by vmm's file stays true when the file is
/// there, and the administrator goes on changing the others.
/// </summary>
[Slow]
public abstract class RepeatedInstallTests
{
    private const string Install = "/usr/local/sbin/vmm mailconfig --install";
    private const string Own = "/etc/dovecot/conf.d/97-own.conf";
    private const string Files = "find /etc/vmm /etc/postfix /etc/dovecot -type f -exec sha256sum {} + | sort";
    private const string Hidden = "auth_mechanisms of Dovecot has cram-md5, and 99-vmm.conf makes it 'plain login'\n";

    /// <summary>A system as the packages leave it.</summary>
    private protected abstract Task<PrivateSystem> SystemAsync();

    /// <summary>A passdb with a file, in the syntax of the version.</summary>
    private protected abstract string FileOfUsers { get; }

    /// <summary>Where mail is, in the syntax of the version.</summary>
    private protected abstract string Location { get; }

    /// <summary>Makes auth-sql.conf.ext ask a database of customers.</summary>
    private protected abstract string Customers { get; }

    /// <summary>The file that asks it.</summary>
    private protected abstract string CustomersFile { get; }

    [Fact]
    public async Task what_other_users_lose_stops_each_installation_until_a_later_file_sets_it()
    {
        await using var system = await SystemAsync();
        await using var server = new InstalledMailServer(system);
        await server.InitializeAsync();
        await system.DoAsync($"printf '%s\\n' '{FileOfUsers}' 'auth_mechanisms = plain cram-md5' > {Own}");
        await IsRefusedAsync(system, 1, "auth_mechanisms of Dovecot has cram-md5 and would become 'plain login'\n");
        (await system.RunAsync(Install + " --replace")).ShouldExit(0);
        var installed = await system.DoAsync(Files);
        for (var i = 0; i < 2; i++)
        {
            await IsRefusedAsync(system, 1, Hidden);
            var again = await system.RunAsync(Install + " --replace");
            again.ShouldExit(0);
            Assert.Equal("vmm: warning: " + Hidden, again.Error);
            Assert.Contains("there is nothing to do", again.Out, StringComparison.Ordinal);
            Assert.Equal(installed, await system.DoAsync(Files));
        }

        await system.DoAsync("echo 'auth_mechanisms = plain login cram-md5' > /etc/dovecot/conf.d/99-z.conf");
        var kept = await system.RunAsync(Install);
        kept.ShouldExit(0);
        Assert.Equal("", kept.Error);
    }

    [Fact]
    public async Task users_who_come_after_an_installation_are_kept_or_named()
    {
        await using var system = await SystemAsync();
        await using var server = new InstalledMailServer(system);
        await server.InitializeAsync();
        await system.DoAsync(Install);
        // Neither the uid nor the place of the mail is what vmm's file accepts.
        await system.DoAsync($$"""
            printf '%s\n' '{{Location}}' 'auth_mechanisms = plain cram-md5' > {{Own}} && {{Customers}} &&
            echo 'anna:x:1801:1801::/srv/anna:/bin/bash' >> /etc/passwd && mkdir -p /srv/anna/post/new &&
            touch /srv/anna/post/new/1 &&
            sed -Ei 's/^#(!include auth-(system|sql))/\1/' /etc/dovecot/conf.d/10-auth.conf
            """);
        await IsRefusedAsync(system, 2, Hidden);
        await IsRefusedAsync(system, 2, $"{CustomersFile} asks a different database: its users could not log in\n");
        (await system.RunAsync(Install + " --replace")).ShouldExit(0);
        Assert.Contains(
            "\n!include auth-system.conf.ext\n",
            await system.DoAsync("cat /etc/dovecot/conf.d/99-vmm.conf"),
            StringComparison.Ordinal
        );
        await system.DoAsync("mkdir /srv/tmp");
        (await system.RunAsync("TMPDIR=/srv/tmp " + Install)).ShouldExit(94);
        Assert.Equal("", await system.DoAsync("ls -A /srv/tmp"));
    }

    private static async Task IsRefusedAsync(PrivateSystem system, int count, string reason)
    {
        var before = await system.DoAsync(Files);
        foreach (var option in (string[])["", " --dry-run"])
        {
            var refused = await system.RunAsync(Install + option);
            refused.ShouldExit(94);
            Assert.StartsWith($"vmm: error: installing would replace {count} setting", refused.Error, StringComparison.Ordinal);
            Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
            Assert.Equal(before, await system.DoAsync(Files));
        }
    }
}

/// <summary>Dovecot 2.3, or what else this system has.</summary>
public class RepeatedInstallOnThisSystemTests : RepeatedInstallTests
{
    private protected override string FileOfUsers => "passdb {\n  driver = passwd-file\n  args = /etc/dovecot/users\n}";

    private protected override string Location => "mail_location = maildir:~/post";

    private protected override string Customers => "sed -i 's/dovecot-sql/customers-sql/' /etc/dovecot/conf.d/auth-sql.conf.ext";

    private protected override string CustomersFile => "/etc/dovecot/customers-sql.conf.ext";

    private protected override Task<PrivateSystem> SystemAsync() => PrivateSystem.CreateAsync(ownNetwork: false);
}

/// <summary>Dovecot 2.4.</summary>
[Trait(MailStack.OnDebian13.Trait, MailStack.OnDebian13.Value)]
public class RepeatedInstallOnDebian13Tests : RepeatedInstallTests
{
    private protected override string FileOfUsers => "passdb passwd-file {\n  passwd_file_path = /etc/dovecot/users\n}";

    private protected override string Location => "mail_driver = maildir\nmail_path = ~/post\nmail_inbox_path = ~/post";

    private protected override string Customers =>
        "printf 'passdb sql {\\n  query = SELECT password FROM customers\\n}\\n' > " + CustomersFile;

    private protected override string CustomersFile => "/etc/dovecot/conf.d/auth-sql.conf.ext";

    private protected override Task<PrivateSystem> SystemAsync() =>
        PrivateSystem.CreateAsync(ownNetwork: false, Debian13MailServer.Root);
}
