using System.Globalization;
using System.Text;
using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.Configuration;

/// <summary>
/// Reads what an administrator gives to configset and configure, in the forms of vmm 0.7, and checks it against the system where it
/// can.
/// </summary>
public static class SettingInput
{
    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Makes a value of a text.</summary>
    /// <exception cref="VmmException">31 not a value for this option, 51 or 55 not a program.</exception>
    public static SettingEntry Read(SettingOption option, string text) => option.Kind switch
    {
        SettingKind.Boolean => Plain(option, text, Flag(text) is { } flag ? flag : null),
        SettingKind.Number when option.Key == SettingOptions.DomainQuotaMessages.Key && text == Quota.Unlimited =>
            Plain(option, text, 0L),
        SettingKind.Number => Plain(option, text, Number(text)),
        SettingKind.Size => Size(option, text),
        SettingKind.Mode => Mode(option, text),
        SettingKind.Folders => Folders(option, text),
        SettingKind.Path => FilePath(option, text),
        SettingKind.Choice => Quoted(option, text, text.ToLowerInvariant()),
        SettingKind.Text when option.Key == SettingOptions.MailboxRoot.Key && !Settings.IsMailboxRoot(text) =>
            throw Wrong(option, text, "Allowed is the name of one directory, 1 to 20 characters, without '/'."),
        SettingKind.Text when option.Key == SettingOptions.DomainTransport.Key && !Ascii.IsValid(text) =>
            throw Wrong(option, text, Transport.InAscii(text)),
        _ => Quoted(option, text, text),
    };

    private static bool? Flag(string text) => text.ToLowerInvariant() switch
    {
        "1" or "yes" or "true" or "on" => true,
        "0" or "no" or "false" or "off" => false,
        _ => null,
    };

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static SettingEntry Size(SettingOption option, string text) =>
        Number(text) is { } number ? Plain(option, text, number) : Quoted(option, text, text);

    private static SettingEntry Mode(SettingOption option, string text)
    {
        var value = option.Read(text) ?? throw Wrong(option, text);
        var mode = option.Format(value);
        var warning = ((UnixFileMode)(long)value & OwnerAll) == OwnerAll ? null
            : $"{option.Key}: with the mode {mode} not even the owner can use a directory; "
            + "modes are octal, 0.7's 504 is 0770 and its 448 is 0700";
        return new SettingEntry(value, Quote(mode), warning);
    }

    private static SettingEntry Folders(SettingOption option, string text)
    {
        var names = text.TrimStart().StartsWith('[')
            ? SettingsFile.TextArray(text)
            : text.Split(':', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (option.Read(names) is not string[] folders)
        {
            throw Wrong(option, text);
        }

        MaildirLayout.For(new MailLocation("maildir", "Maildir"), folders, subscribe: false, out var refused);
        return refused.Count == 0
            ? new SettingEntry(folders, $"[{string.Join(", ", folders.Select(Quote))}]")
            : throw Wrong(option, refused[0], "A folder's name has no '/', no '..' and no '.' at its ends, and is not INBOX.");
    }

    private static SettingEntry FilePath(SettingOption option, string text)
    {
        // What a shell would complete; "..x" and "~user" are names.
        var path = text.Split('/')[0] is "." or ".." or "~" ? Expand(text) : text;
        var entry = Quoted(option, text, path);
        switch (option.Section)
        {
            case "bin":
                RequireProgram((string)entry.Value);
                break;
            case "misc" when !Directory.Exists(path):
                throw Wrong(option, path, $"There is no such directory. Make it with 'install -d -m 0771 {path}'.");
            case "misc" when new DirectoryInfo((string)entry.Value).LinkTarget is not null:
                throw Wrong(option, path, "It is a symbolic link. Name the directory itself.");
            case "log" when path.Length > 0 && (Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(path))):
                throw Wrong(option, path, "Allowed is the path of a file in a directory that exists, or nothing.");
        }

        return entry;
    }

    private static string Expand(string path) => Path.GetFullPath(
        path[0] == '~' ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..] : path);

    private static void RequireProgram(string path)
    {
        if (!File.Exists(path))
        {
            throw new VmmException(
                ErrorCode.NoSuchBinary, $"the program '{path}' does not exist", "Give the path of a program that is installed.");
        }

        if ((File.GetUnixFileMode(path) & AnyExecute) == 0)
        {
            throw new VmmException(ErrorCode.NotExecutable, $"the program '{path}' is not executable", "Check its permissions.");
        }
    }

    private static SettingEntry Plain(SettingOption option, string text, object? value)
    {
        var allowed = option.Read(value) ?? throw Wrong(option, text);
        return new SettingEntry(allowed, Convert.ToString(allowed, CultureInfo.InvariantCulture)!.ToLowerInvariant());
    }

    /// <summary>A text is written as the option understands it (a scheme in capitals), a size as it was given.</summary>
    private static SettingEntry Quoted(SettingOption option, string text, string value)
    {
        // What is not UTF-8 on the command line has become this character.
        var allowed = (value.Contains('\ufffd', StringComparison.Ordinal) ? null : option.Read(value)) ?? throw Wrong(option, text);
        return new SettingEntry(allowed, Quote(allowed as string ?? value));
    }

    /// <summary>A value that needs no reading: bool, long, text or texts.</summary>
    /// <returns>Null when it is not allowed.</returns>
    internal static SettingEntry? Typed(SettingOption option, object value) => option.Read(value) switch
    {
        null => null,
        string[] items => new SettingEntry(items, $"[{string.Join(", ", items.Select(Quote))}]"),
        string text => new SettingEntry(text, Quote(text)),
        // A mode and a size are numbers, but written as they were given.
        var allowed when value is string given => new SettingEntry(allowed, Quote(given)),
        var allowed => new SettingEntry(allowed, Convert.ToString(allowed, CultureInfo.InvariantCulture)!.ToLowerInvariant()),
    };

    /// <summary>Whether two values of one option are equal.</summary>
    internal static bool Same(object a, object b) =>
        a is string[] items ? b is string[] others && items.SequenceEqual(others) : a.Equals(b);

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch { '"' => "\\\"", '\\' => "\\\\", _ => c.ToString() });
        }

        return quoted.Append('"').ToString();
    }

    private static VmmException Wrong(SettingOption option, string text, string? hint = null) => new(
        ErrorCode.ConfigError,
        option.Kind == SettingKind.Secret ? $"this is not a value for {option.Key}" : $"'{text}' is not a value for {option.Key}",
        hint ?? $"Allowed is {Allowed(option)}.");

    private static string Allowed(SettingOption option) => option.Kind switch
    {
        SettingKind.Boolean => "true or false (or yes, no, on, off, 1, 0)",
        SettingKind.Size => "a number of bytes, a size such as 500M, 1.5G or 1T, or unlimited",
        SettingKind.Mode => "octal permission bits, such as 0770",
        SettingKind.Choice => $"one of {string.Join(", ", option.Words)}",
        SettingKind.Path => option.MayBeEmpty ? "an absolute path, or nothing" : "an absolute path",
        SettingKind.Server => "an address with or without a port, such as 127.0.0.1:5353, or nothing",
        SettingKind.Scheme => "one of Dovecot's password schemes, such as SHA512-CRYPT or SSHA256.HEX",
        SettingKind.Folders => "names with colons between them, such as Drafts:Sent, a single colon for none, or an array of texts",
        SettingKind.Text or SettingKind.Secret when option.MayBeEmpty => "a text without control characters",
        SettingKind.Text or SettingKind.Secret => "a text without control characters, not empty",
        _ => option.Allowed,
    };
}
