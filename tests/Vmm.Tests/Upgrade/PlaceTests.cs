using System.Text.Json;

namespace Vmm.Tests.Upgrade;

/// <summary>Where mail is that vmm could not manage, or nobody could reach, is told before anything is changed.</summary>
public sealed class PlaceTests(PostgresCluster server)
{
    [Theory]
    [InlineData("0.3", "domains")]
    [InlineData("0.5", "domain_data")]
    [InlineData("0.7", "domain_data")]
    public async Task a_domain_outside_the_directories_that_vmm_manages_is_told_beforehand(string origin, string table)
    {
        var database = await Origin.Of(origin).MakeAsync(server);
        await server.ExecuteAsync(
            database,
            "vmm",
            $"UPDATE {table} SET domaindir = '/other/place/of.mail/70001' WHERE gid = 70001"
        );
        using var world = World.On(server, database);
        foreach (var command in (string[])["upgrade --dry-run", "upgrade --yes --no-dump"])
        {
            var finding = Single(await world.JsonAsync(command), "/other/place/of.mail/70001");
            Assert.Equal("unsafe-path", finding.GetProperty("code").GetString());
            Assert.Contains("BASE/CHARACTER/GID", finding.GetProperty("message").GetString()!, StringComparison.Ordinal);
            var remedy = finding.GetProperty("remedy").GetString()!;
            Assert.Contains($"mv -T /other/place/of.mail/70001 {world.Base}/", remedy, StringComparison.Ordinal);
            Assert.Contains("UPDATE domain_data SET domaindir = ", remedy, StringComparison.Ordinal);
        }

        var outcome = await world.VmmAsync("useradd", "new@example.net", "--hash", "{PLAIN}x");
        outcome.ShouldExit(84);
        Assert.DoesNotContain("it is not the directory of a domain with gid 70001", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("BASE/CHARACTER/GID", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_remedy_moves_the_domain_to_where_vmm_manages_it()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        using var world = World.On(server, database);
        var place = world.Directory + "/of.mail/70001";
        (
            await Run.ShellAsync(
                $"mkdir -p {place}/70003/.maildir {place}/70004/Maildir && chmod 0755 {world.Directory}/of.mail && "
                    + $"chown -R 70003:70001 {place}/70003 && chown -R 70004:70001 {place}/70004 && chown 0:70001 {place} && "
                    + $"chmod 0750 {place} && chmod -R 0700 {place}/*"
            )
        ).Succeeded();
        await server.ExecuteAsync(
            database,
            "vmm",
            $"DELETE FROM alias; DELETE FROM catchall; DELETE FROM relocated; DELETE FROM users WHERE gid <> 70001; "
                + "DELETE FROM domain_name WHERE gid <> 70001; DELETE FROM domain_data WHERE gid <> 70001; "
                + $"UPDATE domain_data SET domaindir = '{place}'"
        );
        await world.DoAsync("upgrade --yes --no-dump");
        var check = await world.VmmAsync("check", "--json");
        var remedy = Single(JsonDocument.Parse(check.Out).RootElement, place).GetProperty("remedy").GetString()!;
        (await Run.ShellAsync($"PATH={Path.GetDirectoryName(server.Psql)}:$PATH; {remedy.Split("stopped: ")[1]}")).Succeeded();
        await world.AddAccountAsync("new@example.net");
        Assert.DoesNotContain("unsafe-path", (await world.VmmAsync("check")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.4", "chmod 0770 {0}", "{0}")]
    [InlineData("0.7", "chmod 0700 {0}/a", "{0}/a")]
    public async Task a_directory_that_accounts_cannot_enter_is_told_beforehand(string origin, string command, string named)
    {
        var database = await Origin.Of(origin).MakeAsync(server);
        using var world = World.On(server, database);
        var table = origin == "0.4" ? "domains" : "domain_data";
        await server.ExecuteAsync(
            database,
            "vmm",
            $"UPDATE {table} SET domaindir = '{world.Base}/a/' || gid"
        );
        (await Run.ShellAsync($"mkdir -m 0751 {world.Base}/a && " + string.Format(null, command, world.Base))).Succeeded();
        foreach (var run in (string[])["upgrade --dry-run", "upgrade --yes --no-dump"])
        {
            var finding = Single(await world.JsonAsync(run), string.Format(null, named, world.Base));
            Assert.Equal("closed-directory", finding.GetProperty("code").GetString());
        }
    }

    /// <summary>Until 0.5.2 a base directory that was configured with a slash at its end gave rows with two.</summary>
    [Theory]
    [InlineData("0.3", "domains")]
    [InlineData("0.5", "domain_data")]
    public async Task a_row_with_two_slashes_means_the_same_directory(string origin, string table)
    {
        var database = await Origin.Of(origin).MakeAsync(server);
        using var world = World.On(server, database);
        await server.ExecuteAsync(database, "vmm", $"UPDATE {table} SET domaindir = '{world.Base}//a/' || gid");
        var gids = await world.QueryAsync($"SELECT gid FROM {table}");
        var make = gids.Select(g => $"install -d -m 0770 -g {g} {world.Base}/a/{g}");
        (await Run.ShellAsync($"set -e; mkdir -m 0711 {world.Base}/a\n{string.Join('\n', make)}")).Succeeded();
        foreach (var command in (string[])["upgrade --dry-run", "upgrade --yes --no-dump"])
        {
            var codes = (await world.JsonAsync(command)).GetProperty("findings").EnumerateArray()
                .Select(f => f.GetProperty("code").GetString());
            Assert.DoesNotContain("unsafe-path", codes);
            Assert.DoesNotContain("orphan-directory", codes);
        }

        await world.AddAccountAsync("new@example.net");
        var check = (await world.VmmAsync("check")).Out;
        Assert.DoesNotContain("unsafe-path", check, StringComparison.Ordinal);
        Assert.DoesNotContain("orphan-directory", check, StringComparison.Ordinal);
        await world.DoAsync("userdelete new@example.net --delete-directory");
    }

    private static JsonElement Single(JsonElement report, string subject) =>
        Assert.Single(report.GetProperty("findings").EnumerateArray(), f => f.GetProperty("subject").GetString() == subject);
}
