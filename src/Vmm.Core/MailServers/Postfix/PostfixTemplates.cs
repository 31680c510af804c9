namespace Vmm.Core.MailServers.Postfix;

/// <summary>
/// What Postfix needs: its maps, and the lines in main.cf and master.cf.
/// Everything that depends on its version is here and in DatabaseAccess.
/// </summary>
internal static class PostfixTemplates
{
    /// <summary>The connection in the maps of install/postfix, in the form that every Postfix understands.</summary>
    private const string Connection = "hosts = @HOSTS@\nuser = postfix\npassword = @PASSWORD@\ndbname = @DBNAME@\n";

    private const string Twice = """
        # The server stands there twice: after one failure Postfix leaves a host alone
        # for a minute, and the map would be dead for that long (pgsql_table(5)).

        """;

    /// <summary>A copy of dovecot-lda with permissions of its own: see docs/postfix.md.</summary>
    private const string Deliver = "/usr/local/lib/dovecot/deliver";

    /// <summary>The service with which users send mail.</summary>
    internal const string Submission = "submission/inet";

    /// <summary>A user sends with their own addresses only.</summary>
    internal const string Senders = "reject_sender_login_mismatch";

    /// <summary>
    /// The same for the addresses of accounts only: other users may send with addresses that vmm does not know. An option of a
    /// service replaces the administrator's restrictions, so that they are in it again.
    /// </summary>
    internal static string KnownSenders(string restrictions) =>
        string.Join(", ", new[] { "reject_known_sender_login_mismatch", restrictions }.Where(r => r.Length > 0));

    /// <summary>The map files: name and text.</summary>
    internal static IEnumerable<(string Name, Func<RoleSecret, string> Text)> Maps(MailVersion version, DatabaseAccess database)
    {
        foreach (var name in ConfigurationTemplate.Names("postfix/pgsql-"))
        {
            yield return (Path.GetFileName(name), password => Map(name, version, database, password));
        }
    }

    /// <summary>Other files in which earlier versions kept the password of the role postfix.</summary>
    internal static IEnumerable<string> OldMaps { get; } = ["pgsql-transport_maps.cf"];

    /// <summary>Whether a file of this name is vmm's, of this version or an earlier one.</summary>
    internal static bool IsMap(string name) =>
        OldMaps.Contains(name) || ConfigurationTemplate.Names("postfix/pgsql-").Any(n => Path.GetFileName(n) == name);

    /// <summary>The lines of main.cf.</summary>
    /// <param name="postfix">For the directory of the maps.</param>
    /// <param name="database">A Unix socket cannot be seen from a chroot.</param>
    /// <param name="lda">Whether Postfix delivers by Dovecot's LDA.</param>
    internal static IReadOnlyList<PostfixParameter> Parameters(
        PostfixInstallation postfix, DatabaseAccess database, bool lda)
    {
        // For a server at a Unix socket, daemons in a chroot ask proxymap, which is in no chroot.
        var text = ConfigurationTemplate.Read("postfix/vmm-main.cf")
            .Replace("@PROXY@", database.IsSocket ? "proxy:" : "", StringComparison.Ordinal)
            .Replace("@FIRST@", $"{database.FirstId}", StringComparison.Ordinal)
            .Replace("@DIRECTORY@", postfix.Directory, StringComparison.Ordinal);
        PostfixParameter[] limits =
        [
            new("dovecot_destination_recipient_limit", "1"),
            new("dovecot_destination_concurrency_limit", "1"),
        ];
        return
        [
            .. from line in text.Split('\n')
               where line.Length > 0 && line[0] != '#'
               select PostfixParameter.Parse(line) into parameter
               select lda && parameter.Name == "virtual_transport" ? parameter with { Value = "dovecot:" } : parameter,
            .. lda ? limits : [],
        ];
    }

    /// <summary>The services of master.cf.</summary>
    /// <param name="lda">Whether Postfix delivers by Dovecot's LDA.</param>
    /// <param name="chroot">The chroot field (y, n or -) of the service smtp.</param>
    /// <param name="dovecotConfig">The configuration that the LDA reads; null for Dovecot's default path.</param>
    /// <param name="senders">The restrictions of sender addresses, for users who send mail.</param>
    internal static IReadOnlyList<PostfixService> Services(bool lda, string chroot, string? dovecotConfig, string senders) =>
    [
        new(Submission, $"submission inet n - {chroot} - - smtpd")
        {
            Options =
            [
                ("syslog_name", "postfix/submission"),
                ("smtpd_tls_security_level", "encrypt"),
                ("smtpd_sasl_auth_enable", "yes"),
                ("smtpd_client_restrictions", "permit_sasl_authenticated,reject"),
                ("smtpd_sender_restrictions", senders),
            ],
        },
        .. lda ? [new("dovecot/unix", LdaLine(dovecotConfig))] : (PostfixService[])[],
    ];

    private static string LdaLine(string? dovecotConfig) =>
        $"dovecot unix - n n - - pipe flags=DRhu user=nobody:mail argv={Deliver} "
        + (dovecotConfig is null ? "" : $"-c {dovecotConfig} ")
        + "-f ${sender} -d ${user}@${nexthop} -m ${extension}";

    private static string Map(string name, MailVersion version, DatabaseAccess database, RoleSecret password)
    {
        var text = ConfigurationTemplate.Read(name);
        if (version.CompareTo(new MailVersion(3, 10)) >= 0)
        {
            text = text.Replace(Twice, "", StringComparison.Ordinal);
        }

        // Fill is not used here, because an @ in a query must stay.
        return text.Replace(Connection, database.PostfixMap(version, password), StringComparison.Ordinal);
    }
}

/// <summary>A service of master.cf.</summary>
/// <param name="Name">As postconf names it: name/type.</param>
/// <param name="Line">The whole line without options, for a service that does not exist yet.</param>
internal sealed record PostfixService(string Name, string Line)
{
    /// <summary>Options of its command. An option that is set already keeps its value.</summary>
    internal IReadOnlyList<(string Name, string Value)> Options { get; init; } = [];
}
