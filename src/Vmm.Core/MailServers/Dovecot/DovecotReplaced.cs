namespace Vmm.Core.MailServers.Dovecot;

/// <summary>
/// What other users of a Dovecot would lose by the settings of vmm. Once vmm's file is there, its settings are in force already.
/// </summary>
internal static class DovecotReplaced
{
    private static readonly string[] Mechanisms = ["plain", "login"];
    private static readonly string[] SqlFiles = ["dovecot-sql.conf.ext", "conf.d/auth-sql.conf.ext"];

    /// <summary>Settings in the block plugin of Dovecot 2.3.</summary>
    private static readonly (string Name, string Value)[] Plugins =
        [("quota", "count:User quota"), ("sieve", "file:~/sieve;active=~/.dovecot.sieve")];

    /// <summary>A sentence for each setting that would be replaced.</summary>
    /// <param name="dovecot">The Dovecot.</param>
    /// <param name="hasLocalLmtp">Whether Postfix hands mail for users of the system to Dovecot's LMTP.</param>
    /// <param name="others">Whether there are other users.</param>
    /// <param name="ct">Cancels it.</param>
    internal static IEnumerable<string> Find(
        DovecotInstallation dovecot, bool hasLocalLmtp, OtherUsers others, CancellationToken ct)
    {
        var config = DovecotConfig.Read(dovecot, ct);
        if (File.Exists(dovecot.OwnFile))
        {
            return OtherQueries(dovecot, config);
        }

        return
        [
            .. Queries(dovecot, config),
            .. OtherQueries(dovecot, config),
            .. others.Exist ? Settings(config) : [],
            .. others.AreSystems && hasLocalLmtp ? Recipients(config) : [],
        ];
    }

    /// <summary>A database of other users: vmm writes a file of the same name, and includes no other.</summary>
    private static IEnumerable<string> Queries(DovecotInstallation dovecot, DovecotConfig config) =>
        from name in SqlFiles
        let path = $"{dovecot.Directory}/{name}"
        where config.AsksDatabase("passdb") && File.Exists(path)
        let lines = File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#').ToList()
        where lines.Exists(l => l.Contains("query", StringComparison.Ordinal))
            && !lines.Exists(l => l.Contains("dovecotpassword", StringComparison.Ordinal)
                || l.Contains("dovecot_password", StringComparison.Ordinal))
        select $"{path} asks a different database: its users could not log in";

    /// <summary>A file of another name in 10-auth.conf's include of SQL, which vmm comments out.</summary>
    private static IEnumerable<string> OtherQueries(DovecotInstallation dovecot, DovecotConfig config) =>
        DovecotTemplates.HasSqlUsers(dovecot.AuthFile)
            ? config.OtherQueries.Select(path => $"{path} asks a different database: its users could not log in")
            : [];

    private static IEnumerable<string> Settings(DovecotConfig config)
    {
        var lost = config.Value("auth_mechanisms", "plain").ToLowerInvariant().Split(' ').Except(Mechanisms).ToList();
        if (lost.Count > 0)
        {
            var (present, wanted) = (string.Join(", ", lost), string.Join(' ', Mechanisms));
            yield return $"auth_mechanisms of Dovecot has {present} and would become '{wanted}'";
        }

        foreach (var (name, value) in Plugins)
        {
            var present = config.Value(name, value, "plugin");
            if (present != value)
            {
                yield return $"the setting {name} in plugin of Dovecot is '{present}' and would become '{value}'";
            }
        }
    }

    private static IEnumerable<string> Recipients(DovecotConfig config)
    {
        var format = config.Value("auth_username_format", "", "protocol lmtp");
        return config.IsNew && DovecotConfig.DropsDomain(format)
            ?
            [
                $"auth_username_format of Dovecot's LMTP is '{format}' and would keep the domain: mail for users of the system,"
                    + " whose names have none, would be refused",
            ]
            : [];
    }
}
