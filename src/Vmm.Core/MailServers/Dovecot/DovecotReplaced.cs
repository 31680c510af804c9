namespace Vmm.Core.MailServers.Dovecot;

/// <summary>
/// What other users of a Dovecot lose by the settings of vmm. That stays true: users can be added after vmm's file is there, and an
/// administrator can change what it hides.
/// </summary>
internal static class DovecotReplaced
{
    private static readonly string[] Mechanisms = ["plain", "login"];
    private const string Included = "conf.d/auth-sql.conf.ext";
    private static readonly string[] SqlFiles = ["dovecot-sql.conf.ext", Included];

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
        var config = DovecotWithoutVmm.Ask(dovecot, d => DovecotConfig.Read(d, ct));
        var inForce = File.Exists(dovecot.OwnFile) ? DovecotConfig.Read(dovecot, ct) : null;
        return
        [
            .. Queries(dovecot, config),
            .. OtherQueries(dovecot, config),
            .. others.Exist ? Settings(config, inForce) : [],
            .. others.AreSystems && hasLocalLmtp ? Recipients(config, inForce) : [],
        ];
    }

    /// <summary>A database of other users: vmm writes a file of the same name, or comments the include of theirs out.</summary>
    private static IEnumerable<string> Queries(DovecotInstallation dovecot, DovecotConfig config) =>
        from name in SqlFiles
        let path = $"{dovecot.Directory}/{name}"
        where config.AsksDatabase("passdb") && File.Exists(path)
        where name != Included || DovecotTemplates.HasSqlUsers(dovecot.AuthFile)
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

    /// <summary>
    /// What the administrator has configured and vmm's file hides. If a file that is read after it, such as local.conf, sets it
    /// again, nothing is lost; before vmm's file is there, nobody knows what is read after it.
    /// </summary>
    private static IEnumerable<string> Settings(DovecotConfig config, DovecotConfig? inForce)
    {
        var lost = AllMechanisms(config).Except(Mechanisms).Except(inForce is null ? [] : AllMechanisms(inForce)).ToList();
        if (lost.Count > 0)
        {
            var wanted = Becomes(string.Join(' ', Mechanisms), inForce);
            yield return $"auth_mechanisms of Dovecot has {string.Join(", ", lost)}{wanted}";
        }

        foreach (var (name, value) in Plugins)
        {
            var present = config.Value(name, value, "plugin");
            if (present != value && present != inForce?.Value(name, "", "plugin"))
            {
                yield return $"the setting {name} in plugin of Dovecot is '{present}'{Becomes(value, inForce)}";
            }
        }
    }

    private static string Becomes(string value, DovecotConfig? inForce) =>
        inForce is null ? $" and would become '{value}'" : $", and 99-vmm.conf makes it '{value}'";

    private static string[] AllMechanisms(DovecotConfig config) =>
        config.Value("auth_mechanisms", "plain").ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Recipients(DovecotConfig config, DovecotConfig? inForce)
    {
        const string Name = "auth_username_format";
        const string Lmtp = "protocol lmtp";
        var format = config.Value(Name, "", Lmtp);
        return config.IsNew && DovecotConfig.DropsDomain(format) && format != inForce?.Value(Name, "", Lmtp)
            ?
            [
                $"{Name} of Dovecot's LMTP is '{format}' and {(inForce is null ? "would keep" : "99-vmm.conf lets it keep")} the"
                    + " domain: mail for users of the system, whose names have none, would be refused",
            ]
            : [];
    }
}
