using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;

namespace Vmm.Tests.House;

/// <summary>SQL is constant text in one room, and the schema knows every word of it.</summary>
public partial class SqlTests(PostgresCluster cluster)
{
    private static IReadOnlyList<(string Name, string Text)> Statements { get; } =
    [
        .. from type in typeof(Transaction).Assembly.GetTypes()
        where type.Namespace == "Vmm.Data.Sql"
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        where field.IsLiteral && field.FieldType == typeof(string)
        select ($"{type.Name}.{field.Name}", (string)field.GetRawConstantValue()!),
    ];

    [Fact]
    public async Task every_statement_prepares_against_the_schema()
    {
        Assert.True(Statements.Count > 30, $"only {Statements.Count} statements were found");
        await using var connection = await cluster.OpenAsync(PostgresCluster.SchemaDatabase);
        var failures = new List<string>();
        foreach (
            var (name, text) in Statements.Where(s =>
                IsStatement(s.Text) && !s.Text.StartsWith("BEGIN ", StringComparison.Ordinal) && s.Text != "COMMIT"
            )
        )
        {
            try
            {
                await using var command = new NpgsqlCommand($"PREPARE p AS {text}; DEALLOCATE p", connection);
                await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }
            catch (PostgresException e)
            {
                failures.Add($"{name}: {e.MessageText}");
            }
        }

        Assert.Empty(failures);
    }

    [Fact]
    public void what_is_no_statement_among_the_constants_is_known() =>
        Assert.Equal(
            [
                "AccountSql.CopySql",
                "AddressSql.NameTable",
                "AddressSql.NamesFromStart",
                "AddressSql.OfPage",
                "AliasSql.CopySql",
                "CatchAllSql.CopySql",
                "DomainBatchSql.CopyDataSql",
                "DomainBatchSql.CopyNamesSql",
                "JournalSql.Change",
                "JournalSql.Entry",
                "JournalSql.FirstMatching",
                "JournalSql.When",
                "PasswordSql.Kind",
                "PasswordSql.Prefix",
                "PasswordSql.Scheme",
                "PruneSql.IsOld",
                "QuotaSql.AccountsWithLimits",
                "QuotaSql.Columns",
                "QuotaSql.FullestFirst",
                "QuotaSql.UsedPercent",
                "SchemaShapeSql.Begin",
                "SchemaShapeSql.HideFromEverybody",
                "SchemaShapeSql.HideFromPostfix",
                "SchemaShapeSql.Model",
                "SuspensionSql.InForce",
                "SuspensionSql.ModeNow",
                "UndoObstacleSql.ChangedLater",
                "UndoObstacleSql.LatestAt",
                "UndoObstacleSql.Name",
                "UndoObstacleSql.NoChoice",
                "UndoObstacleSql.NoDomain",
                "UndoObstacleSql.NoPassword",
                "UndoObstacleSql.NotEmpty",
                "UndoObstacleSql.NotOurs",
                "UndoObstacleSql.Old",
                "UndoObstacleSql.Taken",
                "UndoSenderSql.NoAccount",
                "UndoSql.Choices",
                "UndoSql.Columns",
                "UndoSql.GoneAccounts",
                "UndoSql.OfAccounts",
                "UndoSql.Secret",
                "UndoSql.SecretTime",
                "UndoSuspensionSql.Back",
                "UndoSuspensionSql.Before",
                "UndoSuspensionSql.Columns",
                "UndoSuspensionSql.IsChanged",
                "UndoSuspensionSql.IsChangedSince",
            ],
            Statements.Where(s => !IsStatement(s.Text)).Select(s => s.Name).Order(StringComparer.Ordinal)
        );

    [Fact]
    public void sql_stands_in_its_room_only()
    {
        var places = from file in Source.Code
                     where !file.Path.StartsWith("src/Vmm.Data/Sql/", StringComparison.Ordinal)
                     from line in file.Lines
                     where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && SqlText().IsMatch(line)
                     select $"{file.Path}: {line.Trim()}";
        Assert.Empty(places);
    }

    [Fact]
    public void sql_is_never_put_together()
    {
        var places =
            from file in Source.Code
            where file.Path.StartsWith("src/Vmm.Data/Sql/", StringComparison.Ordinal)
            from line in file.Lines.Select((text, i) => (Text: text, Number: i + 1))
            where PutTogether().IsMatch(line.Text)
            select $"{file.Path}:{line.Number}: {line.Text.Trim()}";
        Assert.Empty(places);
        // Only Transaction makes commands, and it is handed constants.
        Assert.Equal(
            ["src/Vmm.Data/Transaction.cs"],
            Source.FilesWith("new NpgsqlCommand(").Concat(Source.FilesWith(".CommandText")).Distinct()
        );
    }

    private static bool IsStatement(string text) => Statement().IsMatch(text);

    [GeneratedRegex(@"\A\s*(SELECT|INSERT|UPDATE|DELETE|WITH|BEGIN|COMMIT|LOCK|SET|TABLE)\b")]
    private static partial Regex Statement();

    [GeneratedRegex(
        """
            "\s*(SELECT|INSERT\ INTO|UPDATE|DELETE\ FROM|WITH|TRUNCATE|CREATE|ALTER|DROP|BEGIN|COMMIT|ROLLBACK|LOCK\ TABLE)\s
            |^\s*(SELECT|INSERT\ INTO|DELETE\ FROM|UPDATE\ \w+\ SET)\s
            """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex SqlText();

    /// <summary>An interpolated or concatenated text that begins as a statement; errors there are interpolated too.</summary>
    [GeneratedRegex("""
        \$"+\s*(SELECT|INSERT|UPDATE|DELETE|WITH|LOCK)\s|"\s*\+\s*\w|\w\s*\+\s*"
        """)]
    private static partial Regex PutTogether();
}
