using System.Globalization;
using System.Text;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.PostfixAdmin;

/// <summary>
/// The address of a different database, in libpq's forms: <c>host=/run/postgresql dbname=postfix user=postfix</c>, or
/// <c>postgresql://user@host:port/name</c>. What is missing comes from libpq's variables.
/// </summary>
public static class SourceAddress
{
    private const string Example = "For example 'host=/run/postgresql dbname=postfixadmin user=postfixadmin',"
        + " or 'postgresql://postfixadmin@db.example.com/postfixadmin?sslmode=require'.";

    private static readonly string[] Modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

    /// <summary>Reads an address. A password in it is refused, because all users could see it in the process list.</summary>
    /// <exception cref="VmmException">2.</exception>
    public static DatabaseOptions Parse(string text)
    {
        var isUri = text.StartsWith("postgresql://", StringComparison.Ordinal)
            || text.StartsWith("postgres://", StringComparison.Ordinal);
        var values = isUri ? FromUri(text) : FromPairs(text);
        if (values.ContainsKey("password"))
        {
            throw new VmmException(
                ErrorCode.Usage,
                "the option --source has a password, which others can see in the process list",
                "Put it into the file that PGPASSFILE names, or into ~/.pgpass, mode 0600: HOST:PORT:NAME:USER:PASSWORD.");
        }

        var unknown = values.Keys.FirstOrDefault(k => k is not ("host" or "port" or "dbname" or "user" or "sslmode"));
        var user = Value("user", "PGUSER", "") is { Length: > 0 } given ? given : UserName();
        var sslmode = Value("sslmode", "PGSSLMODE", "prefer");
        var host = Value("host", "PGHOST", Directory.Exists("/run/postgresql") ? "/run/postgresql" : "localhost");
        var portText = Value("port", "PGPORT", "5432");
        var isPort = int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 1 and <= 65535;
        return unknown is not null ? throw Wrong($"'{unknown}' is not a known parameter")
            : !Modes.Contains(sslmode) ? throw Wrong($"'{sslmode}' is not an sslmode")
            : !isPort ? throw Wrong("its port is not a number from 1 to 65535")
            : new DatabaseOptions(host, port, Value("dbname", "PGDATABASE", user), user, "", sslmode);

        string Value(string name, string variable, string otherwise) =>
            values.GetValueOrDefault(name)
            ?? (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : otherwise);
    }

    /// <summary>As libpq, where no user is given.</summary>
    private static string UserName()
    {
        try
        {
            return Environment.UserName;
        }
        catch (IOException e)
        {
            throw new VmmException(
                ErrorCode.FileSystem,
                $"the name of the user of this process cannot be found in '/etc/passwd': {Posix.Reason(e)}",
                "Nothing was changed. Name the role in --source: 'user=postfixadmin'.",
                e);
        }
    }

    private static Dictionary<string, string> FromUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            throw Wrong("it is not an address");
        }

        var values = new Dictionary<string, string>();
        var user = uri.UserInfo.Split(':');
        void Put(string name, string value)
        {
            if (value.Length > 0)
            {
                values[name] = Uri.UnescapeDataString(value);
            }
        }

        Put("user", user[0]);
        Put("password", user.Length > 1 ? user[1] : "");
        Put("host", uri.Host.Trim('[', ']'));
        Put("port", uri.Port > 0 ? uri.Port.ToString(CultureInfo.InvariantCulture) : "");
        Put("dbname", uri.AbsolutePath.TrimStart('/'));
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            Put(parts[0], parts.Length > 1 ? parts[1] : "");
        }

        return values;
    }

    /// <summary>
    /// Reads name = value, separated by blanks. A value with blanks is in single quotes; a backslash escapes the next character.
    /// </summary>
    private static Dictionary<string, string> FromPairs(string text)
    {
        var values = new Dictionary<string, string>();
        for (var at = 0; (at = Skip(text, at)) < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            var name = equals < 0 ? "" : text[at..equals].Trim();
            if (name.Length == 0 || name.Any(char.IsWhiteSpace))
            {
                throw Wrong("it is not a list of name=value");
            }

            at = Skip(text, equals + 1);
            var value = new StringBuilder();
            var isQuoted = at < text.Length && text[at] == '\'';
            for (at += isQuoted ? 1 : 0; at < text.Length && (isQuoted ? text[at] != '\'' : !char.IsWhiteSpace(text[at])); at++)
            {
                at += text[at] == '\\' && at + 1 < text.Length ? 1 : 0;
                value.Append(text[at]);
            }

            at += isQuoted ? 1 : 0;
            values[name] = value.ToString();
        }

        return values;
    }

    private static int Skip(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private static VmmException Wrong(string reason) =>
        new(ErrorCode.Usage, $"the option --source is invalid: {reason}", Example);
}
