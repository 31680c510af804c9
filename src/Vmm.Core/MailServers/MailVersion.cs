using System.Globalization;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers;

/// <summary>A version of Postfix or Dovecot: the two numbers on which their configuration depends.</summary>
internal readonly record struct MailVersion(int Major, int Minor) : IComparable<MailVersion>
{
    private static readonly MailVersion[] KnownPostfix = [new(3, 7), new(3, 8), new(3, 9), new(3, 10)];
    private static readonly MailVersion[] KnownDovecot = [new(2, 3), new(2, 4)];

    /// <summary>Reads a version of Postfix. Text after the second number is ignored.</summary>
    /// <exception cref="VmmException">91.</exception>
    internal static MailVersion ReadPostfix(string text) => Read("Postfix", text, KnownPostfix);

    /// <summary>Reads a version of Dovecot, likewise.</summary>
    /// <exception cref="VmmException">91.</exception>
    internal static MailVersion ReadDovecot(string text) => Read("Dovecot", text, KnownDovecot);

    /// <inheritdoc/>
    public int CompareTo(MailVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    /// <inheritdoc/>
    public override string ToString() => $"{Major}.{Minor}";

    /// <summary>The refusal where neither the program nor the administrator tells the version.</summary>
    internal static VmmException Unknown(string name, string path, string word)
    {
        var other = word == "postfix" ? "dovecot" : "postfix";
        return new VmmException(
            ErrorCode.NoSuchBinary,
            $"the program '{path}' does not exist, so the version of {name} is not known",
            $"Pass --{word}-version for a different machine, or name only the other program: vmm mailconfig {other}.");
    }

    private static MailVersion Read(string program, string text, MailVersion[] known)
    {
        var parts = text.Trim().Split('.', '-', ' ');
        return parts.Length >= 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            && known.Contains(new MailVersion(major, minor))
            ? new MailVersion(major, minor)
            : throw new VmmException(
                ErrorCode.MailVersionUnsupported,
                $"there is no configuration for {program} '{text.Trim()}'",
                $"Supported are {string.Join(", ", known)}; pass one of them with --{program.ToLowerInvariant()}-version.");
    }
}
