using System.Globalization;
using System.Numerics;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Values;

namespace Vmm.Core.OldConfiguration;

/// <summary>A value of an old vmm.cfg in its present form.</summary>
/// <param name="Entry">The value; null for an invalid one.</param>
/// <param name="Change">What is different, except for quotes; lower case without a final stop, or null.</param>
/// <param name="Fault">Why the value is invalid.</param>
internal sealed record OldValue(SettingEntry? Entry, string? Change = null, string? Fault = null)
{
    private const int ModeBits = 0b111_111_111;

    /// <summary>Where libpq looks for a server without a host, as Debian builds it.</summary>
    private const string Socket = "/var/run/postgresql";

    /// <summary>Schemes of old releases that no vmm and no present Dovecot makes.</summary>
    private static readonly string[] Extinct = ["LANMAN", "NTLM", "RPA"];

    /// <summary>Reads a text as that release did, by Python's rules.</summary>
    internal static OldValue Read(SettingOption option, string text, IniDialect dialect) => option.Kind switch
    {
        SettingKind.Boolean => Flag(text) is { } flag
            ? new(SettingInput.Typed(option, flag)!)
            : Wrong($"allowed is {option.Allowed}, as before"),
        SettingKind.Number => Number(option, Integer(text, dialect)),
        SettingKind.Size => Size(option, text, dialect),
        SettingKind.Mode => Mode(option, Integer(text, dialect)),
        SettingKind.Folders => Plain(option, text.Split(':', StringSplitOptions.RemoveEmptyEntries), "it is a list of texts now"),
        SettingKind.Path => FilePath(option, text),
        SettingKind.Text when option.Key == "mailbox.root" && !Settings.IsMailboxRoot(text) =>
            Wrong("allowed is the name of one directory, 1 to 20 characters, without '/'"),
        SettingKind.Text when option.Key == "database.host" && text.Length == 0 =>
            Plain(option, Socket, "an empty host was the server's socket, which is in this directory on Debian"),
        _ when option.Key == "misc.password_scheme" && Extinct.Contains(text.ToUpperInvariant()) => Plain(
            option,
            option.Default,
            $"vmm does not make {text.ToUpperInvariant()}; stored passwords stay, new ones get this scheme"),
        _ => Plain(option, text, null),
    };

    private static OldValue Plain(SettingOption option, object value, string? change) =>
        SettingInput.Typed(option, value) is { } entry ? new(entry, change) : Wrong($"allowed is {option.Allowed}");

    private static OldValue Wrong(string fault) => new(null, Fault: fault);

    private static bool? Flag(string text) => text.ToLowerInvariant() switch
    {
        "1" or "yes" or "true" or "on" => true,
        "0" or "no" or "false" or "off" => false,
        _ => null,
    };

    /// <summary>vmm 0.7 silently replaced a number out of range by the nearest allowed one.</summary>
    private static OldValue Number(SettingOption option, BigInteger? number)
    {
        if (number is not { } value)
        {
            return Wrong("it is not a whole number");
        }

        var clamped = option.Key switch
        {
            "account.password_length" => BigInteger.Max(value, option.Min),
            "misc.crypt_blowfish_rounds" or "misc.crypt_sha256_rounds" or "misc.crypt_sha512_rounds" =>
                BigInteger.Clamp(value, option.Min, option.Max),
            _ => value,
        };
        return clamped < option.Min || clamped > option.Max
            ? Wrong($"allowed is {option.Allowed}")
            : Plain(
                option,
                (long)clamped,
                clamped == value ? null : $"the old vmm used {clamped}, the nearest allowed number, instead of {value}");
    }

    private static OldValue Mode(SettingOption option, BigInteger? number)
    {
        if (number is not { } value || value < 0 || value > ModeBits)
        {
            return Wrong(number is null
                ? "it is not a whole number"
                : "the number is decimal, from 0 to 511 (0777 in octal); 448 means 0700, 504 means 0770");
        }

        var octal = option.Format((long)value);
        var change = $"modes are octal now: decimal {value} is {octal}";
        // vmm 0.6 and 0.7 had a umask that took these bits away.
        var narrow = (long)value & ~(long)Posix.OthersWrite;
        return option.Key == SettingOptions.DomainDirectoryMode.Key && narrow != value
            ? Plain(option, option.Format(narrow), $"{change}, which lets one account of a domain rename the home of another")
            : Plain(option, octal, change);
    }

    private static OldValue Size(SettingOption option, string text, IniDialect dialect)
    {
        var power = text.Length == 0 ? 0 : "bkmg".IndexOf(char.ToLowerInvariant(text[^1]), StringComparison.Ordinal);
        var digits = power < 0 || text.Length == 0 ? text : text[..^1];
        var number = Integer(digits, dialect) * BigInteger.Pow(1024, Math.Max(power, 0));
        if (number is not { } bytes || bytes < 0 || bytes > long.MaxValue)
        {
            return Wrong($"allowed is {option.Allowed}");
        }

        // The notation is kept where it is still valid.
        return Quota.ParseSize(text) == bytes && power >= 0 ? Plain(option, text, null) : Plain(option, (long)bytes, null);
    }

    /// <summary>vmm 0.5 was shipped with quotes around a path, which did not work.</summary>
    private static OldValue FilePath(SettingOption option, string text)
    {
        var path = text is ['"' or '\'', .. var inner, '"' or '\''] && text[0] == text[^1] ? inner : text;
        return SettingInput.Typed(option, path) is not { } entry ? Wrong($"allowed is {option.Allowed}")
            : new(
                entry,
                path != text ? "the quotes were part of the path and are removed"
                : (string)entry.Value != path ? "the slash at its end is removed"
                : null);
    }

    /// <summary>Python's int(), which accepts underscores between digits from 3.6 on.</summary>
    private static BigInteger? Integer(string text, IniDialect dialect)
    {
        var digits = text.Trim();
        if (dialect == IniDialect.Python3)
        {
            var inner = digits.Split('_');
            var isValid = inner.All(p => p.Length > 0 && char.IsAsciiDigit(p[^1]))
                && inner.Skip(1).All(p => char.IsAsciiDigit(p[0]));
            digits = isValid ? string.Concat(inner) : "";
        }

        return BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }
}
