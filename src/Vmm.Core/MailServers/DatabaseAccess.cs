using Vmm.Data.Values;




namespace Vmm.Core.MailServers;

/// <summary>How Postfix and Dovecot reach the database of vmm.toml, in the syntax of each.</summary>
internal sealed record DatabaseAccess(DatabaseOptions Options)
{
    private const int UsualPort = 5432;

    /// <summary>Until a server that does not answer is given up, where that can be said.</summary>
    private const int ConnectSeconds = 5;

    /// <summary>Whether a chrooted daemon of Postfix cannot see the server.</summary>
    internal bool IsSocket => Options.IsLocal;

    /// <summary>libpq's word for whether the connection is encrypted; empty where that is libpq's own choice, or makes no sense.</summary>
    private string SslMode => IsSocket || Options.SslMode == "prefer" ? "" : Options.SslMode == "disabled" ? "disable" : Options.SslMode;

    /// <summary>
    /// The lines of a map. Up to 3.9 Postfix leaves a server alone for a minute after one failure, so it stands there twice; since 3.10 it does not when there is only
    /// one. A URI says what the older lines cannot: a time limit, the port of a socket, encryption, a password with a blank at its end.
    /// </summary>
    internal string PostfixMap(MailVersion version, RoleSecret password)
    {
        var encoding = version.CompareTo(new MailVersion(3, 8)) >= 0 ? "encoding = UTF8\n" : "";
        if (version.CompareTo(new MailVersion(3, 10)) >= 0)
        {
            return $"hosts = {Uri(password)}\n{encoding}";
        }

        var isOldEnough = SslMode.Length == 0 && (!IsSocket || Options.Port == UsualPort) && password.Fits(ConfigurationQuoting.FitsPostfixLine);
        var host = isOldEnough ? OldHost : Uri(password);
        var login = isOldEnough ? $"user = postfix\npassword = {password.In(p => p)}\n" : "";
        return $"hosts = {host} {host}\n{login}dbname = {Options.Name}\n{encoding}";
    }

    /// <summary>The connection string of Dovecot 2.3.</summary>
    internal string DovecotConnection(RoleSecret password) =>
        $"host={Value(Options.Host)}{(Options.Port == UsualPort ? "" : $" port={Options.Port}")} dbname={Value(Options.Name)} user=dovecot"
        + (password.IsEmpty ? "" : $" password={password.In(ConfigurationQuoting.ConnectionValue)}") + (SslMode.Length == 0 ? "" : $" sslmode={SslMode}");

    /// <summary>The parameters of a connection of Dovecot 2.4, a line each.</summary>
    internal IEnumerable<string> DovecotParameters(RoleSecret password) =>
    [
        .. Options.Port == UsualPort ? (string[])[] : [$"port = {Options.Port}"],
        "user = dovecot",
        .. password.IsEmpty ? (string[])[] : [$"password = {password.In(ConfigurationQuoting.DovecotParameter)}"],
        $"dbname = {ConfigurationQuoting.DovecotParameter(Options.Name)}",
        .. SslMode.Length == 0 ? (string[])[] : [$"sslmode = {SslMode}"],
    ];

    private static string Value(string text) => ConfigurationQuoting.ConnectionValue(text);

    private string OldHost => IsSocket ? $"unix:{Options.Host}" : Options.Port == UsualPort ? Options.Host : $"{Options.Host}:{Options.Port}";

    private string Uri(RoleSecret password)
    {
        var login = password.IsEmpty ? "postfix" : $"postfix:{password.In(ConfigurationQuoting.Uri)}";
        var name = ConfigurationQuoting.Uri(Options.Name);
        var server = IsSocket ? "" : Options.Host.Contains(':', StringComparison.Ordinal) ? $"[{Options.Host}]" : ConfigurationQuoting.Uri(Options.Host);
        var more = IsSocket ? $"host={ConfigurationQuoting.Uri(Options.Host)}&" : "";
        return $"postgresql://{login}@{server}{(Options.Port == UsualPort && !IsSocket ? "" : $":{Options.Port}")}/{name}?{more}connect_timeout={ConnectSeconds}"
            + (SslMode.Length == 0 ? "" : $"&sslmode={SslMode}");
    }
}
