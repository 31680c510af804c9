using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Vmm.Tests.OldConfiguration;

/// <summary>Debian's vmm 0.7 and this one, with the file made of its own, use the same values.</summary>
public static class ValueTests
{
    private static readonly Dictionary<string, string[]> Texts = new()
    {
        ["database.host"] = ["", "localhost", "/run/postgresql", "::1", "a;b", "\"q\""],
        ["database.pass"] = ["", "x", "a ; b", "\"", "\\", "'", "# no", "ü€\U0001f600", "%(x)s", "100%", "a = b"],
        ["domain.transport"] = ["lmtp:unix:private/dovecot-lmtp", "dovecot:", "SMTP:[Relay.example.com]:25"],
        ["mailbox.root"] = ["Maildir", "mail", "Post fach", ".."],
        ["mailbox.folders"] = ["Drafts:Sent", ":", "", "A::B:", "Entwürfe:Lists.Vmm", " a : b "],
        ["misc.base_directory"] = ["/srv/mail", "/home/virtual users", "mail", "/"],
        ["misc.dovecot_version"] = ["2.3.19", "2.2.beta1"],
        ["misc.password_scheme"] = ["SHA512-CRYPT", "ssha256.hex", "CRAM-MD5", "PLAIN", "NTLM"],
    };

    private static readonly string[] Flags = ["true", "TRUE", "yes", "On", "1", "false", "No", "off", "0", "maybe", ""];

    private static readonly string[] Numbers =
    [
        "448",
        "504",
        "0",
        "7",
        "8",
        "40",
        "5000",
        "+9",
        "-1",
        "0700",
        "4_48",
        "999999999999",
        "1 0",
        "1e3",
        "௫",
    ];

    private static readonly string[] Sizes =
    [
        "0",
        "500M",
        "1g",
        "1024b",
        "5 k",
        "07",
        "1_0M",
        "-5",
        "M",
        "5T",
        "9223372036854775807",
        "9g",
    ];

    /// <summary>What both need comes first, so that most files are good.</summary>
    private static readonly Gen<string> AnyFile = Gen.Select(
        Pick.From(SettingOptions.All.Where(o => o.Section is not "log" && o.Key is not "misc.alias_expansion_limit").ToArray())
            .SelectMany(o => Pick.From(Candidates(o)).Select(v => (Option: o, Value: v)))
            .List[0, 8],
        Pick.From(" = ", "=", ": "),
        (lines, sign) =>
        {
            List<(string Key, string Value)> needed =
            [
                ("database.user", "vmm"),
                ("database.pass", "pw"),
                ("misc.dovecot_version", "2.3.4"),
                ("bin.doveadm", "/usr/bin/doveadm"),
            ];
            var all = lines
                .Select(l => (l.Option.Key, l.Value))
                .Concat(needed)
                .DistinctBy(l => l.Key)
                .GroupBy(l => l.Key.Split('.')[0]);
            return string.Concat(
                all.Select(s => $"[{s.Key}]\n{string.Concat(s.Select(l => $"{l.Key.Split('.')[1]}{sign}{l.Value}\n"))}")
            );
        }
    );

    [Fact]
    public static void every_value_is_the_one_that_vmm_0_7_used()
    {
        var carried = 0;
        AnyFile.Array[300].Sample(
            files =>
            {
                foreach (var (file, old) in files.Zip(PythonConfig.Ask("vmm", files.Select(f => (JsonNode)f))))
                {
                    carried += Compare(file, old?.AsObject()) ? 1 : 0;
                }
            },
            iter: 3);
        Assert.True(carried > 200, $"only {carried} files of 900 were carried over");
    }

    [Fact]
    public static void a_file_without_options_keeps_the_defaults_of_0_7()
    {
        const string Bare =
            "[database]\nuser = vmm\npass = pw\n[misc]\ndovecot_version = 2.3.4\n[bin]\ndoveadm = /usr/bin/doveadm\n";
        Assert.True(Compare(Bare, PythonConfig.Ask("vmm", [Bare]).Single()!.AsObject()));
    }

    /// <returns>Whether it could be carried over.</returns>
    private static bool Compare(string file, JsonObject? old)
    {
        using var config = new OldConfig(file);
        try
        {
            ConfigurationUpgrade.Read(config.Path).Save(config.New, overwrite: false);
        }
        catch (VmmException e)
        {
            // 0.7 used some values that it should not have; what is refused must be named.
            Assert.Contains($"{config.Path}, line ", e.Message, StringComparison.Ordinal);
            return false;
        }

        Assert.True(old is not null, $"vmm 0.7 does not start with this:\n{file}");
        var settings = SettingsFile.Load(config.New);
        foreach (var (key, value) in old)
        {
            var option = SettingOptions.All.Single(o => o.Key == key);
            var found = settings.Value(option);
            var shown = option.Kind == SettingKind.Secret ? (string)found : Show(option, found);
            Assert.Equal((file, key, Expected(option, value!)), (file, key, shown));
        }

        return true;
    }

    /// <summary>0.7's value as this program has it; the limits are those that 0.7 puts to the number when it uses it.</summary>
    private static string Expected(SettingOption option, JsonNode value) =>
        option.Key switch
        {
            "account.password_length" => $"{Math.Max(8, (long)value)}",
            "misc.crypt_blowfish_rounds" => $"{Math.Clamp((long)value, 4, 31)}",
            "misc.crypt_sha256_rounds" or "misc.crypt_sha512_rounds" => $"{Math.Clamp((long)value, 1000, 999_999_999)}",
            "mailbox.folders" => string.Join('|', ((string)value!).Split(':').Where(f => f.Length > 0)),
            // No vmm makes these any more: new passwords get the scheme of a new installation.
            "misc.password_scheme" when ((string)value!).ToUpperInvariant() is "LANMAN" or "NTLM" or "RPA" => $"{option.Default}",
            "misc.password_scheme" => ((string)value!).ToUpperInvariant(),
            // The socket of libpq.
            "database.host" when (string?)value is { Length: 0 } => "/var/run/postgresql",
            // Its umask was 022.
            "domain.directory_mode" => $"{(long)value & 0b111_101_101}",
            // Where it is not set, 0.7 has it as the text "0".
            "domain.quota_bytes" when value.GetValueKind() == JsonValueKind.String => (string)value!,
            _ => option.Kind is SettingKind.Number or SettingKind.Size or SettingKind.Mode ? $"{(long)value}"
            : option.Kind == SettingKind.Boolean ? $"{(bool)value}"
            : (string)value!,
        };

    private static string Show(SettingOption option, object value) =>
        option.Kind switch
        {
            SettingKind.Folders => string.Join('|', (string[])value),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string[] Candidates(SettingOption option) =>
        option.Kind switch
        {
            SettingKind.Boolean => Flags,
            SettingKind.Number or SettingKind.Mode => Numbers,
            SettingKind.Size => Sizes,
            SettingKind.Choice => [.. option.Words.Except(["disable"]), "Maildir"],
            _ when option.Section == "bin" => ["/usr/bin/true"],
            _ => Texts.GetValueOrDefault(option.Key, ["vmm", "x y"]),
        };
}
