namespace Vmm.Core.MailServers.Dovecot;

/// <summary>
/// The files that Dovecot needs: those with the database queries, and one that overrides the distribution's. Everything that
/// depends on its version is here and in DatabaseAccess.
/// </summary>
internal static class DovecotTemplates
{
    private const string OldConnection = "host=@HOST@ dbname=@DBNAME@ user=dovecot password=@PASSWORD@";
    private const string Host = "host = @HOST@";
    private const string Parameters = "    user = dovecot\n    password = @PASSWORD@\n    dbname = @DBNAME@\n";

    private const string SystemUsers = "!include auth-system.conf.ext";
    private const string SqlUsers = "!include auth-sql.conf.ext";

    private static readonly MailVersion NewSyntax = new(2, 4);

    /// <summary>
    /// Every file that can contain the password of the role dovecot: those of this version first, then those of the other version,
    /// from which a system may have been upgraded.
    /// </summary>
    internal static IEnumerable<string> SecretFiles(MailVersion version) => IsNew(version)
        ? [NewQueries, OldQueries, OldDictionary]
        : [OldQueries, OldDictionary, NewQueries];

    private const string OldQueries = "dovecot-sql.conf.ext";
    private const string OldDictionary = "vmm-dict-sql.conf.ext";
    private const string NewQueries = "vmm-sql-2.4.conf";

    /// <summary>Whether it is the file with the queries for passdb and userdb.</summary>
    internal static bool HasQueries(string path) => Path.GetFileName(path) is OldQueries or NewQueries;

    /// <summary>Whether the version has passdb and userdb in the main configuration, with named blocks.</summary>
    internal static bool IsNew(MailVersion version) => version.CompareTo(NewSyntax) >= 0;

    /// <summary>
    /// The files with the connection, names and texts: 2.4 has one for
    /// everything, 2.3 one for the queries and one for the quota usage.
    /// </summary>
    internal static IEnumerable<(string Name, Func<RoleSecret, string> Text)> Queries(
        MailVersion version, DatabaseAccess database) => IsNew(version)
            ? [(NewQueries, password => NewText(database, password))]
            :
            [
                (OldQueries, password => OldText(OldQueries, database, password)),
                (OldDictionary, password => OldText(OldDictionary, database, password)),
            ];

    /// <summary>The file that is read after the distribution's.</summary>
    /// <param name="dovecot">For its version and directory.</param>
    /// <param name="queue">Postfix's queue directory.</param>
    /// <param name="delimiter">Postfix's recipient_delimiter.</param>
    /// <param name="others">The users beside vmm's accounts.</param>
    /// <param name="firstId">Where the uids and gids of accounts begin.</param>
    internal static string Settings(
        DovecotInstallation dovecot, string queue, string delimiter, OtherUsers others, long firstId) =>
        ConfigurationTemplate.Fill(
            ConfigurationTemplate.Read($"dovecot/vmm-{dovecot.Version}.conf"),
            new Dictionary<string, string>
            {
                ["DIRECTORY"] = dovecot.Directory,
                ["QUEUE"] = queue,
                ["DELIMITER"] = delimiter,
                ["PLACE"] = ConfigurationTemplate
                    .Read($"dovecot/vmm-{(others.Exist ? "others" : "place")}-{dovecot.Version}.conf").TrimEnd('\n')
                    .Replace("@FIRST@", $"{firstId}", StringComparison.Ordinal),
                ["SYSTEM"] = others.AreSystems ? ConfigurationTemplate.Read("dovecot/vmm-system-users.conf") : "",
            });

    /// <summary>A text that doveconf -n prints only if Dovecot reads that file.</summary>
    internal static string Proof(MailVersion version, string directory) =>
        IsNew(version) ? "FROM dovecotpassword(" : $"args = {directory}/{OldQueries}";

    /// <summary>
    /// 10-auth.conf without the passdb and userdb of the system's users, and without those of a different SQL file.
    /// </summary>
    internal static string WithoutOtherUsers(string text) => string.Join('\n', text.Split('\n').Select(l =>
        l.TrimEnd() is SystemUsers or SqlUsers ? "#" + l : l));

    /// <summary>Whether a file includes the passdb and userdb of an SQL file.</summary>
    internal static bool HasSqlUsers(string path) => File.Exists(path) && File.ReadLines(path).Any(l => l.TrimEnd() == SqlUsers);

    /// <summary>Whether a file includes the passdb and userdb of the system's users.</summary>
    internal static bool HasSystemUsers(string path) =>
        File.Exists(path) && File.ReadLines(path).Any(l => l.TrimEnd() == SystemUsers);

    private static string OldText(string name, DatabaseAccess database, RoleSecret password) =>
        ConfigurationTemplate.Read("dovecot/" + name)
            .Replace(OldConnection, database.DovecotConnection(password), StringComparison.Ordinal);

    private static string NewText(DatabaseAccess database, RoleSecret password)
    {
        var host = $"host = {ConfigurationQuoting.DovecotParameter(database.Options.Host)}";
        var parameters = string.Concat(database.DovecotParameters(password).Select(p => $"    {p}\n"));
        return ConfigurationTemplate.Read("dovecot/" + NewQueries)
            .Replace(Host, host, StringComparison.Ordinal)
            .Replace(Parameters, parameters, StringComparison.Ordinal);
    }
}
