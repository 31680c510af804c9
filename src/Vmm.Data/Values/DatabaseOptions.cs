namespace Vmm.Data.Values;

/// <summary>Where the database is and who asks.</summary>
/// <param name="Host">Host name, address, or the directory of a Unix socket.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Name">Database name.</param>
/// <param name="User">Role; owns the schema.</param>
/// <param name="Password">Empty where the server asks for none (peer, trust).</param>
/// <param name="SslMode">libpq's words: disable, allow, prefer, require, verify-ca, verify-full.</param>
public sealed record DatabaseOptions(string Host, int Port, string Name, string User, string Password, string SslMode)
{
    /// <summary>Until a server that does not answer is an error.</summary>
    internal int ConnectSeconds { get; init; } = 10;

    /// <summary>Until a statement that has no answer is an error. No statement takes that long; a server that has gone silent would otherwise be waited for without end.</summary>
    internal int StatementSeconds { get; init; } = 600;

    /// <summary>Whether the server is reached over a Unix socket.</summary>
    internal bool IsLocal => Host.StartsWith('/');

    /// <summary>For messages: never the password.</summary>
    public override string ToString() => $"'{Name}' at {Host}:{Port}";
}
