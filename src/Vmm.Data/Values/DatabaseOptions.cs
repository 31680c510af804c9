namespace Vmm.Data.Values;

/// <summary>Where the database is and how to log in.</summary>
/// <param name="Host">Host name, address, or the directory of a Unix socket.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Name">Database name.</param>
/// <param name="User">Role; owns the schema.</param>
/// <param name="Password">Empty where the server asks for none (peer, trust).</param>
/// <param name="SslMode">libpq's values: disable, allow, prefer, require, verify-ca, verify-full.</param>
public sealed record DatabaseOptions(string Host, int Port, string Name, string User, string Password, string SslMode)
{
    /// <summary>How long to wait for a connection before it is an error.</summary>
    internal int ConnectSeconds { get; init; } = 10;

    /// <summary>
    /// How long to wait for the answer to a statement. No statement takes that long; without the limit vmm would wait forever for a
    /// server that has gone silent.
    /// </summary>
    internal int StatementSeconds { get; init; } = 600;

    /// <summary>
    /// Whether errors keep PostgreSQL's detail. It may have values of rows, such as password hashes, so it is for those who need
    /// the names of objects in it.
    /// </summary>
    internal bool WithErrorDetail { get; init; }

    /// <summary>Whether the server is reached over a Unix socket.</summary>
    internal bool IsLocal => Host.StartsWith('/');

    /// <summary>For messages: never the password.</summary>
    public override string ToString() => $"'{Name}' at {Host}:{Port}";
}
