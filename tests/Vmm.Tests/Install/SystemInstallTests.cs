using System.Collections.Concurrent;

namespace Vmm.Tests.Install;

/// <summary>install.sh on a system: real runs in a mount namespace, against a PostgreSQL server of their own.</summary>
[Collection("install.sh")]
public class SystemInstallTests
{
    private const string AllNames = "SELECT string_agg(n, ' ' ORDER BY n) FROM (SELECT rolname FROM pg_roles WHERE rolname IN ('vmm','postfix','dovecot','mailsys')"
        + " UNION ALL SELECT datname || '!' FROM pg_database WHERE datname = 'mailsys') x (n)";

    private const string MarkedUnfinished = "installation of vmm, not finished";

    [Fact]
    public async Task installing_makes_everything_once_and_a_second_run_changes_nothing()
    {
        await using var system = await PrivateSystem.CreateAsync();
        await system.StartServerAsync();
        var seen = new ConcurrentDictionary<string, bool>();
        using var stop = new CancellationTokenSource();
        var watch = Task.Run(() => WatchArguments(seen, stop.Token), TestContext.Current.CancellationToken);
        var first = (await system.InstallAsync()).Succeeded();
        await stop.CancelAsync();
        await watch;

        Assert.Contains("made: roles vmm, postfix, dovecot (group mailsys), database mailsys with its schema", first, StringComparison.Ordinal);
        Assert.DoesNotContain("to do", first, StringComparison.Ordinal);
        Assert.Equal("dovecot mailsys mailsys! postfix vmm", await system.SqlAsync(AllNames));
        Assert.Equal(
            "640 root:root /etc/vmm/vmm.toml\n640 root:postfix /etc/postfix/pgsql-transport.cf\n640 root:dovecot /etc/dovecot/dovecot-sql.conf.ext\n"
            + "771 root:root /srv/mail\n751 root:root /srv/mail/0\n751 root:root /srv/mail/z\n755 root:root /usr/local/sbin/vmm\n",
            await system.DoAsync("stat -c '%a %U:%G %n' /etc/vmm/vmm.toml /etc/postfix/pgsql-transport.cf /etc/dovecot/dovecot-sql.conf.ext /srv/mail /srv/mail/0"
                + " /srv/mail/z /usr/local/sbin/vmm"));
        Assert.Equal("36\n", await system.DoAsync("ls /srv/mail | wc -l"));
        Assert.Equal("", await system.DoAsync("grep -rl CHANGE-ME /etc/vmm /etc/postfix /etc/dovecot || true"));

        // It works: vmm writes, and Postfix's role reads through a map as it was installed.
        await system.DoAsync("/usr/local/sbin/vmm domainadd example.com --random");
        Assert.Equal("example.com\n", await system.DoAsync("postmap -c /etc/postfix -q example.com pgsql:/etc/postfix/pgsql-virtual_mailbox_domains.cf"));

        // No password in an argument list, in the server's log (which has every statement), or readable for others.
        var passwords = (await system.DoAsync(
            "sed -nE 's/^pass = \"(.*)\"/\\1/p' /etc/vmm/vmm.toml; sed -nE 's/^password = //p' /etc/postfix/pgsql-transport.cf;"
            + " sed -nE 's/^connect.*password=//p' /etc/dovecot/dovecot-sql.conf.ext")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, passwords.Distinct().Count());
        Assert.Contains(seen.Keys, arguments => arguments.Contains("psql", StringComparison.Ordinal));
        foreach (var password in passwords)
        {
            Assert.Equal(32, password.Length);
            Assert.DoesNotContain(seen.Keys, arguments => arguments.Contains(password, StringComparison.Ordinal));
            Assert.Equal("0\n", await system.DoAsync($"grep -c {password} {system.ServerLog} || true"));
        }

        var before = await system.SnapshotAsync();
        var second = (await system.InstallAsync()).Succeeded();
        Assert.Equal(before, await system.SnapshotAsync());
        Assert.Contains("left alone: /etc/vmm/vmm.toml", second, StringComparison.Ordinal);
        Assert.DoesNotContain("to do", second, StringComparison.Ordinal);

        (await system.InstallAsync("--uninstall")).Succeeded();
        Assert.Equal(before, await system.SnapshotAsync());
        Assert.Equal("", await system.DoAsync("find /usr/local -name '*vmm*'"));
        Assert.Equal("1", await system.SqlAsync("SELECT count(*) FROM domain_name WHERE domainname = 'example.com'", "mailsys"));
    }

    [Fact]
    public async Task a_run_without_a_server_and_an_interrupted_one_are_finished_by_the_next()
    {
        await using var system = await PrivateSystem.CreateAsync();
        var without = await system.InstallAsync();
        without.ShouldExit(0);
        Assert.Contains("no local PostgreSQL server answers", without.Error, StringComparison.Ordinal);
        Assert.Contains("to do", without.Out, StringComparison.Ordinal);
        var files = await system.SnapshotAsync();

        await system.StartServerAsync();
        Assert.Contains("made: roles", (await system.InstallAsync()).Succeeded(), StringComparison.Ordinal);
        Assert.Equal(files, await system.SnapshotAsync());

        // As a run leaves it that is killed behind the roles: they are marked, and there is no database.
        await system.SqlAsync($"DROP DATABASE mailsys; ALTER ROLE postfix PASSWORD NULL; COMMENT ON ROLE vmm IS '{MarkedUnfinished}'");
        var finished = (await system.InstallAsync()).Succeeded();
        Assert.Contains("made: roles", finished, StringComparison.Ordinal);
        Assert.DoesNotContain("to do", finished, StringComparison.Ordinal);
        Assert.Equal(files, await system.SnapshotAsync());
        Assert.NotEqual(MarkedUnfinished, await system.SqlAsync("SELECT shobj_description('vmm'::regrole, 'pg_authid')"));
    }

