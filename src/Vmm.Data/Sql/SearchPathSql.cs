namespace Vmm.Data.Sql;

/// <summary>A role that does not find the functions for its lookups.</summary>
/// <param name="Role">postfix or dovecot.</param>
/// <param name="Path">Its search_path in this database.</param>
/// <param name="Remedy">The statement that leads it there.</param>
internal sealed record HiddenLookups(string Role, string Path, string Remedy);

/// <summary>
/// Where the sessions of postfix and dovecot look for the functions, which their queries name without a schema. The role of vmm may
/// well have another search_path: "$user" is another schema for each.
/// </summary>
internal static class SearchPathSql
{
    /// <summary>
    /// The search_path that each role gets in this database, the same with its own name for "$user", and a statement that puts the
    /// schema in front of it. The server's own default is known only while vmm's role has no other one.
    /// </summary>
    internal const string PathsSql = """
        WITH chosen AS (
            SELECT s.setdatabase, s.setrole, substr(c, strpos(c, '=') + 1) AS path
              FROM pg_db_role_setting s
              JOIN pg_database d ON d.datname = current_database() AND s.setdatabase IN (0, d.oid)
             CROSS JOIN LATERAL unnest(s.setconfig) AS c
             WHERE starts_with(c, 'search_path=')),
             usual AS (
            SELECT CASE WHEN EXISTS (SELECT FROM chosen c JOIN pg_roles r ON r.oid = c.setrole WHERE r.rolname = session_user)
                        THEN boot_val ELSE reset_val END AS path
              FROM pg_settings WHERE name = 'search_path'),
             given AS (
            SELECT r.rolname,
                   coalesce((SELECT c.path FROM chosen c WHERE c.setrole IN (0, r.oid)
                              ORDER BY c.setrole = 0, c.setdatabase = 0 LIMIT 1), (SELECT path FROM usual)) AS path
              FROM pg_roles r
             WHERE r.rolname IN ('dovecot', 'postfix'))
        SELECT rolname::text, path, regexp_replace(path, '"?[$]user"?', quote_ident(rolname), 'g'),
               format('ALTER ROLE %I IN DATABASE %I SET search_path = %s', rolname, current_database(), concat_ws(
                   ', ', quote_ident($1), nullif(nullif(regexp_replace(path, '"?[$]user"?', '"$user"', 'g'), '""'), '')))
          FROM given
         ORDER BY rolname
        """;

    /// <summary>Looks for names where another session does.</summary>
    internal const string FollowSql = "SELECT set_config('search_path', $1, true)";

    /// <summary>The functions of a role that are not found from there, or others of the same name before them.</summary>
    internal const string HiddenSql = """
        SELECT count(*) FROM pg_proc
         WHERE pronamespace = to_regnamespace(quote_ident($1)) AND starts_with(proname::text, $2)
           AND NOT pg_function_is_visible(oid)
        """;

    /// <summary>The last thing in a transaction: afterwards names are looked for elsewhere.</summary>
    internal static List<HiddenLookups> Hidden(Transaction tx, string schema)
    {
        var roles = tx.List(
            PathsSql,
            r => (Lookups: new HiddenLookups(r.GetString(0), r.GetString(1), r.GetString(3)), Path: r.GetString(2)),
            Parameter.Text(schema));
        return [.. roles.Where(role => IsHidden(tx, schema, role.Lookups.Role, role.Path)).Select(role => role.Lookups)];
    }

    private static bool IsHidden(Transaction tx, string schema, string role, string path)
    {
        _ = tx.Scalar<string>(FollowSql, Parameter.Text(path));
        return tx.Scalar<long>(HiddenSql, Parameter.Text(schema), Parameter.Text(role)) > 0;
    }
}
