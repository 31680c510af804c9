namespace Vmm.Data.Sql.Upgrade;

/// <summary>A privilege that a role would lose.</summary>
/// <param name="Role">Name of the role, or PUBLIC.</param>
/// <param name="Privilege">As in GRANT, with the column for a privilege on a column: SELECT (home).</param>
/// <param name="On">Table, view, sequence, function or type.</param>
/// <param name="WithOption">Whether the role could grant it to others.</param>
internal sealed record LostPrivilege(string Role, string Privilege, string On, bool WithOption);

/// <summary>The privileges on the objects in the schema of the tables, before and after the upgrade.</summary>
internal static class PrivilegesSql
{
    /// <summary>
    /// One row for each privilege, including those that an owner and PUBLIC have without a GRANT. For a privilege on a column,
    /// field is its name.
    /// </summary>
    internal const string Create = """
        CREATE TEMP VIEW vmm_privileges AS
        SELECT o.kind, o.name, o.field, coalesce(pg_get_userbyid(nullif(x.grantee, 0))::text, 'PUBLIC') AS role,
               x.privilege_type AS privilege, bool_or(x.is_grantable) AS with_option
          FROM (SELECT 'relation' AS kind, c.oid::regclass::text AS name, '' AS field,
                       coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)) AS acl
                  FROM pg_class c
                 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
                UNION ALL
                SELECT 'relation', c.oid::regclass::text, a.attname, a.attacl
                  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                   AND NOT a.attisdropped
                UNION ALL
                SELECT 'function', p.oid::regprocedure::text, '', coalesce(p.proacl, acldefault('f', p.proowner))
                  FROM pg_proc p
                 WHERE p.pronamespace = current_schema()::regnamespace
                UNION ALL
                SELECT 'type', t.oid::regtype::text, '', coalesce(t.typacl, acldefault('T', t.typowner))
                  FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
                 WHERE t.typnamespace = current_schema()::regnamespace AND (c.relkind = 'c' OR t.typtype IN ('d', 'e', 'r'))) AS o
         CROSS JOIN LATERAL aclexplode(o.acl) AS x
         GROUP BY 1, 2, 3, 4, 5
        """;

    internal const string Before = "CREATE TEMP TABLE vmm_privileges_before ON COMMIT DROP AS SELECT * FROM pg_temp.vmm_privileges";

    /// <summary>
    /// Lost privileges on objects and columns that still exist by the same name.
    /// A privilege on a whole table counts for each of its columns.
    /// </summary>
    internal const string LostSql = """
        SELECT b.role, b.privilege || CASE b.field WHEN '' THEN '' ELSE format(' (%s)', b.field) END, b.name, b.with_option
          FROM pg_temp.vmm_privileges_before b
         WHERE CASE b.kind
                   WHEN 'function' THEN to_regprocedure(b.name) IS NOT NULL
                   WHEN 'type' THEN to_regtype(b.name) IS NOT NULL
                   ELSE EXISTS (SELECT FROM pg_attribute a
                                 WHERE a.attrelid = to_regclass(b.name)
                                   AND (b.field = '' OR a.attname = b.field AND NOT a.attisdropped))
               END
           AND NOT EXISTS (
               SELECT FROM pg_temp.vmm_privileges a
                WHERE (a.kind, a.name, a.role, a.privilege) = (b.kind, b.name, b.role, b.privilege)
                  AND a.field IN ('', b.field) AND a.with_option >= b.with_option)
         ORDER BY 1, 3, 2
         LIMIT 20
        """;

    /// <summary>A temporary view would live on after the transaction.</summary>
    internal const string Drop = "DROP VIEW pg_temp.vmm_privileges";

    /// <summary>Records the privileges before the steps.</summary>
    internal static void Remember(Transaction tx)
    {
        tx.Script(Create);
        tx.Script(Before);
    }

    /// <summary>Drops what <see cref="Remember"/> made.</summary>
    internal static void Forget(Transaction tx) => tx.Script(Drop);

    internal static List<LostPrivilege> Lost(Transaction tx) =>
        tx.List(LostSql, r => new LostPrivilege(r.GetString(0), r.GetString(1), r.GetString(2), r.GetBoolean(3)));
}
