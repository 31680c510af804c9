namespace Vmm.Core.MailServers;

/// <summary>
/// The password of a database role, to be written into a file, or a mark that replaces it where files are shown. It has no text
/// form of its own.
/// </summary>
internal sealed class RoleSecret
{
    /// <summary>
    /// Replaces a password. It cannot be mistaken for one, because its characters would have to be quoted or escaped.
    /// </summary>
    internal const string Mark = "<not shown>";

    private readonly string? password;

    private RoleSecret(string? password) => this.password = password;

    /// <summary>A password that is not known, or not to be shown.</summary>
    internal static RoleSecret Hidden { get; } = new(null);

    /// <summary>Whether the role logs in without a password (peer, trust).</summary>
    internal bool IsEmpty => password?.Length == 0;

    /// <summary>A known password; empty where the server asks for none.</summary>
    internal static RoleSecret Known(string password) => new(password);

    /// <summary>The password, quoted for a file's syntax; the mark is not quoted.</summary>
    internal string In(Func<string, string> quote) => password is null ? Mark : quote(password);

    /// <summary>Whether it can be written in a place without quoting.</summary>
    internal bool Fits(Func<string, bool> place) => password is null || place(password);
}
