using System.Net;
using Npgsql;
using Vmm.Data.Values;

namespace Vmm.Data;

/// <summary>Connection strings that make a short command fast and a broken connection an error.</summary>
internal static class Connections
{
    internal static NpgsqlDataSource Source(DatabaseOptions options)
    {
        if (options.IsLocal)
        {
            // Npgsql's socket does not block, also where its calls do: the runtime waits for it on a thread. These let that thread
            // wake the caller itself. Without them the first answer starts a pool of threads, and a short command has twenty times
            // the context switches.
            Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
            Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
        }

        // Npgsql reads these variables. It does not know libpq's values of the first: the server chooses the authentication method.
        // The second would set parameters of the session.
        Environment.SetEnvironmentVariable("PGREQUIREAUTH", null);
        Environment.SetEnvironmentVariable("PGOPTIONS", null);
        var builder = new NpgsqlSlimDataSourceBuilder(new NpgsqlConnectionStringBuilder
        {
            Host = options.Host,
            Port = options.Port,
            Database = options.Name,
            Username = options.User,
            Password = options.Password.Length == 0 ? null : options.Password,
            SslMode = Mode(options),
            GssEncryptionMode = GssEncryptionMode.Disable,
            Pooling = false,
            Timeout = options.ConnectSeconds,
            CommandTimeout = options.StatementSeconds,
            TcpKeepAlive = !options.IsLocal,
            ApplicationName = "vmm",
            IncludeErrorDetail = options.WithErrorDetail,
            // Whatever $PGCLIENTENCODING says.
            ClientEncoding = "UTF8",
        }.ConnectionString);

        // Reading the type catalogue would cost a third of a short command (8 ms); only built-in types are used.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        builder.EnableArrays();
        if (Mode(options) != SslMode.Disable)
        {
            builder.EnableTransportSecurity();
        }

        return builder.Build();
    }

    /// <summary>
    /// Opens a connection. In the mode 'allow' a server that refuses it without TLS is asked again with TLS; if it has none, Npgsql
    /// only tells that, and what the server said before has to be asked for.
    /// </summary>
    internal static NpgsqlConnection Open(NpgsqlDataSource source, DatabaseOptions options)
    {
        try
        {
            return source.OpenConnection();
        }
        catch (NpgsqlException e) when (Mode(options) == SslMode.Allow && e is { InnerException: null } and not PostgresException)
        {
            using var plain = Source(options with { SslMode = "disable" });
            plain.OpenConnection().Dispose();
            throw;
        }
    }

    /// <summary>
    /// Translates libpq's sslmode to Npgsql's. A Unix socket needs no encryption. On the loopback address 'prefer' tries without
    /// TLS first: that saves the handshake and still reaches a server that requires TLS.
    /// </summary>
    private static SslMode Mode(DatabaseOptions options) => options.IsLocal ? SslMode.Disable : options.SslMode switch
    {
        "disable" or "disabled" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => IsLoopback(options.Host) ? SslMode.Allow : SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        _ => SslMode.VerifyFull,
    };

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
