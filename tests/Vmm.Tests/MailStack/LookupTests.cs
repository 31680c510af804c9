using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace Vmm.Tests.MailStack;

/// <summary>
/// Maps answer every key: with rows or without, never with an error, which would stop the mail of everybody for a minute.
/// </summary>
public abstract class LookupTests(MailServer server) : MailStackTests(server)
{
    private static readonly Gen<byte[]> Part = Gen.OneOf(
        Gen.Byte.Array[0, 70],
        Gen.Byte[32, 126].Array[0, 400],
        Pick.From("example.com"u8.ToArray(), "'"u8.ToArray(), "\\"u8.ToArray())
    );

    private static readonly Gen<byte[]> SomeKeys = Gen.Select(Part, Part, (local, domain) =>
        (byte[])[.. local, (byte)'@', .. domain]
    );

    // Postfix's own words on keys that it does not pass on.
    private static readonly string[] NotAsked = ["non-UTF-8 key \"", "empty query string -- ignored"];

    [Fact]
    public async Task any_key_at_all_is_answered_by_every_map()
    {
        await Server.AddAccountAsync("alive@example.com");
        await Server.DoAsync("aliasadd alive-alias@example.com alive@example.com");
        await Server.DoAsync("relocatedadd alive-moved@example.com new@example.org");
        byte[][] huge = [HostileKeys.Long(100_000, "@example.com"), [.. "user@"u8, .. HostileKeys.Long(100_000, "")]];
        var options = await OptionsAsync();
        await SomeKeys
            .Array[500]
            .SampleAsync(
                async keys =>
                {
                    string[] living = ["alive@example.com", "example.com", "alive-alias@example.com", "alive-moved@example.com"];
                    await WriteKeysAsync([.. keys, .. HostileKeys.All, .. huge, .. living.Select(Encoding.ASCII.GetBytes)]);
                    foreach (var map in Maps())
                    {
                        foreach (var option in options)
                        {
                            var found = await Server.ProgramAsync(
                                "/bin/bash",
                                ["-c", $"postmap -c {Server.MapDirectory} {option} -q - pgsql:{map} < {Server.Place}/keys"]
                            );
                            Assert.True(
                                found.ExitCode == 0 && found.Error.Split('\n').All(Harmless),
                                $"{map}, '{option}': {found}"
                            );
                            Assert.Matches("(?m)^(alive@|example.com\t|alive-alias@|alive-moved@)", found.Out);
                        }
                    }
                },
                iter: 1,
                threads: 1
            );
    }

    // One process per key, as the words of a command: the exit status says what became of this one.
    [Fact]
    public async Task a_single_hostile_key_has_an_exit_status_of_0_or_1()
    {
        var map = $"pgsql:{Server.MapDirectory}/pgsql-virtual_alias_maps.cf";
        foreach (var key in HostileKeys.Few)
        {
            var found = await Server.ProgramAsync(
                "/bin/bash",
                ["-s"],
                $"postmap -c {Server.MapDirectory} -q {HostileKeys.Word(key)} {map}\n"
            );
            Assert.True(found.ExitCode is 0 or 1 && found.Error.Split('\n').All(Harmless), $"{HostileKeys.Show(key)}: {found}");
        }
    }

    [Fact]
    public async Task dovecot_knows_no_hostile_user_and_says_so()
    {
        await Server.AddAccountAsync("still-here@example.com");
        // A * or ? would be a pattern to doveadm.
        var keys = HostileKeys.All.Where(k => !k.Contains((byte)'*') && !k.Contains((byte)'?')).ToList();
        var script = $"doveadm -c {Server.DovecotConfig} user -- {string.Join(' ', keys.Select(HostileKeys.Word))} 2>&1\n";
        var found = await Server.ProgramAsync("/bin/bash", ["-s"], script);
        Assert.True(found.ExitCode == 67, $"{found}"); // no such user; 75 would be a failure
        Assert.Equal(keys.Count, Regex.Count(found.Out, "doesn't exist"));
        (await Server.DoveadmAsync("user", "still-here@example.com")).Succeeded();
    }

    [Fact]
    public async Task any_user_name_at_all_is_refused_by_dovecot_for_good()
    {
        await Server.AddAccountAsync("still-in@example.com");
        await SomeKeys
            .Array[300]
            .SampleAsync(
                async keys =>
                {
                    byte[][] users =
                    [
                        .. keys.Concat(HostileKeys.All).Select(k => k.Where(b => b != 0).ToArray()),
                        [.. "still-in@example.com"u8],
                    ];
                    foreach (var service in new[] { "imap", "smtp" })
                    {
                        var answers = await AuthSocket.AskAsync(Server, service, users);
                        Assert.StartsWith("OK\tuser=still-in@example.com", answers[^1], StringComparison.Ordinal);
                        foreach (var (user, answer) in users.Zip(answers).SkipLast(1))
                        {
                            Assert.True(
                                answer.Split('\t') is ["FAIL", ..] fields
                                    && !fields.Contains("temp")
                                    && !fields.Contains("code=temp_fail"),
                                $"{HostileKeys.Show(user)}: {answer}"
                            );
                        }
                    }
                },
                iter: 2,
                threads: 1
            );
    }

