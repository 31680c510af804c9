using System.Globalization;
using System.Net;
using System.Text;
using Vmm.Core.Passwords;
using Vmm.Data.Values;

namespace Vmm.Core.Configuration;

/// <summary>One option of the configuration: its name, type, default and meaning.</summary>
/// <param name="Section">Table of the TOML file, for example <c>domain</c>.</param>
/// <param name="Name">Key in that table.</param>
/// <param name="Kind">Type of the value.</param>
/// <param name="Default">bool, long, string or string[], as <see cref="Read"/> gives them; a mode is a long.</param>
/// <param name="Summary">One line for documentation.</param>
public record SettingOption(string Section, string Name, SettingKind Kind, object Default, string Summary)
{
    /// <summary>Smallest number.</summary>
    public long Min { get; init; }

    /// <summary>Largest number.</summary>
    public long Max { get; init; } = long.MaxValue;

    /// <summary>The words of a choice.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Whether a text or path may be left empty.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Whether a text must be ASCII.</summary>
    public bool IsAscii { get; init; }

    /// <summary><c>section.name</c>.</summary>
    public string Key => $"{Section}.{Name}";

    /// <summary>What may be written, for error messages.</summary>
    public string Allowed => Kind switch
    {
        SettingKind.Boolean => "true or false",
        SettingKind.Number => Max == long.MaxValue ? $"a whole number from {Min} up" : $"a whole number from {Min} to {Max}",
        SettingKind.Size => "a number of bytes, or a text such as \"500M\" (b, k, M, G, T) or \"unlimited\"",
        SettingKind.Mode => "octal permission bits as text, such as \"0770\"",
        SettingKind.Path => MayBeEmpty ? "an absolute path as text, or \"\"" : "an absolute path as text",
        SettingKind.Server => "an address with or without a port, such as \"127.0.0.1:5353\", or \"\"",
        SettingKind.Scheme => "one of Dovecot's password schemes, such as \"SHA512-CRYPT\" or \"SSHA256.HEX\"",
        SettingKind.Choice when Words.Count == 1 => $"\"{Words[0]}\"",
        SettingKind.Choice => $"one of {string.Join(", ", Words.Select(w => $"\"{w}\""))}",
        SettingKind.Folders => "an array of folder names, such as [\"Drafts\", \"Sent\"]",
        _ when IsAscii && MayBeEmpty => "a text in quotes without control characters and letters that are not ASCII",
        _ when IsAscii => "a text in quotes, not empty, without control characters and letters that are not ASCII",
        _ => MayBeEmpty ? "a text in quotes without control characters" : "a text in quotes, not empty, without control characters",
    };

    /// <summary>Checks a value read from TOML (bool, long, string, list of objects).</summary>
    /// <returns>The value in the form of <see cref="Default"/>, or null when it is not allowed.</returns>
    public object? Read(object? raw) => (Kind, raw) switch
    {
        (SettingKind.Boolean, bool value) => value,
        (SettingKind.Number, long value) when value >= Min && value <= Max => value,
        (SettingKind.Size, long value) when value >= 0 => value,
        (SettingKind.Size, string text) => Quota.ParseSize(text),
        (SettingKind.Mode, string text) => ReadMode(text),
        (SettingKind.Path, string text) when text.StartsWith('/') && IsClean(text) => Trimmed(text),
        (SettingKind.Path, "") when MayBeEmpty => "",
        (SettingKind.Server, string text) when text.Length == 0 || IsServer(text) => text,
        (SettingKind.Scheme, string text) => PasswordScheme.Find(text)?.ToString(),
        (SettingKind.Choice, string text) when Words.Contains(text) => text,
        (SettingKind.Text or SettingKind.Secret, string text)
            when IsClean(text) && (MayBeEmpty || text.Length > 0) && (!IsAscii || Ascii.IsValid(text)) => text,
        (SettingKind.Folders, IReadOnlyList<object?> items) when items.All(i => i is string s && IsClean(s)) =>
            items.Select(i => (string)i!).ToArray(),
        _ => null,
    };

    /// <summary>
    /// As <c>configget</c> prints it: vmm 0.7's form (True/False, folders joined by colons), except that modes are octal and sizes
    /// are bytes.
    /// </summary>
    public string Format(object value) => Kind switch
    {
        SettingKind.Mode => Convert.ToString((long)value, 8).PadLeft(4, '0'),
        SettingKind.Folders => string.Join(':', (string[])value),
        SettingKind.Secret => ((string)value).Length == 0 ? "" : "********",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static long? ReadMode(string text)
    {
        var isMode = text.Length is 3 or 4 && text.All(c => c is >= '0' and <= '7') && (text.Length == 3 || text[0] == '0');
        return isMode ? Convert.ToInt64(text, 8) : null;
    }

    private static bool IsClean(string text) => !text.Any(char.IsControl);

    private static bool IsServer(string text) =>
        IPAddress.TryParse(text, out _) || (IPEndPoint.TryParse(text, out var point) && point.Port > 0);

    private static string Trimmed(string path) => path.Length > 1 ? path.TrimEnd('/') : path;
}

/// <summary>An option with the type of its value: the key to it in <see cref="Settings"/>.</summary>
/// <typeparam name="T">bool, long, string or string[].</typeparam>
public sealed record SettingOption<T> : SettingOption
    where T : notnull
{
    /// <summary>As the base has it, with a default of the right type.</summary>
    public SettingOption(string section, string name, SettingKind kind, T @default, string summary)
        : base(section, name, kind, @default, summary)
    {
    }
}