    [Fact]
    public async Task roles_that_are_there_already_are_left_alone_and_named()
    {
        await using var system = await PrivateSystem.CreateAsync();
        await system.StartServerAsync();
        await system.SqlAsync("CREATE ROLE postfix LOGIN PASSWORD 'own'");
        var before = await system.SqlAsync("SELECT rolpassword FROM pg_authid WHERE rolname = 'postfix'");
        var output = (await system.InstallAsync()).Succeeded();
        Assert.Contains("left alone: the database server has role postfix\n", output, StringComparison.Ordinal);
        Assert.Contains("role postfix cannot log in to database mailsys on localhost with the password in /etc/postfix/pgsql-*.cf", output, StringComparison.Ordinal);
        Assert.Equal("postfix", await system.SqlAsync(AllNames));
        Assert.Equal(before, await system.SqlAsync("SELECT rolpassword FROM pg_authid WHERE rolname = 'postfix'"));
    }

    [Fact]
    public async Task a_schema_that_does_not_load_leaves_neither_roles_nor_database()
    {
        await using var system = await PrivateSystem.CreateAsync();
        await system.StartServerAsync();
        await system.DoAsync($"mkdir {system.Root}/clone && cd '{Repository.Root}' && cp -r install.sh install sql etc LICENSE {system.Root}/clone");
        await system.DoAsync($"echo 'SELECT 1 / 0;' >> {system.Root}/clone/sql/create_tables.pgsql");
        var failed = await system.InstallAsync(script: system.Root + "/clone/install.sh");
        failed.ShouldExit(1);
        Assert.Contains("division by zero", failed.Error, StringComparison.Ordinal);
        Assert.Contains("install.sh: error: roles, database and schema could not be made", failed.Error, StringComparison.Ordinal);
        Assert.Equal("", await system.SqlAsync(AllNames));
        Assert.Contains("made: roles", (await system.InstallAsync()).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task files_of_an_administrator_keep_their_content_and_their_passwords_become_those_of_the_roles()
    {
        await using var system = await PrivateSystem.CreateAsync();
        await system.StartServerAsync();
        await system.DoAsync("""
            mkdir /etc/vmm /srv/vmail
            printf '[database]\npass = "it'"'"'s mine" # own\n[misc]\nbase_directory = "/srv/vmail"\n[domain]\nauto_postmaster = false\n' > /etc/vmm/vmm.toml
            chmod 0600 /etc/vmm/vmm.toml; chmod 0700 /srv/vmail
            """);
        var output = (await system.InstallAsync()).Succeeded();
        Assert.DoesNotContain("to do", output, StringComparison.Ordinal);
        await system.DoAsync("/usr/local/sbin/vmm domainadd example.com");
        Assert.Equal("700\n", await system.DoAsync("stat -c %a /srv/vmail; test ! -e /srv/mail"));
    }

    [Fact]
    public async Task without_the_database_and_below_destdir_only_files_are_made()
    {
        await using var system = await PrivateSystem.CreateAsync();
        await system.StartServerAsync();
        await system.DoAsync($"DESTDIR={system.Root}/package PREFIX=/usr '{Repository.PathOf("install.sh")}' --binary '{Repository.Binary}'");
        Assert.Equal("", await system.DoAsync("find /usr/local /srv /etc/vmm -mindepth 1 2> /dev/null || true"));
        await system.DoAsync($"cd {system.Root}/package && test -x usr/sbin/vmm && test -f usr/share/vmm/sql/create_tables.pgsql && grep -q 'pass = \"CHANGE-ME\"' etc/vmm/vmm.toml");
        await system.DoAsync($"cd {system.Root}/package && grep -q 'password = CHANGE-ME' etc/postfix/pgsql-transport.cf && test -f usr/share/doc/vmm/LICENSE");

        var output = (await system.InstallAsync("--no-database")).Succeeded();
        Assert.Contains("the database is left alone", output, StringComparison.Ordinal);
        Assert.Equal("", await system.SqlAsync(AllNames));

        // Installed from a package: the placeholders never become passwords.
        await system.DoAsync($"cp {system.Root}/package/etc/vmm/vmm.toml /etc/vmm/vmm.toml");
        Assert.Contains("put passwords where CHANGE-ME stands", (await system.InstallAsync()).Succeeded(), StringComparison.Ordinal);
        Assert.Equal("", await system.SqlAsync(AllNames));
    }

    /// <summary>Collects the argument lists of whatever runs.</summary>
    private static void WatchArguments(ConcurrentDictionary<string, bool> seen, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Thread.Sleep(2);
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
            {
                try
                {
                    seen[File.ReadAllText(process + "/cmdline")] = true;
                }
                catch (IOException)
                {
                    // It has ended.
                }
            }
        }
    }
}
