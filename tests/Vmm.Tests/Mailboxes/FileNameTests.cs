using CsCheck;

namespace Vmm.Tests.Mailboxes;

public static class FileNameTests
{
    [Fact]
    public static void any_bytes_come_back_as_they_were() =>
        Gen.Byte.Array[0, 255].Sample(bytes => Assert.Equal(bytes, FileName.Encode(FileName.Decode(bytes))));

    [Fact]
    public static void bytes_that_are_nearly_utf8_come_back_as_they_were() =>
        Gen.OneOf(Gen.String.Select(System.Text.Encoding.UTF8.GetBytes), Gen.Byte.Array[0, 3]).Array[0, 8].Sample(parts =>
        {
            var bytes = parts.SelectMany(p => p).ToArray();
            Assert.Equal(bytes, FileName.Encode(FileName.Decode(bytes)));
        });

    [Theory]
    [InlineData("/srv/mail/é", "/srv/mail/é")]
    [InlineData("a\nb\tc", "a\\x0ab\\x0ac")]
    [InlineData("a\u202eb", "a\\xe2\\x80\\xaeb")]
    public static void what_cannot_be_shown_is_spelled_out(string name, string shown) =>
        Assert.Equal(shown.Replace("b\\x0ac", "b\\x09c"), FileName.Show(name));

    [Fact]
    public static void a_byte_that_is_no_utf8_is_spelled_out() =>
        Assert.Equal("a\\xff\U0001f600\\xfe", FileName.Show(FileName.Decode([.. "a"u8, 0xff, .. "\U0001f600"u8, 0xfe])));

    [Fact]
    public static async Task a_quoted_name_is_one_word_of_bash_with_the_same_bytes()
    {
        byte[][] names =
        [
            [.. "plain-1.txt"u8],
            [.. "two words"u8],
            [.. "it's $HOME `id` \"x\" \\"u8],
            [.. "line\nend"u8],
            [0xff, 0xc3, (byte)'\'', (byte)'\\', (byte)'4'],
            [.. "é'"u8],
        ];
        foreach (var name in names)
        {
            var echoed = await Run.ShellAsync($"printf %s {FileName.Quote(FileName.Decode(name))} | od -An -v -tx1 | tr -d ' \\n'");
            Assert.Equal(Convert.ToHexStringLower(name), echoed.Succeeded());
        }
    }

    /// <summary>Some mean something only where a word begins, such as # and ~.</summary>
    [Fact]
    public static async Task every_character_is_itself_wherever_it_stands_in_a_word()
    {
        var words = Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)
            .SelectMany(c => (string[])[$"{c}", $"{c}x", $"x{c}x"])
            .ToList();
        var echoed = await Run.ShellAsync($"cd /; printf '%s\\n' {string.Join(' ', words.Select(FileName.Quote))}");
        Assert.Equal(words, echoed.Succeeded().TrimEnd('\n').Split('\n'));
    }
}
