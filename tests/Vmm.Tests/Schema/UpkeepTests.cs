using CsCheck;
using Npgsql;

namespace Vmm.Tests.Schema;

/// <summary>
/// vmm_address is always what a plain join of the tables tells, whatever administrators write, and refuses only what makes an
/// address two things.
/// </summary>
public sealed class UpkeepTests(PostgresCluster server)
{
    private const string Domains = """
        INSERT INTO domain_data (gid, domaindir) VALUES (1, '/1'), (2, '/2'), (3, '/3');
        INSERT INTO domain_name VALUES ('n1.example', 1, true), ('n2.example', 2, true), ('n3.example', 1, false);
        INSERT INTO maillocation (fid, directory) VALUES (2, 'mdbox'), (3, 'sdbox');
        INSERT INTO quotalimit (bytes) VALUES (1000), (2000);
        INSERT INTO transport (transport) VALUES ('virtual:'), ('smtp:')
        """;

    private static readonly Gen<string> Gid = Pick.From("1", "2", "3");

    // A column of an account that is the number of a choice; there are three of each, and more sets of services.
    private static readonly Gen<string> Choice = Pick.From("mid", "qid", "ssid", "tid");

    private static readonly Gen<string> Part = Pick.From("a", "b", "c", "d");
    private static readonly Gen<string> Name = Pick.From("n1.example", "n2.example", "n3.example", "n4.example");
    private static readonly Gen<string> Destination = Pick.From("x@example.org", "y@example.org", "z@example.org");
    private static readonly Gen<string> Conflict = Pick.From("", "", " ON CONFLICT DO NOTHING");

    private static readonly Gen<string> Suspended = Pick.From(
        "suspended = 'refuse', suspended_text = 'a'",
        "suspended = 'defer', suspended_until = '2099-01-01'",
        "suspended = 'nologin'",
        "suspended = NULL, suspended_until = NULL, suspended_text = NULL");

    // Some rows of a table, chosen by what all three tables of addresses have.
    private static readonly Gen<string> Some = Gen.OneOf(
        Gid.Select(g => $" WHERE gid = {g}"),
        Gid.Select(g => $" WHERE gid <> {g}"),
        Gen.Const("")
    );

    private static readonly Gen<string> Users = Gen.OneOf(
        Gen.Select(Rows(Gid, Part, (g, p) => $"('{p}', 'x', {g})"), Conflict, (r, c) =>
            $"INSERT INTO users (local_part, passwd, gid) VALUES {r}{c}"
        ),
        Gen.Select(Part, Gid, Part, (p, g, q) => $"""
                INSERT INTO users (local_part, passwd, gid) VALUES ('{p}', 'x', {g}), ('e', 'x', {g})
                  ON CONFLICT (local_part, gid) DO UPDATE SET local_part = '{q}'
                """),
        Gen.Select(Part, Part, Some, (p, q, w) => $"UPDATE users SET local_part = replace(local_part, '{p}', '{q}'){w}"),
        Some.Select(w => $"UPDATE users SET local_part = translate(local_part, 'abcd', 'bcda'){w}"),
        Gen.Select(Gid, Some, (g, w) => $"UPDATE users SET gid = {g}{w}"),
        Some.Select(w => $"UPDATE users SET uid = uid + 1000, passwd = 'y'{w}"),
        Gen.Select(Choice, Gid, Some, (c, n, w) => $"UPDATE users SET {c} = {n}{w}"),
        Gen.Select(Some, Part, (w, p) => $"DELETE FROM users WHERE ctid IN (SELECT ctid FROM users{w}) AND local_part >= '{p}'"),
        Gen.Select(Suspended, Some, (t, w) => $"UPDATE users SET {t}{w}"),
        Part.Select(p =>
            $"WITH gone AS (DELETE FROM users WHERE local_part = '{p}' RETURNING gid, local_part) INSERT INTO alias SELECT *, "
                + "'x@example.org' FROM gone"
        ),
        Gen.Const("TRUNCATE users CASCADE")
    );

    private static readonly Gen<string> Aliases = Gen.OneOf(
        Gen.Select(Rows(Gid, Part, Destination, (g, p, d) => $"({g}, '{p}', '{d}')"), Conflict, (r, c) =>
            $"INSERT INTO alias VALUES {r}{c}"
        ),
        Gen.Select(Destination, Destination, (d, e) => $"UPDATE alias SET destination = '{e}' WHERE destination = '{d}'"),
        Gen.Select(Part, Part, Some, (p, q, w) => $"UPDATE alias SET address = replace(address, '{p}', '{q}'){w}"),
        Gen.Select(Gid, Some, (g, w) => $"UPDATE alias SET gid = {g}{w}"),
        Destination.Select(d => $"DELETE FROM alias WHERE destination = '{d}'"),
        Gen.Select(Part, Gid, (p, g) => $"DELETE FROM alias WHERE address = '{p}' AND gid = {g}"),
        Gen.Const("TRUNCATE alias")
    );

