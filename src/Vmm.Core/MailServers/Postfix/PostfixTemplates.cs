namespace Vmm.Core.MailServers.Postfix;

/// <summary>What Postfix needs: its maps, and the lines in main.cf and master.cf. All that depends on its version is here and in DatabaseAccess.</summary>
internal static class PostfixTemplates
{
    /// <summary>How the maps in install/postfix connect, which every Postfix understands.</summary>
    private const string Connection = "hosts = @HOSTS@\nuser = postfix\npassword = @PASSWORD@\ndbname = @DBNAME@\n";

    private const string Twice = "# The server stands there twice: after one failure Postfix leaves a host alone\n# for a minute, and the map would be dead for that long (pgsql_table(5)).\n";

    /// <summary>Copied from dovecot-lda, with rights of its own: see docs/postfix.md.</summary>
    private const string Deliver = "/usr/local/lib/dovecot/deliver";

    /// <summary>The map files: name and text.</summary>
    internal static IEnumerable<(string Name, Func<RoleSecret, string> Text)> Maps(MailVersion version, DatabaseAccess database) =>
        ConfigurationTemplate.Names("postfix/pgsql-").Select(n => (Path.GetFileName(n), (Func<RoleSecret, string>)(password => Map(n, version, database, password))));

    /// <summary>Files in which earlier versions kept the password of the role postfix, beside the maps.</summary>
    internal static IEnumerable<string> OldMaps { get; } = ["pgsql-transport_maps.cf"];

    /// <summary>The lines of main.cf.</summary>
    /// <param name="stack">Where they go.</param>
    /// <param name="database">Whether it can be seen from a chroot.</param>
    /// <param name="lda">Whether the LDA delivers.</param>
    internal static IReadOnlyList<PostfixParameter> Parameters(PostfixInstallation stack, DatabaseAccess database, bool lda) =>
    [
        // Daemons in a chroot ask proxymap, which is in none, for a server that is reached over a Unix socket.
        .. from line in ConfigurationTemplate.Read("postfix/vmm-main.cf").Split('\n')
           where line.Length > 0 && line[0] != '#'
           select PostfixParameter.Parse(line.Replace("@PROXY@", database.IsSocket ? "proxy:" : "", StringComparison.Ordinal).Replace("@DIRECTORY@", stack.Directory, StringComparison.Ordinal)) into parameter
           select lda && parameter.Name == "virtual_transport" ? parameter with { Value = "dovecot:" } : parameter,
        .. lda ? [new PostfixParameter("dovecot_destination_recipient_limit", "1"), new PostfixParameter("dovecot_destination_concurrency_limit", "1")] : (PostfixParameter[])[],
    ];

    /// <summary>The services of master.cf.</summary>
    /// <param name="lda">Whether the LDA delivers.</param>
    /// <param name="chroot">The word for chroot (y, n or -) that the service smtp has.</param>
    /// <param name="dovecotConfig">The configuration that the LDA reads; null for Dovecot's own place.</param>
    internal static IReadOnlyList<PostfixService> Services(bool lda, string chroot, string? dovecotConfig) =>
    [
        new("submission/inet", $"submission inet n - {chroot} - - smtpd")
        {
            Options =
            [
                ("syslog_name", "postfix/submission"),
                ("smtpd_tls_security_level", "encrypt"),
                ("smtpd_sasl_auth_enable", "yes"),
                ("smtpd_client_restrictions", "permit_sasl_authenticated,reject"),
                ("smtpd_sender_restrictions", "reject_sender_login_mismatch"),
            ],
        },
        .. lda ? [new("dovecot/unix", $"dovecot unix - n n - - pipe flags=DRhu user=nobody:mail argv={Deliver} {(dovecotConfig is null ? "" : $"-c {dovecotConfig} ")}-f ${{sender}} -d ${{user}}@${{nexthop}} -m ${{extension}}")] : (PostfixService[])[],
    ];

    private static string Map(string name, MailVersion version, DatabaseAccess database, RoleSecret password)
    {
        var text = ConfigurationTemplate.Read(name);
        if (version.CompareTo(new MailVersion(3, 10)) >= 0)
        {
            text = text.Replace(Twice, "", StringComparison.Ordinal);
        }

        // Not by Fill: %s and the like stay, and so does an @ in a query.
        return text.Replace(Connection, database.PostfixMap(version, password), StringComparison.Ordinal);
    }
}

/// <summary>A line of main.cf.</summary>
/// <param name="Name">Of the parameter.</param>
/// <param name="Value">That vmm needs.</param>
internal sealed record PostfixParameter(string Name, string Value)
{
    /// <summary>Of "name = value".</summary>
    internal static PostfixParameter Parse(string line) => line.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value]
        ? new PostfixParameter(name, value) : throw new InvalidOperationException($"no parameter: {line}");

    /// <summary>What belongs into main.cf where <paramref name="present"/> is in force: other tables stay in front of vmm's, restrictions and a delimiter stay.</summary>
    internal string Wanted(string present) => Name switch
    {
        "recipient_delimiter" when present.Length > 0 => present,
        // 454 would make the other side try again for days.
        "smtpd_relay_restrictions" when present.Length > 0 => present.Replace("defer_unauth_destination", "reject_unauth_destination", StringComparison.Ordinal),
        _ when Value.Contains("pgsql:", StringComparison.Ordinal) => string.Join(", ", Others(present).Append(Value)),
        _ => Value,
    };

    /// <summary>Tables that are not vmm's, whose files are called pgsql-NAME.cf since vmm 0.4; references to other parameters are defaults.</summary>
    private static IEnumerable<string> Others(string present) => present.Split([' ', ',', '\t'], StringSplitOptions.RemoveEmptyEntries)
        .Where(t => !t.StartsWith('$') && !(t.Contains("pgsql:", StringComparison.Ordinal) && Path.GetFileName(t).StartsWith("pgsql-", StringComparison.Ordinal)));
}

/// <summary>A service of master.cf.</summary>
/// <param name="Name">As postconf has it: name/type.</param>
/// <param name="Line">The whole line without options, for one that is not there.</param>
internal sealed record PostfixService(string Name, string Line)
{
    /// <summary>Options of its command. One that is set already keeps its value.</summary>
    internal IReadOnlyList<(string Name, string Value)> Options { get; init; } = [];
}
