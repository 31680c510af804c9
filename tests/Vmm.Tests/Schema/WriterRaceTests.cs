namespace Vmm.Tests.Schema;

/// <summary>
/// Two writers at the same time, in both orders and in every isolation level: an address is one thing, and has a row under every
/// name.
/// </summary>
[Slow]
public sealed class WriterRaceTests(RaceTrack track) : IClassFixture<RaceTrack>
{
    private const string User = "INSERT INTO users (local_part, passwd, gid) VALUES ('a', 'x', 1)";
    private const string Alias = "INSERT INTO alias VALUES (1, 'a', 'x@example.org')";
    private const string Relocated = "INSERT INTO relocated VALUES (1, 'a', 'x@example.org')";
    private const string AddName = "INSERT INTO domain_name VALUES ('n2.example', 1, false)";
    private const string MoveName = "UPDATE domain_name SET gid = 1 WHERE domainname = 'other.example'";
    private const string RemoveName = "DELETE FROM domain_name WHERE domainname = 'n1.example'";
    private const string Refused = "23505";
    private const string Serialization = "40001";

    private static readonly string[] Levels = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"];
    private static readonly string[] Kinds = [User, Alias, Relocated];

    public static TheoryData<string, string, string> Doubles =>
        [.. from first in Kinds from second in Kinds where first != second from level in Levels select (first, second, level)];

    // {b}: an alias with the two destinations x and y, an account c, a second domain.
    public static TheoryData<string, string, string> Pairs
    {
        get
        {
            (string, string)[] pairs =
            [
                (User, AddName),
                (Alias, AddName),
                (Relocated, AddName),
                (User, MoveName),
                (User, RemoveName),
                (Alias, RemoveName),
                ("DELETE FROM users WHERE local_part = 'c'", AddName),
                ("UPDATE users SET local_part = 'e' WHERE local_part = 'c'", AddName),
                ("UPDATE users SET gid = 2 WHERE local_part = 'c'", AddName),
                ("DELETE FROM alias WHERE gid = 1", AddName),
                ("DELETE FROM alias WHERE address = 'b'", "INSERT INTO alias VALUES (1, 'b', 'z@example.org')"),
                ("DELETE FROM alias WHERE destination = 'x@example.org'", "DELETE FROM alias WHERE destination = 'y@example.org'"),
                (
                    "DELETE FROM alias WHERE destination = 'x@example.org'",
                    "INSERT INTO alias VALUES (1, 'b', 'x@example.org') ON CONFLICT DO NOTHING"
                ),
                ("DELETE FROM alias WHERE address = 'b'", "UPDATE alias SET address = 'b' WHERE address = 'f'"),
                ("INSERT INTO alias VALUES (1, 'g', 'x@example.org')", "INSERT INTO alias VALUES (1, 'g', 'y@example.org')"),
                (AddName, "INSERT INTO domain_name VALUES ('n4.example', 1, false)"),
                (AddName, "INSERT INTO domain_name VALUES ('n2.example', 2, false)"),
            ];
            return
            [
                .. from pair in pairs
                from level in Levels
                from turned in new[] { false, true }
                select turned ? (pair.Item2, pair.Item1, level) : (pair.Item1, pair.Item2, level),
            ];
        }
    }

    [Theory]
    [MemberData(nameof(Doubles))]
    public async Task the_second_kind_of_an_address_waits_and_is_refused(string first, string second, string level)
    {
        var error = await track.RunAsync(first, second, level, commit: true);
        Assert.True(error is Refused || (level != Levels[0] && error == Serialization), error);
    }

    [Theory]
    [MemberData(nameof(Doubles))]
    public async Task the_second_kind_is_stored_when_the_first_is_taken_back(string first, string second, string level)
    {
        Assert.Null(await track.RunAsync(first, second, level, commit: false));
        Assert.Equal(
            ["1"],
            await PostgresCluster.ListAsync(track.Watch, "SELECT count(*) FROM vmm_address WHERE local_part = 'a'")
        );
    }

    [Fact]
    public async Task one_transaction_cannot_store_two_kinds()
    {
        foreach (var first in Kinds)
        {
            foreach (var second in Kinds.Where(k => k != first))
            {
                await track.ResetAsync();
                Assert.Null(await track.First.TryAsync("BEGIN; " + first));
                Assert.Equal(Refused, await track.First.TryAsync(second));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task two_writers_do_not_miss_each_other(string first, string second, string level)
    {
        var error = await track.RunAsync(first, second, level, commit: true);
        if (level == Levels[0])
        {
            var bothWantOneName =
                first != second
                && first.Contains("n2.example", StringComparison.Ordinal)
                && second.Contains("n2.example", StringComparison.Ordinal);
            Assert.Equal(bothWantOneName ? Refused : null, error);
        }
        else
        {
            // 0A000: names are changed in READ COMMITTED only.
            Assert.True(
                error is null or Serialization or Refused
                    || (error == "0A000" && second.Contains("domain_name", StringComparison.Ordinal)),
                error
            );
        }
    }

    [Fact]
    public async Task an_address_that_an_account_gives_up_can_become_an_alias()
    {
        Assert.Null(
            await track.RunAsync(
                "DELETE FROM users WHERE local_part = 'c'",
                "INSERT INTO alias VALUES (1, 'c', 'x@example.org')",
                Levels[0],
                commit: true
            )
        );
        Assert.Equal(
            ["alias"],
            await PostgresCluster.ListAsync(track.Watch, "SELECT kind FROM vmm_address WHERE local_part = 'c'")
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task an_account_is_not_added_to_a_domain_that_goes(bool domainFirst)
    {
        const string Delete = """
            SELECT FROM domain_data WHERE gid = 3 FOR UPDATE;
            DELETE FROM users WHERE gid = 3; DELETE FROM domain_name WHERE gid = 3; DELETE FROM domain_data WHERE gid = 3
            """;
        const string Add = "INSERT INTO users (local_part, passwd, gid) VALUES ('a', 'x', 3)";
        var error = domainFirst
            ? await track.RunAsync(Delete, Add, Levels[0], commit: true)
            : await track.RunAsync(Add, Delete, Levels[0], commit: true);
        Assert.Equal(domainFirst ? "23503" : null, error);
        Assert.Equal(["0"], await PostgresCluster.ListAsync(track.Watch, "SELECT count(*) FROM users WHERE gid = 3"));
    }
}