    // With -u Postfix passes everything on, as it does under smtputf8_enable = no. Its client speaks LATIN1 until 3.7, where no
    // byte is wrong, and
    // UTF-8 from 3.8, where Postfix itself has to keep the rest away.
    private async Task<string[]> OptionsAsync()
    {
        var version = (await Server.ProgramAsync("postconf", ["-d", "-h", "mail_version"])).Succeeded().Split('.');
        return int.Parse(version[0]) == 3 && int.Parse(version[1]) < 8 ? ["", "-u"] : [""];
    }

    private IEnumerable<string> Maps() => Directory.GetFiles(Server.MapDirectory, "pgsql-*.cf").Order(StringComparer.Ordinal);

    private async Task WriteKeysAsync(IEnumerable<byte[]> keys)
    {
        await using var lines = File.Create(Server.Place + "/keys");
        foreach (var key in keys)
        {
            await lines.WriteAsync((byte[])[.. key.Where(b => b is not 0 and not 10), 10]);
        }
    }

    private static bool Harmless(string line) =>
        line.Length == 0 || NotAsked.Any(word => line.Contains(word, StringComparison.Ordinal));
}

[Collection(AsShipped.Name)]
public class ShippedLookupTests(ShippedMailServer server) : LookupTests(server)
{
    /// <summary>Postfix 3.7 sends the letters in another encoding than later ones.</summary>
    [Fact]
    public async Task a_domain_is_found_by_its_own_letters_in_every_map()
    {
        await Server.DoAsync("domainadd grün.example");
        await Server.AddAccountAsync("user@grün.example");
        await Server.DoAsync("aliasadd all@grün.example user@grün.example Elsewhere@example.org");
        await Server.DoAsync("relocatedadd moved@grün.example new@example.org");
        foreach (
            var (map, key, answer) in new[]
            {
                ("virtual_mailbox_domains", "grün.example", "xn--grn-ioa.example"),
                ("virtual_gid_maps", "user@grün.example", "[0-9]+"),
                ("virtual_uid_maps", "user@grün.example", "[0-9]+"),
                ("virtual_mailbox_maps", "USER@GRÜN.example", "/.*/Maildir/"),
                ("virtual_alias_maps", "user@grün.example", "user@xn--grn-ioa.example"),
                ("virtual_alias_maps", "all@grün.example", "Elsewhere@example.org,user@xn--grn-ioa.example"),
                ("relocated_maps", "moved@grün.example", "new@example.org"),
                ("transport", "user@grün.example", "lmtp:unix:private/dovecot-lmtp"),
                ("smtpd_sender_login_maps", "all@grün.example", "user@xn--grn-ioa.example"),
            }
        )
        {
            var found = await Server.ProgramAsync(
                "postmap",
                ["-c", Server.MapDirectory, "-q", "-", $"pgsql:{Server.MapDirectory}/pgsql-{map}.cf"],
                key + "\n"
            );
            Assert.Equal("", found.Error);
            Assert.Matches(
                $"^{answer}$",
                string.Join(',', found.Out.TrimEnd().Split('\t')[^1].Split(',').Order(StringComparer.Ordinal))
            );
        }
    }
}

[Collection(AsInTheSeed.Name)]
public class SeedLookupTests(SeedMailServer server) : LookupTests(server)
{
    [Fact]
    public async Task views_and_functions_give_the_same_rows()
    {
        await Server.DoAsync("domainadd same.example");
        await Server.DoAsync("aliasdomainadd also-same.example same.example");
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
                functions = [.. functions.Where(a => Regex.IsMatch(a, "^(user|USER|o'brien)@"))];
            }

            Assert.NotEmpty(views);
            Assert.Equal(views, functions);
        }
    }

    private static string Sorted(string line) =>
        $"{line.Split('\t')[0]}: {string.Join(' ', line.Split('\t')[1].Split(',').Order(StringComparer.Ordinal))}";

    private async Task<List<string>> AnswersAsync(string directory, string map, string[] keys)
    {
        var found = await Server.ProgramAsync(
            "postmap",
            ["-c", Server.MapDirectory, "-q", "-", $"pgsql:{directory}/{map}"],
            string.Join('\n', keys) + "\n"
        );
        Assert.Equal("", found.Error);
        // The order of several destinations means nothing.
        return [.. found.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Sorted)];
    }
}
