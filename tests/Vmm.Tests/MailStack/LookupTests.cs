using CsCheck;

namespace Vmm.Tests.MailStack;

/// <summary>Maps answer every key: with rows or without, never with an error, which would stop the mail of everybody for a minute.</summary>
public abstract class LookupTests(MailServer server) : MailStackTests(server)
{
    // Postfix's own words on keys that it does not pass on.
    private static readonly string[] NotAsked = ["non-UTF-8 key \"", "empty query string -- ignored"];

    [Fact]
    public async Task postmap_answers_every_hostile_key_with_rows_or_without()
    {
        await Server.AddAccountAsync("still-there@example.com");
        foreach (var map in Maps())
        {
            // As bytes in a shell word: an argument list of .NET is UTF-8. The last one is a key of 100 kB.
            foreach (var key in HostileKeys.All.Append([.. Enumerable.Repeat((byte)'x', 100_000), .. "@example.com"u8]))
            {
                var word = string.Concat(key.Select(b => $"\\x{b:x2}"));
                var found = await Run.ProgramAsync("/bin/bash", ["-s"], $"postmap -c {Server.MapDirectory} -q $'{word}' pgsql:{map}\n");
                Assert.True(found.ExitCode is 0 or 1 && found.Error.Split('\n').All(Harmless), $"{map}, {HostileKeys.Show(key)}: {found}");
            }
        }
    }

    [Fact]
    public async Task any_bytes_at_all_are_answered_by_every_map()
    {
        await Server.AddAccountAsync("alive@example.com");
        await Server.DoAsync("aliasadd alive-alias@example.com alive@example.com");
        await Server.DoAsync("relocatedadd alive-moved@example.com new@example.org");
        var file = Server.Place + "/keys";
        var part = Gen.OneOf(Gen.Byte.Array[0, 70], Gen.Byte[32, 126].Array[0, 400], Pick.From("example.com"u8.ToArray(), "'"u8.ToArray(), "\\"u8.ToArray()));
        var key = Gen.Select(part, part, (local, domain) => (byte[])[.. local, (byte)'@', .. domain]);
        await key.Array[400].SampleAsync(
            async keys =>
            {
                await using (var lines = File.Create(file))
                {
                    foreach (var line in keys.Concat(HostileKeys.All))
                    {
                        await lines.WriteAsync((byte[])[.. line.Where(b => b is not 0 and not 10), 10]);
                    }

                    await lines.WriteAsync("alive@example.com\nexample.com\nalive-alias@example.com\nalive-moved@example.com\n"u8.ToArray());
                }

                foreach (var map in Maps())
                {
                    // With -u Postfix passes everything on, as it does under smtputf8_enable = no.
                    foreach (var option in new[] { "", "-u" })
                    {
                        var found = await Run.ShellAsync($"postmap -c {Server.MapDirectory} {option} -q - pgsql:{map} < {file}");
                        Assert.True(found.Error.Split('\n').All(Harmless), $"{map}: {found.Error}");
                        Assert.Contains(found.Out.Split('\n'), l => l.StartsWith("alive", StringComparison.Ordinal) || l.StartsWith("example.com\t", StringComparison.Ordinal));
                    }
                }
            },
            iter: 3,
            threads: 1);
    }

    [Fact]
    public async Task dovecot_answers_every_hostile_user_with_none()
    {
        await Server.AddAccountAsync("still-here@example.com");
        foreach (var key in HostileKeys.All.Where(k => !k.Contains((byte)'*') && !k.Contains((byte)'?')))
        {
            // Asked as others ask: 67 is "no such user", 75 would be a failure; 77 is "refused".
            var word = string.Concat(key.Select(b => $"\\x{b:x2}"));
            var script = $"doveadm -c {Server.DovecotConfig} user -- $'{word}' 2>&1; echo user $?; doveadm -c {Server.DovecotConfig} auth test -x service=imap -- $'{word}' secret 2>&1; echo auth $?\n";
            var found = await Run.ProgramAsync("/bin/bash", ["-s"], script);
            Assert.True(found.Out.Contains("\nuser 67\n", StringComparison.Ordinal) && found.Out.EndsWith("\nauth 77\n", StringComparison.Ordinal), $"{HostileKeys.Show(key)}: {found}");
        }

        (await Server.DoveadmAsync("user", "still-here@example.com")).Succeeded();
        (await Server.DoveadmAsync("auth", "test", "-x", "service=imap", "still-here@example.com", "secret")).Succeeded();
    }

    protected virtual IEnumerable<string> Maps() => Directory.GetFiles(Server.MapDirectory, "pgsql-*.cf").Order(StringComparer.Ordinal);

    private static bool Harmless(string line) => line.Length == 0 || NotAsked.Any(word => line.Contains(word, StringComparison.Ordinal));
}

[Collection(AsShipped.Name)]
public class ShippedLookupTests(ShippedMailServer server) : LookupTests(server);

[Collection(AsInTheSeed.Name)]
public class SeedLookupTests(SeedMailServer server) : LookupTests(server)
{
    [Fact]
    public async Task views_and_functions_give_the_same_rows()
    {
        await Server.DoAsync("domainadd same.example");
        await Server.SqlAsync("INSERT INTO domain_name (domainname, gid, is_primary) SELECT 'also-same.example', gid, false FROM domain_name WHERE domainname = 'same.example'");
        await Server.AddAccountAsync("user@same.example");
        await Server.AddAccountAsync("o'brien@same.example", "virtual:");
        await Server.DoAsync("aliasadd all@same.example user@same.example Elsewhere@example.org");
        await Server.DoAsync("aliasadd fill@same.example %n=%d@example.org");
        await Server.DoAsync("relocatedadd moved@same.example New@example.org");
        string[] names = ["user", "o'brien", "all", "fill", "moved", "unknown", "USER"];
        string[] domains = ["same.example", "also-same.example", "Same.Example", "foreign.example"];
        string[] keys = [.. domains, .. from name in names from domain in domains select $"{name}@{domain}"];
        foreach (var map in Directory.GetFiles(Server.MapDirectory, "pgsql-*.cf").Select(m => Path.GetFileName(m)))
        {
            var views = await AnswersAsync(Server.MapDirectory, map, keys);
            var functions = await AnswersAsync(((SeedMailServer)Server).ShippedMapDirectory, map, keys);
            if (map == "pgsql-transport.cf")
            {
                // The function has an answer for every address of our domains, the view for accounts; Postfix asks only for these.
                functions = [.. functions.Where(a => a.StartsWith("user@", StringComparison.OrdinalIgnoreCase) || a.StartsWith("o'brien@", StringComparison.Ordinal))];
            }

            Assert.NotEmpty(views);
            Assert.Equal(views, functions);
        }
    }

    protected override IEnumerable<string> Maps() => base.Maps().Concat(Directory.GetFiles(((SeedMailServer)Server).ShippedMapDirectory));

    private async Task<List<string>> AnswersAsync(string directory, string map, string[] keys)
    {
        var found = await Run.ProgramAsync("postmap", ["-c", Server.MapDirectory, "-q", "-", $"pgsql:{directory}/{map}"], string.Join('\n', keys) + "\n");
        Assert.Equal("", found.Error);
        // The order of several destinations means nothing.
        return [.. found.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => string.Join(',', l.Split('\t')[0], string.Join(',', l.Split('\t')[1].Split(',').Order(StringComparer.Ordinal))))];
    }
}
