using System.Text.RegularExpressions;
using Npgsql;

namespace Vmm.Tests.Predecessor;

/// <summary>What a scenario left behind, as facts without numbers that a run chooses.</summary>
internal static partial class State
{
    /// <summary>The functions that both schemas have, with the columns of 0.7.</summary>
    private static readonly (string Name, string[] Columns)[] Functions =
    [
        ("dovecotpassword", ["userid", "password", "smtp", "pop3", "imap", "sieve"]),
        ("dovecotuser", ["userid", "uid", "gid", "home", "mail"]),
        ("dovecotquotauser", ["userid", "uid", "gid", "home", "mail", "quota_rule"]),
        ("postfix_virtual_mailbox_map", ["address", "maildir"]),
        ("postfix_virtual_alias_map", ["recipient", "destination"]),
        ("postfix_relocated_map", ["recipient", "destination"]),
        ("postfix_transport_map", ["recipient", "transport"]),
        ("postfix_virtual_uid_map", ["recipient", "uid"]),
        ("postfix_smtpd_sender_login_map", ["sender", "login"]),
    ];

    /// <summary>The tables that both schemas have, with what a number refers to in the place of the number.</summary>
    private static readonly (string Table, string Sql)[] Tables =
    [
        ("domain_data", """
            SELECT gid, domaindir, bytes, messages, smtp, pop3, imap, sieve, transport, note
              FROM domain_data JOIN quotalimit USING (qid) JOIN service_set USING (ssid) JOIN transport USING (tid)
            """),
        ("domain_name", "SELECT domainname, gid, is_primary FROM domain_name"),
        ("users", """
            SELECT uid, gid, local_part, passwd, name, format, directory, extra, bytes, messages, smtp, pop3, imap, sieve,
                   transport, note
              FROM users JOIN maillocation USING (mid) JOIN mailboxformat USING (fid)
              LEFT JOIN quotalimit USING (qid) LEFT JOIN service_set USING (ssid) LEFT JOIN transport USING (tid)
            """),
        ("userquota", "SELECT uid, bytes, messages FROM userquota"),
        ("alias", "SELECT gid, address, destination FROM alias"),
        ("relocated", "SELECT gid, address, destination FROM relocated"),
        ("catchall", "SELECT gid, destination FROM catchall"),
        ("transport", "SELECT transport FROM transport"),
        ("quotalimit", "SELECT bytes, messages FROM quotalimit"),
        ("maillocation", "SELECT format, directory, extra FROM maillocation JOIN mailboxformat USING (fid)"),
        ("mailboxformat", "SELECT format FROM mailboxformat"),
        ("service_set", "SELECT smtp, pop3, imap, sieve FROM service_set"),
        ("vmm_domain_info", "SELECT gid, accounts, aliases, relocated, aliasdomains, catchall FROM vmm_domain_info"),
        ("postfix_gid", "SELECT gid AS gid, domainname FROM postfix_gid"),
    ];

    public static async Task<List<string>> AnswersAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<string> localParts,
        IReadOnlyCollection<string> domains,
        Names names
    )
    {
        var facts = new List<string>();
        foreach (var (name, columns) in Functions)
        {
            var sql = $"""
                SELECT l || '@' || d AS asked, {string.Join(", ", columns.Select(c => "f." + c))}
                  FROM unnest(@parts) AS l CROSS JOIN unnest(@domains) AS d CROSS JOIN LATERAL {name}(l, d) AS f
                """;
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddWithValue("parts", localParts.ToArray());
            command.Parameters.AddWithValue("domains", domains.ToArray());
            facts.AddRange((await ReadAsync(command, names)).Select(row => $"answer {name} {row}"));
        }

        return facts;
    }

    public static async Task<List<string>> RowsAsync(NpgsqlConnection connection, Names names)
    {
        var facts = new List<string>();
        foreach (var (table, sql) in Tables)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            facts.AddRange((await ReadAsync(command, names)).Select(row => $"row {table} {row}"));
        }

        return facts;
    }

    /// <summary>
    /// Type, mode, owner, group and path of everything below the base, and what is in the files. How many first levels there are is
    /// chance.
    /// </summary>
    public static async Task<List<string>> TreeAsync(string baseDirectory, Names names)
    {
        var found = (await Run.ProgramAsync("find", [baseDirectory, "-printf", "%y %m %U %G %p\n"])).Succeeded();
        var facts = new HashSet<string>();
        foreach (var parts in found.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', 5)))
        {
            var path = FirstLevel().Replace(names.Paths(parts[4] + "/").TrimEnd('/'), "BASE/?");
            facts.Add($"tree {parts[0]} {parts[1]} {names.Account(parts[2])}:{names.Domain(parts[3])} {path}");
            if (parts[0] == "f")
            {
                // The order of the lines is chance in 0.7.
                facts.Add(
                    $"file {path}: {string.Join(' ', (await File.ReadAllLinesAsync(parts[4])).Order(StringComparer.Ordinal))}"
                );
            }
        }

        return [.. facts];
    }

    private static async Task<List<string>> ReadAsync(NpgsqlCommand command, Names names)
    {
        var rows = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(
                string.Join(
                    '|',
                    Enumerable
                        .Range(0, reader.FieldCount)
                        .Select(i => Value(reader.GetName(i), reader.IsDBNull(i) ? "NULL" : $"{reader.GetValue(i)}", names))
                )
            );
        }

        return rows;
    }

    private static string Value(string column, string value, Names names) =>
        column switch
        {
            "uid" => names.Account(value),
            "gid" => names.Domain(value),
            "domaindir" or "home" or "maildir" => names.Paths(value),
            "password" or "passwd" => Salted().Replace(value, "$1..."),
            _ => value,
        };

    /// <summary>Hashes with a salt of their own: only the scheme can be compared.</summary>
    [GeneratedRegex(
        @"^(\{(?:SHA512-CRYPT|SHA256-CRYPT|MD5-CRYPT|MD5|BLF-CRYPT|CRYPT|SMD5|SSHA|SSHA256|SSHA512)"
            + @"(?:\.[A-Z0-9]+)?\}(?:\$[0-9a-z]+\$)?).*"
    )]
    private static partial Regex Salted();

    [GeneratedRegex("BASE/[0-9a-z]$")]
    private static partial Regex FirstLevel();
}
