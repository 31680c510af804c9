using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Vmm.Tests.Schema;

namespace Vmm.Tests.Completion;

/// <summary>What the shells ask vmm for while somebody types: right, quick, and silent whatever happens.</summary>
public class CompleteTests(PostgresCluster cluster, LargeDatabase large) : IClassFixture<LargeDatabase>
{
    [Fact]
    public async Task names_come_by_kind_and_by_what_they_begin_with()
    {
        using var world = await World.CreateAsync(cluster);
        foreach (
            var command in (string[])
                [
                    "domainadd example.com",
                    "domainadd example.org",
                    "aliasdomainadd example.net example.com",
                    "useradd user@example.com --random",
                    "aliasadd us@example.com a@b.example",
                    "relocatedadd old@example.org n@b.example",
                ]
        )
        {
            await world.DoAsync(command);
        }

        await ShouldPrintAsync(world, "domain", "", "example.com", "example.org");
        await ShouldPrintAsync(world, "domain", "EXAMPLE.O", "example.org");
        await ShouldPrintAsync(world, "alias-domain", "", "example.net");
        await ShouldPrintAsync(world, "account", "us", "user@example.com", "user@example.net");
        await ShouldPrintAsync(world, "account", "User@example.C", "user@example.com");
        await ShouldPrintAsync(world, "alias", "", "us@example.com", "us@example.net");
        await ShouldPrintAsync(world, "relocated", "", "old@example.org");
        await ShouldPrintAsync(world, "address", "user@", "user@example.com", "user@example.net");
        await ShouldPrintAsync(world, "new-address", "new@e", "new@example.com", "new@example.org");
        await ShouldPrintAsync(world, "new-address", "new");
        await ShouldPrintAsync(world, "alias-or-new", "us@example.c", "us@example.com");
        await ShouldPrintAsync(world, "destination", "old@example.", "old@example.org", "old@example.com");
        await ShouldPrintAsync(world, "transport", "lm", "lmtp:unix:private/dovecot-lmtp");
        await ShouldPrintAsync(world, "option", "misc.crypt_sha", "misc.crypt_sha256_rounds", "misc.crypt_sha512_rounds");
        await ShouldPrintAsync(world, "scheme", "argon", "ARGON2I", "ARGON2ID");
        await ShouldPrintAsync(world, "domain", "_xample");
        await ShouldPrintAsync(world, "domain", "%");
        await ShouldPrintAsync(world, "domain", "-");
        await ShouldPrintAsync(world, "nonsense", "");
    }

    [Fact]
    public async Task a_name_that_no_line_can_hold_is_not_offered()
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.SqlAsync(
            "INSERT INTO relocated (gid, address, destination) SELECT gid, E'a\\tb', 'x@y.example' FROM domain_data"
        );
        await ShouldPrintAsync(world, "relocated", "");
    }

    [Fact]
    public async Task it_is_silent_whatever_is_wrong()
    {
        using var world = await World.CreateAsync(cluster);
        await ShouldBeSilentAsync(
            Run.ProgramAsync(
                Repository.Binary,
                ["complete", "domain"],
                environment: new Dictionary<string, string> { ["VMM_CONFIG"] = "/nowhere.toml" }
            )
        );
        foreach (
            var words in (string[][])
                [
                    ["complete"],
                    ["complete", "domain", "a", "b"],
                    ["complete", "domain", "--nonsense"],
                    ["complete", "--config", world.Directory, "domain"],
                ]
        )
        {
            await ShouldBeSilentAsync(world.VmmAsync(words));
        }

        var program = world.Directory + "/vmm";
        File.Copy(Repository.Binary, program);
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        await ShouldBeSilentAsync(
            Run.ProgramAsync(
                "setpriv",
                ["--reuid=65534", "--regid=65534", "--clear-groups", program, "complete", "domain"],
                environment: world.Environment
            )
        );

        await File.WriteAllTextAsync(
            world.Config,
            (await File.ReadAllTextAsync(world.Config, TestContext.Current.CancellationToken)).Replace(
                cluster.Socket,
                "/nowhere",
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        await ShouldBeSilentAsync(world.VmmAsync("complete", "domain"));
        await File.WriteAllTextAsync(world.Config, "[database\n", TestContext.Current.CancellationToken);
        await ShouldBeSilentAsync(world.VmmAsync("complete", "domain"));
    }

    [Fact]
    public async Task a_server_that_does_not_answer_is_given_up_soon()
    {
        using var world = await World.CreateAsync(cluster);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        await File.WriteAllTextAsync(
            world.Config,
            $"[database]\nhost = \"127.0.0.1\"\nport = {port}\n",
            TestContext.Current.CancellationToken
        );
        var watch = Stopwatch.StartNew();
        await ShouldBeSilentAsync(
            Run.ProgramAsync(
                Repository.Binary,
                ["complete", "domain"],
                environment: new Dictionary<string, string> { ["VMM_CONFIG"] = world.Config }
            )
        );
        // One second, and whatever a busy machine adds; another command waits for ten.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 8);
    }

    [Fact]
    public async Task among_many_addresses_the_index_gives_the_first_two_hundred()
    {
        using var world = await World.CreateAsync(cluster);
        await File.WriteAllTextAsync(
            world.Config,
            (await File.ReadAllTextAsync(world.Config, TestContext.Current.CancellationToken)).Replace(
                $"\"{world.Database}\"",
                $"\"{large.Name}\"",
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        var names = (await world.VmmAsync("complete", "account", "u12"))
            .Succeeded()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(200, names.Length);
        Assert.All(names, n => Assert.StartsWith("u12", n, StringComparison.Ordinal));

        await using var connection = await cluster.OpenAsync(large.Name);
        foreach (var kind in (string[])["'account'", "NULL"])
        {
            var statement = CompletionSql
                .AddressesSql.Replace("$1", "'u12'", StringComparison.Ordinal)
                .Replace("$2", kind, StringComparison.Ordinal)
                .Replace("$3", "200", StringComparison.Ordinal);
            var plan = string.Join('\n', await PostgresCluster.ListAsync(connection, "EXPLAIN " + statement));
            Assert.Matches("Index (Only )?Scan using vmm_address_pkey|Bitmap Index Scan on vmm_address_pkey", plan);
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        }
    }

    private static async Task ShouldPrintAsync(World world, string kind, string prefix, params string[] names)
    {
        var outcome = await world.VmmAsync("complete", kind, "--", prefix);
        Assert.Equal(string.Concat(names.Select(n => n + "\n")), outcome.Succeeded());
        Assert.Empty(outcome.Error);
    }

    private static async Task ShouldBeSilentAsync(Task<Outcome> running)
    {
        var outcome = await running;
        Assert.Equal("", outcome.Succeeded());
        Assert.Empty(outcome.Error);
    }
}
