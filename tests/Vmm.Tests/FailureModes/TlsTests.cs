namespace Vmm.Tests.FailureModes;

/// <summary>What database.sslmode does, in libpq's words, with a server over TCP.</summary>
public class TlsTests(TlsServer server) : IClassFixture<TlsServer>
{
    private const string Plain = "False";
    private const string Encrypted = "True";
    private const string Refused = "";

    private string Address => server.Address;

    private string Known => server.Authority;

    private string Unknown => server.OtherAuthority;

    [Fact]
    public async Task a_server_without_tls_is_refused_by_who_requires_it()
    {
        await server.UseAsync(tls: false);
        await ConnectsAsync(
            ("disable", Address, null, Plain),
            ("disabled", TlsServer.Name, null, Plain),
            ("allow", TlsServer.Name, null, Plain),
            ("prefer", Address, null, Plain),
            ("prefer", TlsServer.Name, null, Plain),
            ("require", Address, null, Refused),
            ("require", TlsServer.Name, Known, Refused),
            ("verify-ca", TlsServer.Name, Known, Refused),
            ("verify-full", TlsServer.Name, Known, Refused));
    }

    [Fact]
    public async Task a_server_with_tls_is_trusted_as_far_as_the_mode_says()
    {
        await server.UseAsync(tls: true);
        await ConnectsAsync(
            ("disable", TlsServer.Name, null, Plain),
            ("allow", TlsServer.Name, null, Plain),
            // On the loopback address there is nobody to listen, and the handshake would take longer than the command.
            ("prefer", Address, null, Plain),
            ("prefer", "localhost", null, Plain),
            ("prefer", TlsServer.Name, null, Encrypted),
            ("prefer", TlsServer.OtherName, Unknown, Encrypted),
            ("require", Address, null, Encrypted),
            ("require", TlsServer.OtherName, null, Encrypted),
            ("verify-ca", TlsServer.Name, Known, Encrypted),
            ("verify-ca", TlsServer.OtherName, Known, Encrypted),
            ("verify-ca", Address, Known, Encrypted),
            ("verify-ca", TlsServer.Name, Unknown, Refused),
            ("verify-ca", TlsServer.Name, null, Refused),
            ("verify-full", TlsServer.Name, Known, Encrypted),
            ("verify-full", TlsServer.OtherName, Known, Refused),
            ("verify-full", Address, Known, Refused),
            ("verify-full", TlsServer.Name, Unknown, Refused),
            ("verify-full", TlsServer.Name, null, Refused));
    }

    [Fact]
    public async Task a_server_that_requires_tls_gets_it_from_who_prefers_or_allows_it()
    {
        await server.UseAsync(tls: true, required: true);
        await ConnectsAsync(
            ("disable", TlsServer.Name, null, Refused),
            ("allow", TlsServer.Name, null, Encrypted),
            ("prefer", Address, null, Encrypted),
            ("prefer", "localhost", null, Encrypted),
            ("prefer", TlsServer.Name, null, Encrypted),
            ("verify-full", TlsServer.Name, Known, Encrypted));
    }

    /// <summary>The reason is not that there is no TLS, which the mode does not ask for.</summary>
    [Theory]
    [InlineData("prefer", false)]
    [InlineData("prefer", true)]
    [InlineData("allow", false)]
    [InlineData("allow", true)]
    [InlineData("disable", false)]
    public async Task what_a_server_refuses_is_said_whether_it_has_tls_or_not(string mode, bool tls)
    {
        await server.UseAsync(tls, method: "reject");
        foreach (var host in (string[])[Address, "localhost", TlsServer.Name])
        {
            using var world = await WorldAsync(mode, host, "vmm");
            var refused = await server.VmmAsync(world, null, "listdomains");
            Message.IsOneError(refused, (int)ErrorCode.Database, "refused the role 'vmm': pg_hba.conf rejects connection for host");
        }

        await server.UseAsync(tls);
        foreach (var host in (string[])[Address, "localhost", TlsServer.Name])
        {
            using var world = await WorldAsync(mode, host, "nobody");
            var refused = await server.VmmAsync(world, null, "listdomains");
            Message.IsOneError(refused, (int)ErrorCode.Database, "refused the role 'nobody': role \"nobody\" does not exist");
        }
    }

