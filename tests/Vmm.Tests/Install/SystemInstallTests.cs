using System.Collections.Concurrent;

namespace Vmm.Tests.Install;

/// <summary>
/// install.sh on a system: real runs in a mount and a network namespace, against a PostgreSQL server of their own.
/// </summary>
[Slow]
public class SystemInstallTests
{
    private const string AllNames =
        "SELECT string_agg(n, ' ' ORDER BY n) FROM (SELECT rolname FROM pg_roles WHERE rolname IN "
            + "('vmm','postfix','dovecot','mailsys')"
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

        Assert.Contains(
            "made: roles vmm, postfix, dovecot (group mailsys), database mailsys with its schema",
            first,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("to do", first, StringComparison.Ordinal);
        Assert.Equal("dovecot mailsys mailsys! postfix vmm", await system.SqlAsync(AllNames));
        Assert.Equal(
            "640 root:root /etc/vmm/vmm.toml\n640 root:postfix /etc/postfix/pgsql-transport.cf\n640 root:dovecot "
                + "/etc/dovecot/dovecot-sql.conf.ext\n"
                + "771 root:root /srv/mail\n751 root:root /srv/mail/0\n751 root:root /srv/mail/z\n755 root:root "
                    + "/usr/local/sbin/vmm\n",
            await system.DoAsync(
                "stat -c '%a %U:%G %n' /etc/vmm/vmm.toml /etc/postfix/pgsql-transport.cf /etc/dovecot/dovecot-sql.conf.ext "
                    + "/srv/mail /srv/mail/0"
                    + " /srv/mail/z /usr/local/sbin/vmm"
            )
        );
        Assert.Equal("36\n", await system.DoAsync("ls /srv/mail | wc -l"));
        Assert.Equal("", await system.DoAsync("grep -rl CHANGE-ME /etc/vmm /etc/postfix /etc/dovecot || true"));

        // It works: vmm writes, and Postfix's role reads through a map as it was installed.
        await system.DoAsync("/usr/local/sbin/vmm domainadd example.com --random");
        Assert.Equal(
            "example.com\n",
            await system.DoAsync("postmap -c /etc/postfix -q example.com pgsql:/etc/postfix/pgsql-virtual_mailbox_domains.cf")
        );

        // man and the shells find their files, where they look without being told.
        Assert.Equal(
            "/usr/local/share/man/man1/vmm.1\n/usr/local/share/man/man5/vmm.toml.5\n",
            await system.DoAsync("unset MANPATH; man -w vmm; man -w vmm.toml")
        );
        Assert.Contains(
            "_vmm vmm",
            await system.DoAsync(
                "env -i bash --norc -ic '. /usr/share/bash-completion/bash_completion; __load_completion vmm; complete -p vmm' 2> "
                    + "/dev/null"
            ),
            StringComparison.Ordinal
        );
        Assert.Equal("_vmm\n", await system.DoAsync("env -i zsh -fc 'autoload -Uz compinit; compinit -D -u; print $_comps[vmm]'"));
        Assert.Contains(
            "(__vmm)",
            await system.DoAsync(
                "home=$(mktemp -d); HOME=$home fish -c \"complete -C 'vmm '; complete -c vmm\" 2> /dev/null; rm -r $home"
            ),
            StringComparison.Ordinal
        );

        // No password in an argument list, in the server's log (which has every statement), or readable for others.
        var passwords = (
            await system.DoAsync(
                "sed -nE 's/^pass = \"(.*)\"/\\1/p' /etc/vmm/vmm.toml; sed -nE 's/^password = //p' /etc/postfix/pgsql-transport.cf;"
                    + " sed -nE 's/^connect.*password=//p' /etc/dovecot/dovecot-sql.conf.ext"
            )
        ).Split('\n', StringSplitOptions.RemoveEmptyEntries);
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
        Assert.Equal("", await system.DoAsync("find /usr/local /etc/fish -name '*vmm*'"));
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
        await system.SqlAsync(
            $"DROP DATABASE mailsys; ALTER ROLE postfix PASSWORD NULL; COMMENT ON ROLE vmm IS '{MarkedUnfinished}'"
        );
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
        Assert.Contains(
            "role postfix cannot log in to database mailsys on localhost with the password in /etc/postfix/pgsql-*.cf",
            output,
            StringComparison.Ordinal
        );
        Assert.Equal("postfix", await system.SqlAsync(AllNames));
        Assert.Equal(before, await system.SqlAsync("SELECT rolpassword FROM pg_authid WHERE rolname = 'postfix'"));
    }

