namespace Vmm.Tests.FailureModes;

/// <summary>What an administrator has set for the database is neither trusted where vmm needs more, nor overridden.</summary>
public class DatabaseSettingsTests(PostgresCluster cluster)
{
    /// <summary>
    /// A directory is removed after COMMIT. With synchronous_commit = off a crash of the server would bring the row back without
    /// its mail.
    /// </summary>
    [Theory]
    [InlineData("off", "local")]
    [InlineData("local", "local")]
    [InlineData("on", "on")]
    [InlineData("remote_apply", "remote_apply")]
    public async Task a_commit_is_durable_and_a_stricter_setting_stays(string set, string inForce)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync(
            """
            CREATE TABLE seen (value text);
            CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER look AFTER INSERT OR DELETE ON users DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION look();
            """
        );
        await world.SqlAsync($"ALTER DATABASE {world.Database} SET synchronous_commit = {set}");
        await world.AddAccountAsync("user@example.com");
        await world.DoAsync("userdelete user@example.com --delete-directory");
        Assert.Equal([inForce, inForce], await world.QueryAsync("SELECT value FROM seen"));
    }

    /// <summary>A home that moves is in its new place before COMMIT, and would be in the wrong one.</summary>
    [Theory]
    [InlineData("DATABASE DB", "domaindelete example.com --force --delete-directory")]
    [InlineData("DATABASE DB", "userrename user@example.com user@example.net")]
    [InlineData("ROLE vmm IN DATABASE DB", "userdelete user@example.com --delete-directory")]
    [InlineData("ROLE vmm IN DATABASE DB", "domaindelete example.com --force --delete-directory")]
    [InlineData("ROLE vmm IN DATABASE DB", "userrename user@example.com user@example.net")]
    public async Task a_commit_is_durable_for_whomever_it_is_set_and_whatever_is_changed(string whose, string command)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.net");
        await world.AddAccountAsync("user@example.com");
        await world.SqlAsync(
            """
            CREATE TABLE seen (value text);
            CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER look AFTER UPDATE OR DELETE ON users DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION look();
            """
        );
        var set = $"ALTER {whose.Replace("DB", world.Database, StringComparison.Ordinal)} SET synchronous_commit = off";
        await cluster.ExecuteAsync("postgres", "postgres", set);
        Assert.Equal(["off"], await world.QueryAsync("SELECT current_setting('synchronous_commit')"));
        await world.DoAsync(command);
        Assert.Equal(["local"], await world.QueryAsync("SELECT value FROM seen"));
    }

    /// <summary>A large mailbox takes minutes, and the server has nothing to do meanwhile.</summary>
    [Theory]
    [InlineData("DATABASE DB")]
    [InlineData("ROLE vmm IN DATABASE DB")]
    public async Task a_session_that_waits_while_directories_change_is_not_ended(string whose)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.DoAsync("domainadd example.net");
        await world.AddAccountAsync("user@example.com");
        var limits = await world.QueryAsync(
            "SELECT name FROM pg_settings WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')");
        foreach (var limit in limits)
        {
            var set = $"ALTER {whose.Replace("DB", world.Database, StringComparison.Ordinal)} SET {limit} = '2s'";
            await cluster.ExecuteAsync("postgres", "postgres", set);
        }

        string[] slow = ["-o", "/dev/null", "-e", "trace=fchownat", "-e", "inject=fchownat:delay_enter=4000000:when=1"];
        string[] command = [Repository.Binary, "userrename", "user@example.com", "user@example.net"];
        (await Run.ProgramAsync("strace", [.. slow, .. command], environment: world.Environment)).Succeeded();
        var home = (await world.JsonAsync("userinfo user@example.net")).GetProperty("account").GetProperty("home").GetString();
        Assert.True(Directory.Exists(home + "/Maildir"));
        Assert.Equal("", await world.DoAsync("check"));
    }

    [Theory]
    [InlineData("domainadd example.net")]
    [InlineData("useradd other@example.com --hash {PLAIN}secret")]
    [InlineData("usernote user@example.com -n frozen")]
    [InlineData("userdelete user@example.com --delete-directory")]
    [InlineData("domaindelete example.com --force --delete-directory")]
    public async Task a_database_that_was_made_read_only_stays_unwritten(string command)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        var tree = await world.TreeAsync();
        await world.SqlAsync($"ALTER DATABASE {world.Database} SET default_transaction_read_only = on");
        Message.IsOneError(
            await world.VmmAsync(command.Split(' ')),
            35,
            "the database is read-only, so nothing was changed"
        );
        Assert.Contains("user@example.com", await world.DoAsync("listusers"), StringComparison.Ordinal);
        Assert.Equal(tree, await world.TreeAsync());
    }

    [Fact]
    public async Task a_command_that_only_reads_cannot_write()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync(
            """
            CREATE TABLE seen (value text);
            CREATE FUNCTION look(anyelement) RETURNS boolean LANGUAGE plpgsql AS $$
            BEGIN INSERT INTO seen VALUES ('written'); RETURN true; END $$;
            ALTER TABLE domain_name ENABLE ROW LEVEL SECURITY;
            ALTER TABLE domain_name FORCE ROW LEVEL SECURITY;
            CREATE POLICY look ON domain_name USING (look(gid));
            """
        );
        Message.IsOneError(
            await world.VmmAsync("listdomains"),
            35,
            "the database is read-only, so nothing was changed"
        );
        Assert.Equal(0, await world.CountAsync("seen"));
    }

    /// <summary>The wait is made short when vmm has set its own limit.</summary>
    [Theory]
    [InlineData("domainadd example.net")]
    [InlineData("listdomains")]
    public async Task a_lock_that_others_hold_is_waited_for_only_so_long(string command)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        var before = await Snapshot.TakeAsync(world);
        await world.SqlAsync(
            """
            CREATE FUNCTION look(anyelement) RETURNS boolean LANGUAGE plpgsql AS $$
            BEGIN
              IF current_setting('lock_timeout') = '30s' THEN PERFORM set_config('lock_timeout', '50ms', true); END IF;
              PERFORM pg_advisory_xact_lock(4711);
              RETURN true;
            END $$;
            ALTER TABLE domain_name ENABLE ROW LEVEL SECURITY;
            ALTER TABLE domain_name FORCE ROW LEVEL SECURITY;
            CREATE POLICY look ON domain_name USING (look(gid)) WITH CHECK (true);
            """
        );
        await using (var held = await cluster.OpenAsync(world.Database))
        {
            await PostgresCluster.ListAsync(held, "SELECT pg_advisory_lock(4711)");
            var busy = await world.VmmAsync(command.Split(' '));
            Message.IsOneError(busy, 35, "the database is busy: another program has held a lock for more than 30 seconds");
        }

        await world.SqlAsync("ALTER TABLE domain_name NO FORCE ROW LEVEL SECURITY");
        await Snapshot.UnchangedAsync(world, before);
    }

    [Theory]
    [InlineData("40P01", "")]
    [InlineData("40001", "")]
    [InlineData("40P01", "DEFERRABLE INITIALLY DEFERRED")]
    public async Task a_change_that_the_server_gives_up_for_another_can_be_made_again(string state, string when)
    {
        using var world = await World.CreateAsync(cluster);
        Snapshot.MakeHashDirectories(world);
        var before = await Snapshot.TakeAsync(world);
        await world.SqlAsync(
            $"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'not today' USING ERRCODE = '{state}'; END $$;
            CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON domain_data {when} FOR EACH ROW EXECUTE FUNCTION refuse()
            """
        );
        Message.IsOneError(
            await world.VmmAsync("domainadd", "example.com"),
            35,
            "the database rolled the change back because another program changed the same rows (deadlock)"
        );
        await Snapshot.UnchangedAsync(world, before);
        await world.SqlAsync("DROP TRIGGER refuse ON domain_data");
        await world.DoAsync("domainadd example.com");
    }
}
