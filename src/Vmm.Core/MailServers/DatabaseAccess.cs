using Vmm.Data.Values;

namespace Vmm.Core.MailServers;

/// <summary>How Postfix and Dovecot reach the database of vmm.toml, in the syntax of each.</summary>
internal sealed record DatabaseAccess(DatabaseOptions Options)
{
    /// <summary>Where vmm's sequences begin.</summary>
    internal const long UsualFirstId = 70000;

    /// <summary>Where the uids and gids of its accounts begin.</summary>
    internal long FirstId { get; init; } = UsualFirstId;

    private const int UsualPort = 5432;

    /// <summary>How long to wait for the server, where that can be configured.</summary>
    private const int ConnectSeconds = 5;

    /// <summary>Whether the server is reached over a Unix socket, which a chrooted daemon of Postfix cannot see.</summary>
    internal bool IsSocket => Options.IsLocal;

    /// <summary>libpq's sslmode; empty where it is libpq's default, or has no meaning.</summary>
    private string SslMode => IsSocket || Options.SslMode == "prefer" ? ""
        : Options.SslMode == "disabled" ? "disable"
        : Options.SslMode;

    /// <summary>
    /// The lines of a map that connect to the database. After one failure Postfix up to 3.9 does not use a server for a minute, so
    /// the server is listed twice; 3.10 does not do that to an only server. A URI can say what the older lines cannot: a time
    /// limit, the port of a socket, encryption, a password that ends with a blank.
    /// </summary>
    internal string PostfixMap(MailVersion version, RoleSecret password)
    {
        var encoding = version.CompareTo(new MailVersion(3, 8)) >= 0 ? "encoding = UTF8\n" : "";
        if (version.CompareTo(new MailVersion(3, 10)) >= 0)
        {
            return $"hosts = {Uri(password)}\n{encoding}";
        }

        var fitsOldLines = SslMode.Length == 0
            && (!IsSocket || Options.Port == UsualPort)
            && password.Fits(ConfigurationQuoting.FitsPostfixLine);
        var host = fitsOldLines ? OldHost : Uri(password);
        var login = fitsOldLines ? $"user = postfix\npassword = {password.In(p => p)}\n" : "";
        return $"hosts = {host} {host}\n{login}dbname = {Options.Name}\n{encoding}";
    }

    /// <summary>The connection string of Dovecot 2.3.</summary>
    internal string DovecotConnection(RoleSecret password) =>
        $"host={Value(Options.Host)}"
        + (Options.Port == UsualPort ? "" : $" port={Options.Port}")
        + $" dbname={Value(Options.Name)} user=dovecot"
        + (password.IsEmpty ? "" : $" password={password.In(ConfigurationQuoting.ConnectionValue)}")
        + (SslMode.Length == 0 ? "" : $" sslmode={SslMode}");

    /// <summary>The parameters of a connection of Dovecot 2.4, one per line.</summary>
    internal IEnumerable<string> DovecotParameters(RoleSecret password) =>
    [
        .. Options.Port == UsualPort ? (string[])[] : [$"port = {Options.Port}"],
        "user = dovecot",
        .. password.IsEmpty ? (string[])[] : [$"password = {password.In(ConfigurationQuoting.DovecotParameter)}"],
        $"dbname = {ConfigurationQuoting.DovecotParameter(Options.Name)}",
        .. SslMode.Length == 0 ? (string[])[] : [$"sslmode = {SslMode}"],
    ];

    private static string Value(string text) => ConfigurationQuoting.ConnectionValue(text);

    private string OldHost => IsSocket ? $"unix:{Options.Host}"
        : Options.Port == UsualPort ? Options.Host
        : $"{Options.Host}:{Options.Port}";

    private string Uri(RoleSecret password)
    {
        var login = password.IsEmpty ? "postfix" : $"postfix:{password.In(ConfigurationQuoting.Uri)}";
        var name = ConfigurationQuoting.Uri(Options.Name);
        var server = IsSocket ? ""
            : Options.Host.Contains(':', StringComparison.Ordinal) ? $"[{Options.Host}]"
            : ConfigurationQuoting.Uri(Options.Host);
        var port = Options.Port == UsualPort && !IsSocket ? "" : $":{Options.Port}";
        var socket = IsSocket ? $"host={ConfigurationQuoting.Uri(Options.Host)}&" : "";
        return $"postgresql://{login}@{server}{port}/{name}?{socket}connect_timeout={ConnectSeconds}"
            + (SslMode.Length == 0 ? "" : $"&sslmode={SslMode}");
    }
}
