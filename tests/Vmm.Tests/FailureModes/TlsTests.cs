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
