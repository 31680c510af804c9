namespace Vmm.Data.Sql;

/// <summary>A part of the schema.</summary>
/// <param name="Kind">column, constraint, index, trigger, sequence, view or function.</param>
/// <param name="Name">After the name of its table where it belongs to one.</param>
/// <param name="Definition">As the server prints it, without the name of the schema.</param>
internal sealed record SchemaPart(string Kind, string Name, string Definition);

/// <summary>A privilege that a role must have.</summary>
/// <param name="Role">postfix or dovecot.</param>
/// <param name="Right">As in GRANT: SELECT, or SELECT (uid) for one on a column.</param>
/// <param name="On">Table or view.</param>
internal sealed record NeededRight(string Role, string Right, string On);

/// <summary>
/// Compares the schema with sql/create_tables.pgsql. That file is loaded into a second schema of the same transaction, which no
/// other session ever sees, and the same queries read both.
/// </summary>
internal static class SchemaShapeSql
{
    /// <summary>Name of the schema that the file is loaded into.</summary>
    internal const string Model = "vmm_expected";

    /// <summary>Creates that schema, and makes it the place for new tables.</summary>
    internal const string Begin = "CREATE SCHEMA vmm_expected; SET LOCAL search_path TO vmm_expected";

    /// <summary>
    /// Makes a schema the only one that names are looked for in, so that the server prints its objects without its name. The name
    /// cannot be cut out of a text afterwards: it may be a part of it, or an alias in a view.
    /// </summary>
    internal const string EnterSql = "SELECT set_config('search_path', quote_ident($1), true)";

    /// <summary>The schema that the tables are in.</summary>
    internal const string PlaceSql = """
        SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass('users')
        """;

    internal const string PartsSql = """
        WITH relation AS (SELECT oid, relname, relkind FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident($1))),
             part (kind, name, definition) AS (
             SELECT 'column', r.relname || '.' || a.attname,
                    concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'NOT NULL' END,
                              'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid))
               FROM relation r
               JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
               LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
              WHERE r.relkind IN ('r', 'p', 'v', 'c')
             UNION ALL
             SELECT 'constraint', r.relname || '.' || c.conname, pg_get_constraintdef(c.oid)
               FROM relation r JOIN pg_constraint c ON c.conrelid = r.oid
              WHERE c.contype IN ('c', 'f', 'p', 'u', 'x')
             UNION ALL
             SELECT 'index', r.relname,
                    pg_get_indexdef(i.indexrelid, 0, true) || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END
               FROM relation r JOIN pg_index i ON i.indexrelid = r.oid
              WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = r.oid)
             UNION ALL
             SELECT 'trigger', r.relname || '.' || t.tgname,
                    pg_get_triggerdef(t.oid, true) || CASE t.tgenabled WHEN 'O' THEN '' ELSE ' (disabled)' END
               FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid
              WHERE NOT t.tgisinternal
             UNION ALL
             SELECT 'sequence', relname, '' FROM relation WHERE relkind = 'S'
             UNION ALL
             SELECT 'view', relname, pg_get_viewdef(oid) FROM relation WHERE relkind = 'v'
             UNION ALL
             SELECT 'function', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
                    concat_ws(' ', pg_get_function_result(p.oid), l.lanname, p.provolatile, p.proisstrict, p.prosecdef,
                              p.proparallel, p.prorows,
                              (SELECT string_agg(CASE c WHEN 'search_path=' || quote_ident($1) || ', pg_temp' THEN 'search_path'
                                                        ELSE c END, ' ')
                                 FROM unnest(p.proconfig) AS c),
                              md5(p.prosrc))
               FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
              WHERE p.pronamespace = to_regnamespace(quote_ident($1)))
        SELECT kind, name, definition FROM part ORDER BY kind, name
        """;

    /// <summary>
    /// Privileges that the file grants and that the role lacks on the real object: neither the role itself, nor a role that it is a
    /// member of, nor PUBLIC has them.
    /// </summary>
    internal const string MissingRightsSql = """
        SELECT g.role, g.privilege || coalesce(' (' || g.field || ')', ''), g.relname
          FROM (SELECT pg_get_userbyid(x.grantee) AS role, x.privilege_type AS privilege, NULL::name AS field, r.relname
                  FROM pg_class r CROSS JOIN LATERAL aclexplode(r.relacl) AS x
                 WHERE r.relnamespace = to_regnamespace(quote_ident($1)) AND x.grantee <> r.relowner AND x.grantee <> 0
                UNION ALL
                SELECT pg_get_userbyid(x.grantee), x.privilege_type, a.attname, r.relname
                  FROM pg_class r JOIN pg_attribute a ON a.attrelid = r.oid CROSS JOIN LATERAL aclexplode(a.attacl) AS x
                 WHERE r.relnamespace = to_regnamespace(quote_ident($1)) AND x.grantee <> r.relowner AND x.grantee <> 0) AS g
          JOIN pg_class r ON r.relnamespace = to_regnamespace(quote_ident($2)) AND r.relname = g.relname
         WHERE CASE WHEN g.field IS NULL THEN NOT has_table_privilege(g.role, r.oid, g.privilege)
                    ELSE NOT coalesce((SELECT has_column_privilege(g.role, r.oid, a.attnum, g.privilege) FROM pg_attribute a
                                        WHERE a.attrelid = r.oid AND a.attname = g.field AND NOT a.attisdropped), true) END
        UNION ALL
        SELECT r.rolname, 'USAGE', 'SCHEMA ' || quote_ident($2)
          FROM pg_roles r
         WHERE r.rolname IN ('dovecot', 'postfix') AND NOT has_schema_privilege(r.oid, to_regnamespace(quote_ident($2)), 'USAGE')
         ORDER BY 1, 3, 2
        """;

