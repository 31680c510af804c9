namespace Vmm.Tests.Predecessor;

/// <summary>
/// One of the two programs with its database and its directories, and what was seen of it: facts, each a line of text.
/// </summary>
internal sealed class Side(PostgresCluster cluster, string database, string baseDirectory, Func<string[], Task<Outcome>> run)
{
    private readonly Names names = new(baseDirectory);

    public List<string> Facts { get; } = [];

    public string Database => database;

    public string Base => baseDirectory;

    public Names Names => names;

    public async Task PlayAsync(IEnumerable<string> commands)
    {
        await using var connection = await cluster.OpenAsync(database);
        foreach (var command in commands)
        {
            var outcome = await run([.. CommandLine.Split(command).Select(names.Resolve)]);
            await names.LearnAsync(connection);
            Facts.AddRange(Text.Facts(command, outcome, names));
        }
    }

    /// <summary>The answers, rows and directories after the commands. Both sides are asked for the same addresses.</summary>
    public async Task LookAsync(IReadOnlyCollection<string> localParts, IReadOnlyCollection<string> domains)
    {
        await using var connection = await cluster.OpenAsync(database);
        Facts.AddRange(await State.AnswersAsync(connection, localParts, domains, names));
        Facts.AddRange(await State.RowsAsync(connection, names));
        Facts.AddRange(await State.TreeAsync(baseDirectory, names));
    }
}
