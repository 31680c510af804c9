using System.Text;

namespace Vmm.Tests.MailStack;

/// <summary>Keys that no map should be asked for, and every map is.</summary>
internal static class HostileKeys
{
    private static readonly string[] Ascii =
    [
        new string('x', 400) + "@example.com",
        "user@" + new string('x', 400),
        "user@" + new string('x', 250) + ".example.com",
        "@example.com",
        "@",
        "@@",
        "",
        "user",
        "user@",
        "user@.",
        "user@[127.0.0.1]",
        "user@example.com@example.com",
        " user@example.com",
        "user@ex ample.com",
        "us'er@example.com",
        "us\"er@example.com",
        "\"us er\"@example.com",
        "us\\er@example.com",
        "\\'@example.com",
        "\\",
        "'",
        "\"",
        "%n %d %=@example.com",
        "%",
        "%%s%u%d%1@example.com",
        "u%r@example.com",
        "us_r@example.com",
        "us*r@example.com",
        "u?er@example.com",
        "';--@example.com",
        "' OR '1'='1",
        "'; DROP TABLE users; --@example.com",
        "$1@example.com",
        "${user}@$(id).example",
        "{PLAIN}x@example.com",
        "\u0001\u0002\u001b[31m\u007f@example.com",
        "a\tb@example.com",
    ];

    public static byte[][] All { get; } =
    [
        .. Ascii.Select(Encoding.ASCII.GetBytes),
        [0xff, .. "@example.com"u8],
        [.. "us"u8, 0xfc, .. "r@example.com"u8],
        [.. "user@ex"u8, 0xc3, .. "mple.com"u8],
        [0xed, 0xa0, 0x80, .. "@example.com"u8],
        [0xc0, 0xaf, .. "@example.com"u8],
        [0xbf, 0x27, .. " OR 1=1"u8],
        [.. "müller@example.com"u8],
        [.. "user@münchen.example"u8],
        [.. "\u202euser@example.com"u8],
        [.. "😀@example.com"u8],
    ];

    /// <summary>One of each kind, where each costs a process.</summary>
    public static byte[][] Few { get; } =
    [
        Long(400, "@example.com"),
        Long(100_000, "@example.com"),
        [0xff, .. "@example.com"u8],
        [.. "us'er\"@example.com"u8],
        [.. "us\\er@example.com"u8],
        [.. "%n %d %=@example.com"u8],
        [.. "';--@example.com"u8],
        [.. "\n@example.com"u8],
        [],
    ];

    public static byte[] Long(int length, string end) => Encoding.ASCII.GetBytes(new string('x', length) + end);

    /// <summary>As a word of bash: the argument list of a .NET process would be made UTF-8.</summary>
    public static string Word(byte[] key) => "$'" + string.Concat(key.Select(b => $"\\x{b:x2}")) + "'";

    public static string Show(byte[] key) =>
        string.Concat(key.Take(80).Select(b => b is >= 32 and < 127 ? $"{(char)b}" : $"\\x{b:x2}"));
}