    /// <summary>public, if every role can read the passwords; else postfix, if that role can.</summary>
    internal const string PasswordReadersSql = """
        WITH everybody AS (
            SELECT 'public'::name AS role
             WHERE EXISTS (
                   SELECT FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'passwd'
                    CROSS JOIN LATERAL (SELECT * FROM aclexplode(c.relacl) UNION ALL SELECT * FROM aclexplode(a.attacl)) AS x
                    WHERE c.oid = to_regclass('users') AND x.grantee = 0 AND x.privilege_type = 'SELECT'))
        SELECT role FROM everybody
        UNION ALL
        SELECT rolname FROM pg_roles
         WHERE rolname = 'postfix' AND NOT rolsuper
           AND NOT EXISTS (SELECT FROM everybody)
           AND has_column_privilege(oid, to_regclass('users'), 'passwd', 'SELECT')
        """;

    /// <summary>Repairs that for every role. You run it by hand.</summary>
    internal const string HideFromEverybody = "REVOKE SELECT ON users FROM PUBLIC; REVOKE SELECT (passwd) ON users FROM PUBLIC";

    /// <summary>
    /// The same for postfix. REVOKE on a table also revokes the privileges on its columns, so those are granted again.
    /// </summary>
    internal const string HideFromPostfix =
        "REVOKE SELECT ON users FROM postfix; REVOKE SELECT (passwd) ON users FROM postfix;"
        + " GRANT SELECT (uid, gid, local_part, mid, tid) ON users TO postfix";

    /// <summary>The roles that lookups need and that do not exist.</summary>
    internal const string MissingRolesSql = """
        SELECT r FROM unnest(ARRAY['dovecot', 'postfix']) AS r WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r)
        """;

    /// <summary>
    /// Addresses that vmm_address_forms lacks, has too many of, or holds other answers about than the tables give.
    /// </summary>
    internal const string WrongAddressesSql = """
        SELECT DISTINCT coalesce(e.stored, a.stored)
          FROM (SELECT x AS answer, address, is_stored, coalesce(stored_name, '') AS name,
                       coalesce(local_part || '@' || stored_name, address) COLLATE "C" AS stored
                  FROM vmm_address_expected() AS x) AS e
          FULL JOIN (SELECT x AS answer, address, is_stored, coalesce(stored_name, '') AS name,
                            coalesce(local_part || '@' || stored_name, address) COLLATE "C" AS stored
                       FROM vmm_address_forms AS x) AS a USING (address, is_stored, name)
         WHERE e.answer IS DISTINCT FROM a.answer
         ORDER BY 1
         LIMIT 1000
        """;

    /// <summary>Makes them right, for you to run by hand.</summary>
    internal const string RebuildAddresses = """
        DELETE FROM vmm_address_forms; INSERT INTO vmm_address_forms SELECT * FROM vmm_address_expected()
        """;

    internal static List<string> MissingRoles(Transaction tx) => tx.List(MissingRolesSql, r => r.GetString(0));

    /// <summary>public, where every role can.</summary>
    internal static List<string> PasswordReaders(Transaction tx) => tx.List(PasswordReadersSql, r => r.GetString(0));

    internal static List<string> WrongAddresses(Transaction tx) => tx.List(WrongAddressesSql, r => r.GetString(0));

    /// <summary>Name of the schema that the tables are in.</summary>
    internal static string Place(Transaction tx) => tx.Scalar<string>(PlaceSql) ?? "public";

    /// <summary>Makes the model beside it.</summary>
    internal static void MakeModel(Transaction tx)
    {
        tx.Script(Begin);
        tx.Script(Script());
    }

    /// <summary>The statements of sql/create_tables.pgsql.</summary>
    private static string Script() => string.Join('\n', SqlFile.Lines("create_tables"));

    /// <summary>From then on no table of another schema is found by its name alone.</summary>
    internal static List<SchemaPart> Parts(Transaction tx, string schema)
    {
        _ = tx.Scalar<string>(EnterSql, Parameter.Text(schema));
        return tx.List(PartsSql, r => new SchemaPart(r.GetString(0), r.GetString(1), r.GetString(2)), Parameter.Text(schema));
    }

    internal static List<NeededRight> MissingRights(Transaction tx, string schema) => tx.List(
        MissingRightsSql,
        r => new NeededRight(r.GetString(0), r.GetString(1), r.GetString(2)),
        Parameter.Text(Model),
        Parameter.Text(schema));
}
