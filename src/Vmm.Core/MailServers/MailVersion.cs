using System.Globalization;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers;

/// <summary>A version of Postfix or Dovecot, as far as their configuration depends on it.</summary>
internal readonly record struct MailVersion(int Major, int Minor) : IComparable<MailVersion>
{
    private static readonly MailVersion[] KnownPostfix = [new(3, 7), new(3, 8), new(3, 9), new(3, 10)];
    private static readonly MailVersion[] KnownDovecot = [new(2, 3), new(2, 4)];

    /// <summary>A version of Postfix, with or without what comes behind the second number.</summary>
    /// <exception cref="VmmException">91.</exception>
    internal static MailVersion OfPostfix(string text) => Read("Postfix", text, KnownPostfix);

    /// <summary>The same of Dovecot.</summary>
    /// <exception cref="VmmException">91.</exception>
    internal static MailVersion OfDovecot(string text) => Read("Dovecot", text, KnownDovecot);

    /// <inheritdoc/>
    public int CompareTo(MailVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    /// <inheritdoc/>
    public override string ToString() => $"{Major}.{Minor}";

    /// <summary>The refusal where neither the program nor the administrator tells the version.</summary>
    internal static VmmException Unknown(string name, string path, string word) => new(
        ErrorCode.NoSuchBinary,
        $"the program '{path}' does not exist, so the version of {name} is not known",
        $"Give --{word}-version for another machine, or name only the program that is wanted: vmm mailconfig "
            + $"{(word == "postfix" ? "dovecot" : "postfix")}.");

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
                $"Supported are {string.Join(", ", known)}; --{program.ToLowerInvariant()}-version takes one of them.");
    }
}
