namespace Vmm.Core.MailServers;

/// <summary>The password of a database role on its way into a file, or a mark in its place where files are shown. Never printed by itself.</summary>
internal sealed class RoleSecret
{
    /// <summary>No password is like it: the signs are allowed in none of the places where it stands.</summary>
    internal const string Mark = "<not shown>";

    private readonly string? password;

    private RoleSecret(string? password) => this.password = password;

    /// <summary>Stands for any password.</summary>
    internal static RoleSecret Hidden { get; } = new(null);

    /// <summary>Whether the role has none, as where the server knows it by its socket (peer, trust).</summary>
    internal bool IsEmpty => password?.Length == 0;

    /// <summary>A password as it is; empty where the server asks for none.</summary>
    internal static RoleSecret Of(string password) => new(password);

    /// <summary>In the form of a file's syntax; the mark stays as it is.</summary>
    internal string In(Func<string, string> quote) => password is null ? Mark : quote(password);

    /// <summary>Whether it can stand in a place that has no quoting at all.</summary>
    internal bool Fits(Func<string, bool> place) => password is null || place(password);
}
