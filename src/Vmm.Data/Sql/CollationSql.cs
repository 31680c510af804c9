using Npgsql;

namespace Vmm.Data.Sql;

/// <summary>A collation whose rules are not those any more that indexes were sorted by.</summary>
/// <param name="Name">Of the collation, or of the database.</param>
/// <param name="Recorded">The version that the indexes were sorted by.</param>
/// <param name="Actual">The version that the system has.</param>
/// <param name="Remedy">Statements to run one after the other, none of them together with others.</param>
internal sealed record ChangedCollation(string Name, string Recorded, string Actual, string[] Remedy);

/// <summary>
/// Versions of collations. They change with the C library or ICU, so also when a data directory moves to another system; an index
/// of text then may miss rows.
/// </summary>
internal static class CollationSql
{
    /// <summary>Whether the server records the version of the database's own collation: from PostgreSQL 15 on.</summary>
    internal const string IsRecordedSql = "SELECT to_regprocedure('pg_database_collation_actual_version(oid)') IS NOT NULL";

    /// <summary>For PostgreSQL 15 and later: before, the function in it does not exist.</summary>
    internal const string OfDatabaseSql = """
        SELECT datname::text, datcollversion, pg_database_collation_actual_version(oid),
               format('REINDEX DATABASE %I', datname), format('ALTER DATABASE %I REFRESH COLLATION VERSION', datname)
          FROM pg_database
         WHERE datname = current_database() AND datcollversion <> pg_database_collation_actual_version(oid)
        """;

    /// <summary>Of columns and indexes that have another collation than the database.</summary>
    /// <remarks>MATERIALIZED: there are hundreds of collations, and the system is asked for the version of each.</remarks>
    internal const string OfColumnsSql = """
        WITH used AS MATERIALIZED (
            SELECT DISTINCT a.attcollation AS oid
              FROM pg_class r JOIN pg_attribute a ON a.attrelid = r.oid
             WHERE r.relnamespace = to_regnamespace(quote_ident($1)) AND NOT a.attisdropped),
             versioned AS MATERIALIZED (
            SELECT format('%I.%I', n.nspname, c.collname) AS name, c.collversion, c.oid
              FROM used JOIN pg_collation c USING (oid) JOIN pg_namespace n ON n.oid = c.collnamespace
             WHERE c.collversion IS NOT NULL)
        SELECT name, collversion, pg_collation_actual_version(oid),
               format('REINDEX DATABASE %I', current_database()), format('ALTER COLLATION %s REFRESH VERSION', name)
          FROM versioned
         WHERE collversion <> pg_collation_actual_version(oid)
         ORDER BY name
        """;

    /// <summary>Those that what is in a schema depends on.</summary>
    internal static List<ChangedCollation> Changed(Transaction tx, string schema) =>
    [
        .. tx.Scalar<bool>(IsRecordedSql) ? tx.List(OfDatabaseSql, Read) : [],
        .. tx.List(OfColumnsSql, Read, Parameter.Text(schema)),
    ];

    private static ChangedCollation Read(NpgsqlDataReader r) =>
        new(r.GetString(0), r.GetString(1), r.GetString(2), [r.GetString(3), r.GetString(4)]);
}
