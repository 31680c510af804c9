using CsCheck;

namespace Vmm.Tests.Configuration;

/// <summary>
/// A change of one option touches nothing else in the file, wherever comments, unknown options and wrong values stand.
/// </summary>
public static class SettingsDocumentTests
{
    private static readonly Gen<(SettingOption Option, string Text)> Wish = Gen.OneOf(
            Pick.From(
                ("domain.imap", "no"),
                ("domain.imap", "TRUE"),
                ("domain.directory_mode", "750"),
                ("domain.quota_bytes", "500M"),
                ("domain.quota_bytes", "77"),
                ("mailbox.folders", "A:B.C"),
                ("mailbox.folders", ":"),
                ("account.password_length", "20"),
                ("misc.password_scheme", "ssha256.hex"),
                ("bin.du", "/bin/sh")
            ),
            Gen.String.Where(s => s.Length > 0 && !s.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c == '\ufffd'))
                .Select(s => ("domain.transport", s)),
            Pick.From("a\"b", "a\\", "# no comment", "]", "ü😀", "''' \"\"\"").Select(s => ("database.pass", s))
        )
        .Select(w => (SettingOptions.All.Single(o => o.Key == w.Item1), w.Item2));

    [Fact]
    public static void setting_a_value_changes_that_value_only_and_reads_back() =>
        Gen.Select(TomlFile.Any, Wish).Sample(
            (file, wish) =>
            {
                var entry = SettingInput.Read(wish.Option, wish.Text);
                var before = SettingsDocument.Parse("f", file.Text);
                var after = before.With(wish.Option, entry);
                Assert.Equal(file.With(wish.Option, entry.Toml), after.Text);
                var again = SettingsDocument.Parse("f", after.Text);
                Assert.True(again.Holds(wish.Option, entry));
                Assert.Equal(after.Text, again.With(wish.Option, entry).Text);
                Assert.All(SettingOptions.All.Where(o => o != wish.Option), o => Assert.Equal(before.Show(o), again.Show(o)));
            },
            iter: 1000);

    [Theory]
    [InlineData("domain.imap = true", "domain.pop3")]
    [InlineData("domain = { imap = true }", "domain.pop3")]
    [InlineData("[[domain]]\nimap = true", "domain.imap")]
    [InlineData("[domain.imap]\non = true", "domain.imap")]
    [InlineData("[domain]\nimap.on = true", "domain.imap")]
    public static void what_leaves_no_place_for_an_option_is_named(string text, string key)
    {
        var option = SettingOptions.All.Single(o => o.Key == key);
        var error = Assert.Throws<VmmException>(() =>
            SettingsDocument.Parse("f", text).With(option, SettingInput.Read(option, "no"))
        );
        Assert.Equal(ErrorCode.ConfigError, error.Code);
        Assert.StartsWith($"there is no place for '{key}' in 'f': ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public static void the_default_in_force_is_not_written() => Assert.All(
        SettingOptions.All,
        o => Assert.True(SettingsDocument.Parse("f", "").Holds(o, new SettingEntry(o.Default, ""))));

    [Fact]
    public static void a_wrong_value_is_shown_as_it_stands_and_the_password_never()
    {
        var document = SettingsDocument.Parse("f", "[domain]\nimap = \"maybe\" # so\n[database]\npass = 12345");
        Assert.Equal("\"maybe\"", document.Show(SettingOptions.Find("domain", "imap")!));
        Assert.Equal("********", document.Show(SettingOptions.Find("database", "pass")!));
        Assert.True(document.Settings.Value(SettingOptions.DomainImap));
    }

    [Fact]
    public static void every_option_can_be_set_in_the_shipped_file_and_goes_where_it_is_explained()
    {
        var shipped = File.ReadAllText(Repository.PathOf("etc", "vmm.toml"));
        foreach (var option in SettingOptions.All)
        {
            var after = SettingsDocument
                .Parse("f", shipped)
                .With(option, new SettingEntry(option.Read(Example(option))!, Toml(Example(option))))
                .Text.Split('\n');
            var at = Array.FindIndex(after, l => l.StartsWith($"{option.Name} = ", StringComparison.Ordinal));
            Assert.StartsWith($"#{option.Name} = ", after[at - 1], StringComparison.Ordinal);
            Assert.Equal(shipped, string.Join('\n', after.Where((_, i) => i != at)));
        }
    }

    private static object Example(SettingOption option) => option.Kind switch
    {
        SettingKind.Boolean => !(bool)option.Default,
        SettingKind.Number => option.Min + 1,
        SettingKind.Size => 7L,
        SettingKind.Mode => "0755",
        SettingKind.Folders => new List<object?> { "X" },
        SettingKind.Choice => option.Words[^1],
        SettingKind.Scheme => "SSHA",
        SettingKind.Server => "127.0.0.1:5353",
        _ => "/x",
    };

    private static string Toml(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        long number => $"{number}",
        string text => $"\"{text}\"",
        _ => "[\"X\"]",
    };
}
