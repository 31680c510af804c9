using Npgsql;

namespace Vmm.Tests.Schema;

/// <summary>What vmm_address must hold, told by a plain join of the tables that administrators write to.</summary>
internal static class Keeping
{
    /// <summary>Rows that are missing or too many, and addresses that are two things. None is right.</summary>
    public const string Faults = $"""
        (({Told} EXCEPT {Kept}) UNION ALL ({Kept} EXCEPT {Told}))
        """;

    /// <summary>Addresses that would be two things at once.</summary>
    public const string Doubles = $"SELECT address FROM ({Told}) AS told GROUP BY address HAVING count(*) > 1";

    private const string Kept = "SELECT address::text, gid, local_part::text, kind, uid FROM vmm_address";

    private const string Told = """
        SELECT p.local_part || '@' || n.domainname AS address, n.gid, p.local_part::text, p.kind, p.uid
          FROM domain_name n
          JOIN (SELECT gid, local_part, 'account' AS kind, uid FROM users
                UNION SELECT gid, address, 'alias', NULL FROM alias
                UNION SELECT gid, address, 'relocated', NULL FROM relocated) AS p ON p.gid = n.gid
        """;

    public static async Task ShouldHoldAsync(this PostgresCluster server, string database) =>
        Assert.Empty(await server.QueryAsync(database, Faults));

    /// <summary>Runs a statement; null, or the SQLSTATE of its error.</summary>
    public static async Task<string?> TryAsync(this NpgsqlConnection connection, string sql)
    {
        try
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }
}
