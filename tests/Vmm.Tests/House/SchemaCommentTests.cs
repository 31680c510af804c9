namespace Vmm.Tests.House;

/// <summary>The schema explains itself to <c>\d+</c> and <c>\df+</c>, and its files keep to the width of a line.</summary>
public sealed class SchemaCommentTests(PostgresCluster cluster)
{
    [Fact]
    public async Task every_table_view_and_function_has_a_comment() =>
        Assert.Empty(
            await cluster.QueryAsync(
                PostgresCluster.SchemaDatabase,
                """
                SELECT relname FROM pg_class
                 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')
                   AND obj_description(oid, 'pg_class') IS NULL
                UNION ALL
                SELECT oid::regprocedure::text FROM pg_proc
                  WHERE pronamespace = 'public'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
                """
            )
        );

    /// <summary>
    /// Of a table or view that vmm 0.7 does not know every column; of the others the short names, which are numbers of rows
    /// elsewhere, and what holds something else than its name says.
    /// </summary>
    [Fact]
    public async Task every_column_that_does_not_say_what_it_is_has_a_comment() =>
        Assert.Empty(
            await cluster.QueryAsync(
                PostgresCluster.SchemaDatabase,
                """
                SELECT c.relname || '.' || a.attname
                  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
                   AND col_description(c.oid, a.attnum) IS NULL
                   AND (c.relname LIKE 'vmm\_%'
                        OR c.relname IN ('users', 'domain_data')
                          AND a.attname IN ('uid', 'mid', 'qid', 'ssid', 'tid', 'passwd', 'domaindir')
                        OR c.relname IN ('alias', 'relocated') AND a.attname = 'address')
                """
            )
        );

    [Fact]
    public void no_line_of_the_schema_is_longer_than_132_columns() =>
        Assert.Empty(
            from path in Directory.GetFiles(Repository.PathOf("sql"))
            from line in File.ReadLines(path).Select((text, i) => (Text: text, Number: i + 1))
            where line.Text.Length > 132
            select $"{Path.GetFileName(path)}:{line.Number}"
        );

    /// <summary>What stands once cannot differ: the steps and the new installation read the same file, and its parts.</summary>
    [Fact]
    public void functions_triggers_and_views_of_the_schema_stand_once()
    {
        foreach (var file in (string[])["create_tables", "upgrade_0.7-0.8"])
        {
            var lines = File.ReadAllLines(Repository.PathOf("sql", file + ".pgsql"));
            Assert.Contains(@"\ir objects.pgsql", lines);
            Assert.DoesNotContain(lines, l => l.StartsWith("CREATE", StringComparison.Ordinal)
                && !l.Contains("pg_temp.", StringComparison.Ordinal)
                && new[] { " FUNCTION ", " TRIGGER ", " VIEW " }.Any(kind => l.Contains(kind, StringComparison.Ordinal)));
        }
    }
}