    private static readonly Gen<string> Relocated = Gen.OneOf(
        Gen.Select(Rows(Gid, Part, (g, p) => $"({g}, '{p}', 'x@example.org')"), Conflict, (r, c) =>
            $"INSERT INTO relocated VALUES {r}{c}"
        ),
        Gen.Select(Gid, Part, (g, p) =>
            $"INSERT INTO relocated VALUES ({g}, '{p}', 'y@example.org') ON CONFLICT (gid, address) DO UPDATE SET destination = 'z'"
        ),
        Gen.Select(Part, Part, Some, (p, q, w) => $"UPDATE relocated SET address = replace(address, '{p}', '{q}'){w}"),
        Gen.Select(Gid, Some, (g, w) => $"UPDATE relocated SET gid = {g}{w}"),
        Part.Select(p => $"DELETE FROM relocated WHERE address = '{p}'"),
        Gen.Const("TRUNCATE relocated"));

    private static readonly Gen<string> Names = Gen.OneOf(
        Gen.Select(Rows(Gid, Name, (g, n) => $"('{n}', {g}, false)"), Conflict, (r, c) => $"INSERT INTO domain_name VALUES {r}{c}"),
        Gen.Select(Name, Gid, (n, g) => $"UPDATE domain_name SET gid = {g} WHERE domainname = '{n}'"),
        Gen.Select(Name, Name, (n, m) => $"UPDATE domain_name SET domainname = '{m}' WHERE domainname = '{n}'"),
        Gen.Const("UPDATE domain_name SET gid = 3 - gid, is_primary = false WHERE gid < 3"),
        Gen.Const("UPDATE domain_name SET domainname = 'x' || domainname"),
        Name.Select(n => $"INSERT INTO domain_name VALUES ('{n}', 3, false) ON CONFLICT (domainname) DO UPDATE SET gid = 3"),
        Name.Select(n => $"DELETE FROM domain_name WHERE domainname = '{n}'"),
        Gen.Const("DELETE FROM domain_name WHERE NOT is_primary"),
        Gen.Const("TRUNCATE domain_name"));

    private static readonly Gen<string> Statement = Gen.Frequency((4, Users), (4, Aliases), (2, Relocated), (3, Names));

    [Fact]
    public async Task the_row_of_an_address_is_there_after_any_sequence_of_changes()
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", Domains);
        await using var connection = await server.OpenAsync(database, "postgres");
        var succeeded = 0;
        await Statement.Array[4, 16].SampleAsync(
            async statements =>
            {
                await using var transaction = await connection.BeginTransactionAsync();
                foreach (var statement in statements)
                {
                    succeeded += await StepAsync(connection, statement) ? 1 : 0;
                }
            },
            iter: 300, threads: 1);
        Assert.InRange(succeeded, 500, int.MaxValue);
    }

    /// <summary>Each alone: a change of several at once would hide that one of them is not looked at.</summary>
    [Theory]
    [InlineData("mid")]
    [InlineData("qid")]
    [InlineData("ssid")]
    [InlineData("tid")]
    public async Task a_choice_that_changes_alone_is_in_the_answers(string column)
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "vmm", Domains);
        await server.ExecuteAsync(database, "vmm", "INSERT INTO users (local_part, passwd, gid) VALUES ('a', 'x', 1)");
        await server.ExecuteAsync(database, "vmm", $"UPDATE users SET {column} = 2");
        await server.ShouldHoldAsync(database);
    }

    /// <summary>One statement; what fails is taken back. A refusal by the key of addresses must be deserved.</summary>
    private static async Task<bool> StepAsync(NpgsqlConnection connection, string statement)
    {
        try
        {
            // In one message: the way to the server and back is what this test spends its time on.
            Assert.Empty(await PostgresCluster.ListAsync(connection, $"SAVEPOINT s; {statement}; {Keeping.Faults}"));
            return true;
        }
        catch (PostgresException e) when (e.SqlState is "23505" or "23503" or "21000")
        {
            Assert.Null(await connection.TryAsync("ROLLBACK TO s"));
            if (e.ConstraintName == "vmm_address_pkey")
            {
                Assert.Null(await connection.TryAsync("SET LOCAL session_replication_role = replica"));
                Assert.Null(await connection.TryAsync(statement));
                Assert.NotEmpty(await PostgresCluster.ListAsync(connection, Keeping.Doubles));
                Assert.Null(await connection.TryAsync("ROLLBACK TO s"));
            }

            return false;
        }
    }

    private static Gen<string> Rows<T1, T2>(Gen<T1> first, Gen<T2> second, Func<T1, T2, string> row) =>
        Gen.Select(first, second, row).Array[1, 4].Select(rows => string.Join(", ", rows));

    private static Gen<string> Rows<T1, T2, T3>(Gen<T1> first, Gen<T2> second, Gen<T3> third, Func<T1, T2, T3, string> row) =>
        Gen.Select(first, second, third, row).Array[1, 4].Select(rows => string.Join(", ", rows));
}