    /// <summary>The database of another program is reached as libpq reaches it.</summary>
    [Fact]
    public async Task a_source_is_read_as_its_sslmode_says()
    {
        await server.UseAsync(tls: true, required: true);
        using var world = await World.CreateAsync(server.Cluster);
        var old = await PostfixAdmin.OldServer.CreateAsync(server.Cluster, world);
        await old.AddDomainAsync("example.com");
        // The server says nothing without TLS: who is let in has it.
        foreach (var (mode, host, authority, exit) in ((string, string, string?, int)[])
            [
                ("disable", TlsServer.Name, null, 35),
                ("allow", TlsServer.Name, null, 0),
                ("prefer", Address, null, 0),
                ("require", Address, null, 0),
                ("verify-ca", TlsServer.OtherName, Known, 0),
                ("verify-ca", TlsServer.Name, Unknown, 35),
                ("verify-full", TlsServer.Name, Known, 0),
                ("verify-full", TlsServer.OtherName, Known, 35),
                ("verify-full", TlsServer.Name, null, 35),
            ])
        {
            var source = $"host={host} dbname={old.Database} user=vmm sslmode={mode}";
            var read = await server.VmmAsync(world, authority, "import-postfixadmin", "--source", source, "--dry-run");
            Assert.True(exit == read.ExitCode, $"{mode} {host} {authority}: {read}");
        }

        await server.UseAsync(tls: false);
        foreach (var (mode, exit) in ((string, int)[])[("prefer", 0), ("require", 35), ("verify-full", 35)])
        {
            var source = $"host={TlsServer.Name} dbname={old.Database} user=vmm sslmode={mode}";
            var read = await server.VmmAsync(world, Known, "import-postfixadmin", "--source", source, "--dry-run");
            Assert.True(exit == read.ExitCode, $"{mode} without TLS: {read}");
        }
    }

    private async Task<World> WorldAsync(string mode, string host, string user)
    {
        var world = await World.CreateAsync(server.Cluster);
        world.Configure(host: host);
        var config = await File.ReadAllTextAsync(world.Config, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            world.Config,
            config.Replace("[database]\n", $"[database]\nsslmode = \"{mode}\"\nuser = \"{user}\"\n", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        return world;
    }

    /// <summary>Each connects by a change, and the server says whether that came encrypted.</summary>
    private async Task ConnectsAsync(params (string Mode, string Host, string? Authority, string Result)[] cases)
    {
        using var world = await World.CreateAsync(server.Cluster);
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync(
            """
            CREATE TABLE seen (ssl boolean);
            CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN INSERT INTO seen SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid(); RETURN NULL; END $$;
            CREATE TRIGGER look AFTER UPDATE ON domain_data FOR EACH ROW EXECUTE FUNCTION look();
            """
        );
        var results = new List<string>();
        foreach (var (mode, host, authority, _) in cases)
        {
            await world.SqlAsync("DELETE FROM seen");
            world.Configure(host: host);
            var config = await File.ReadAllTextAsync(world.Config, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(
                world.Config,
                config.Replace("[database]\n", $"[database]\nsslmode = \"{mode}\"\n", StringComparison.Ordinal),
                TestContext.Current.CancellationToken
            );
            var outcome = await server.VmmAsync(world, authority, "domainnote", "example.com", "-n", $"{mode} {host}");
            TestContext.Current.TestOutputHelper?.WriteLine($"{mode} {host} {authority}: {outcome.ExitCode} {outcome.Error}");
            if (outcome.ExitCode != 0)
            {
                Message.IsOneError(outcome, (int)ErrorCode.Database, "the database ");
            }

            results.Add($"{mode} {host} {authority}: {string.Concat(await world.QueryAsync("SELECT ssl FROM seen"))}");
        }

        Assert.Equal(cases.Select(c => $"{c.Mode} {c.Host} {c.Authority}: {c.Result}"), results);
    }
}