    [Fact]
    public async Task a_schema_that_does_not_load_leaves_neither_roles_nor_database()
    {
        await using var system = await PrivateSystem.CreateAsync();
        await system.StartServerAsync();
        await system.DoAsync(
            $"mkdir {system.Root}/clone && cd '{Repository.Root}' && cp -r install.sh install sql etc man completions LICENSE "
                + $"{system.Root}/clone"
        );
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
            printf '[database]\npass = "it'"'"'s mine" # own\n' > /etc/vmm/vmm.toml
            printf '[misc]\nbase_directory = "/srv/vmail"\n[domain]\nauto_postmaster = false\n' >> /etc/vmm/vmm.toml
            chmod 0600 /etc/vmm/vmm.toml; chmod 0700 /srv/vmail
            """);
        var output = (await system.InstallAsync()).Succeeded();
        Assert.DoesNotContain("to do", output, StringComparison.Ordinal);
        await system.DoAsync("/usr/local/sbin/vmm domainadd example.com");
        Assert.Equal("700\n", await system.DoAsync("stat -c %a /srv/vmail; test ! -e /srv/mail"));
    }

    [Fact]
    public async Task the_configuration_of_an_older_vmm_is_offered_and_can_be_taken_over()
    {
        await using var system = await PrivateSystem.CreateAsync();
        await system.StartServerAsync();
        await system.DoAsync("""
            mkdir -p /usr/local/etc
            printf '[database]\nhost = localhost\nuser = vmm\npass = from 2009\nname = mailsys\n' > /usr/local/etc/vmm.cfg
            printf '[maildir]\nname = Maildir\n[domdir]\nbase = /srv/vmail\n' >> /usr/local/etc/vmm.cfg
            chmod 0640 /usr/local/etc/vmm.cfg
            """
        );
        const string Offer = "/usr/local/sbin/vmm upgrade --from-config /usr/local/etc/vmm.cfg --overwrite";
        Assert.Contains(
            $"  to do, in this order:\n  1. to go on with the settings of an older vmm: {Offer}, then run this again\n",
            (await system.InstallAsync("--no-database")).Succeeded(),
            StringComparison.Ordinal
        );
        await system.DoAsync(Offer);
        Assert.DoesNotContain("to do", (await system.InstallAsync()).Succeeded(), StringComparison.Ordinal);
        await system.DoAsync("/usr/local/sbin/vmm domainadd example.com");
        Assert.Equal("1\n", await system.DoAsync("find /srv/vmail -mindepth 2 | wc -l"));
    }

    [Fact]
    public async Task the_database_of_an_older_vmm_is_left_alone_and_its_upgrade_is_offered()
    {
        await using var system = await PrivateSystem.CreateAsync();
        await system.StartServerAsync();
        await system.SqlAsync(
            "CREATE ROLE vmm LOGIN PASSWORD 'old'; CREATE ROLE mailsys; CREATE ROLE postfix LOGIN PASSWORD 'p'; CREATE ROLE "
                + "dovecot LOGIN PASSWORD 'd'"
        );
        await system.SqlAsync("CREATE DATABASE mailsys OWNER vmm TEMPLATE template0 ENCODING 'UTF8'");
        var layout = Repository.PathOf("tests", "Vmm.Tests", "Upgrade");
        await system.DoAsync(
            "cd / && for f in layout-0.4 rows-0.4; do PGPASSWORD=old psql -qX -v ON_ERROR_STOP=1 -h localhost -U vmm -d mailsys "
                + $"-f {layout}/$f.sql; done"
        );
        await system.DoAsync(
            "mkdir /etc/vmm && printf '[database]\npass = \"old\"\n[domain]\nauto_postmaster = false\n' > /etc/vmm/vmm.toml && "
                + "chmod 0640 /etc/vmm/vmm.toml"
        );
        var before = await system.SqlAsync("SELECT count(*) FROM domains", "mailsys");
        var output = (await system.InstallAsync()).Succeeded();
        const string Offer =
            "the database mailsys is of an older vmm. See what would be done to it: /usr/local/sbin/vmm upgrade --dry-run";
        Assert.Contains(Offer, output, StringComparison.Ordinal);
        Assert.Contains("then do it: /usr/local/sbin/vmm upgrade\n", output, StringComparison.Ordinal);
        Assert.Equal(before, await system.SqlAsync("SELECT count(*) FROM domains", "mailsys"));
        // With a password in a file, over TCP: the dump needs it too.
        await system.DoAsync(
            $"/usr/local/sbin/vmm upgrade --yes --dump {system.Root}/before.sql && grep -q domains {system.Root}/before.sql"
        );
        Assert.Equal("", await system.DoAsync($"find {system.Root} -maxdepth 1 -name 'before.sql?*'"));
        Assert.DoesNotContain("older vmm", (await system.InstallAsync()).Succeeded(), StringComparison.Ordinal);
        await system.DoAsync("/usr/local/sbin/vmm domainadd new.example");
    }

    [Fact]
    public async Task without_the_database_and_below_destdir_only_files_are_made()
    {
        await using var system = await PrivateSystem.CreateAsync();
        await system.StartServerAsync();
        await system.DoAsync(
            $"DESTDIR={system.Root}/package PREFIX=/usr '{Repository.PathOf("install.sh")}' --binary '{Repository.Binary}'"
        );
        Assert.Equal("", await system.DoAsync("find /usr/local /srv /etc/vmm -mindepth 1 2> /dev/null || true"));
        await system.DoAsync(
            $"cd {system.Root}/package && test -x usr/sbin/vmm && test -f usr/share/vmm/sql/create_tables.pgsql && grep -q 'pass "
                + "= \"CHANGE-ME\"' etc/vmm/vmm.toml"
        );
        await system.DoAsync(
            $"cd {system.Root}/package && grep -q 'password = CHANGE-ME' etc/postfix/pgsql-transport.cf && test -f "
                + "usr/share/doc/vmm/LICENSE"
        );

        var output = (await system.InstallAsync("--no-database")).Succeeded();
        Assert.Contains("the database is left alone", output, StringComparison.Ordinal);
        Assert.Equal("", await system.SqlAsync(AllNames));

        // Installed from a package: the placeholders never become passwords.
        await system.DoAsync($"cp {system.Root}/package/etc/vmm/vmm.toml /etc/vmm/vmm.toml");
        Assert.Contains(
            "put passwords where CHANGE-ME stands",
            (await system.InstallAsync()).Succeeded(),
            StringComparison.Ordinal
        );
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
