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
}
