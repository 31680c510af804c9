namespace Vmm.Tests.Upgrade;

/// <summary>A database whose rows were restored without its sequences.</summary>
public sealed class SequenceTests(PostgresCluster server)
{
    [Theory]
    [InlineData("0.3", "domains_gid", "users_uid")]
    [InlineData("0.4", "domains_gid", "users_uid transport_id maillocation_id")]
    [InlineData("0.7", "domain_gid", "users_uid transport_id maillocation_id quotalimit_id")]
    public async Task what_is_behind_is_named_and_set_right(string origin, string gids, string others)
    {
        using var world = World.On(server, await Origin.Of(origin).MakeAsync(server));
        foreach (var sequence in others.Split(' ').Append(gids))
        {
            await world.SqlAsync($"SELECT setval('{sequence}', (SELECT min_value FROM pg_sequences "
                + $"WHERE sequencename = '{sequence}'), false)");
        }

        var before = await world.QueryAsync("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1");
        var expected = others.Split(' ').Append("domain_gid").Order(StringComparer.Ordinal).ToList();
        foreach (var options in (string[][])[["--dry-run"], ["--yes", "--no-dump"]])
        {
            Assert.Equal(before, await world.QueryAsync("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"));
            var outcome = await world.VmmAsync(["upgrade", .. options]);
            outcome.ShouldExit(0);
            var warnings = outcome.Error.Split('\n').Where(l => l.Contains("the upgrade sets it to", StringComparison.Ordinal));
            Assert.Equal(expected, warnings.Select(w => w.Split(' ')[4]));
            Assert.Contains("users_uid gave out 70000 next, and 70005 is in use", outcome.Error, StringComparison.Ordinal);
        }

        await world.DoAsync("domainadd new.example -t smtp:[new.example.org]");
        await world.AddAccountAsync("user@new.example");
        await world.DoAsync("userquota user@new.example 12345");
        Assert.Equal(
            ["70004|70006|smtp:[new.example.org]|12345"],
            await world.QueryAsync(
                "SELECT gid, uid, transport, bytes FROM users u JOIN domain_data d USING (gid) JOIN quotalimit q ON q.qid = u.qid "
                    + "JOIN transport t ON t.tid = d.tid WHERE gid = 70004"));
        Assert.DoesNotContain("sequence-behind", (await world.VmmAsync("check")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Origin.Names), MemberType = typeof(Origin))]
    public async Task where_none_is_behind_nothing_is_said(string origin)
    {
        using var world = World.On(server, await Origin.Of(origin).MakeAsync(server));
        var outcome = await world.VmmAsync("upgrade", "--dry-run");
        outcome.ShouldExit(0);
        Assert.DoesNotContain("the upgrade sets it to", outcome.Error, StringComparison.Ordinal);
    }
}
