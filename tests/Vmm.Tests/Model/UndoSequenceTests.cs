using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;

namespace Vmm.Tests.Model;

/// <summary>
/// Random commands, of which about half are undone in a random order: what is left is what the others do alone. Then all others are
/// undone, each as the hints of its refusals say: nothing is left.
/// </summary>
[Slow]
public sealed partial class UndoSequenceTests(PostgresCluster cluster)
{
    /// <summary>Of what an alias domain names another command may mean another object than without it.</summary>
    private static readonly Gen<Operation> Any = Operation.Any.Where(o =>
        !o.Command.Contains("--delete-directory", StringComparison.Ordinal)
        // It stores what comes of the domain's services, and would store something else.
        && !o.Command.StartsWith("domainservices", StringComparison.Ordinal)
        && (o.Command.StartsWith("aliasdomain", StringComparison.Ordinal)
            || !Universe.AliasDomains.Any(n => o.Command.Contains(n, StringComparison.Ordinal))));

    private static readonly Gen<Step[]> Sequence = Gen.Select(
        Gen.Select(Any, Gen.Int[0, 999], (o, rank) => new Step(o, rank)).Array[3, 9],
        Gen.Int[0, 999],
        Gen.Int[0, 999],
        (then, first, second) => (Step[])
        [
            new(Operation.DomainAdd(Universe.Domains[0]), first), new(Operation.DomainAdd(Universe.Domains[1]), second), .. then,
        ]);

    // For a long search: VMM_TEST_SEQUENCES=100000.
    private static readonly int Sequences = int.Parse(
        Environment.GetEnvironmentVariable("VMM_TEST_SEQUENCES") ?? "400", CultureInfo.InvariantCulture);

    private int compared;
    private int undone;

    [Fact]
    public async Task what_is_not_undone_is_as_if_the_rest_had_never_been()
    {
        await SequenceSearch.RunAsync(cluster, "trash", Sequence, Sequences, DifferenceAsync);
        TestContext.Current.TestOutputHelper?.WriteLine($"{undone} undone, {compared} of {Sequences} sequences compared");
        Assert.True(compared > Sequences * 8 / 10 && undone > Sequences, $"{undone} undone, {compared} compared");
    }

    private async Task<string?> DifferenceAsync(RealInstallation real, IReadOnlyList<Step> steps)
    {
        await real.BecomeEmptyAsync();
        var named = steps.SelectMany(s => s.Operation.Addresses).ToList();
        var history = new History(real);
        foreach (var step in steps)
        {
            await history.DoAsync(step);
        }

        foreach (var (step, change) in history.Active.Where(d => d.Step.Rank % 2 == 0).OrderBy(d => d.Step.Rank).ToList())
        {
            if (await history.UndoAsync([change]) is { } refused && !IsExpected(refused))
            {
                return $"undo of '{step}': {refused.Message}";
            }
        }

        Interlocked.Add(ref undone, history.Undone);
        if (!history.IsRepeated && Model(history.Active.Select(d => d.Step.Operation)) is { } model)
        {
            Interlocked.Increment(ref compared);
            if (await CompareAsync(real, model, named) is { } difference)
            {
                return $"undone: {string.Join("; ", history.Told)}\n{difference}";
            }
        }

        return await UndoAllAsync(history) ?? await CompareAsync(real, new MailModel(), named);
    }

    /// <summary>The latest first.</summary>
    private static async Task<string?> UndoAllAsync(History history)
    {
        for (var rounds = 0; history.Active.Any(); rounds++)
        {
            var isBetter = false;
            foreach (var (step, change) in history.Active.Reverse().ToList())
            {
                long[] changes = [change];
                var refused = await history.UndoAsync(changes);
                while (refused?.Hint is { } hint && Advice().Match(hint) is { Success: true } advice)
                {
                    long[] more = [.. advice.Groups[1].Value.Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
                    if (more.Length <= changes.Length)
                    {
                        return $"the hint does not lead on: {refused.Message}; {hint}";
                    }

                    changes = more;
                    refused = await history.UndoAsync(changes);
                }

                if (refused is not null && !IsExpected(refused))
                {
                    return $"undo of '{step}': {refused.Message}; {refused.Hint}";
                }

                isBetter |= refused is null;
            }

            if (!isBetter || rounds > 20)
            {
                return $"not all can be undone: {string.Join("; ", history.Active)}\nundone: {string.Join("; ", history.Told)}";
            }
        }

        return null;
    }

    private static bool IsExpected(VmmException refused) => refused.Code is ErrorCode.NotUndone or ErrorCode.AliasLoop;

    private static async Task<string?> CompareAsync(RealInstallation real, MailModel model, List<string> named)
    {
        var accounts = model.Domains.Values.Sum(d => d.Accounts.Count);
        List<string> expected = [$"homes {accounts}", .. ModelState.Of(model, named).Skip(1)];
        var found = await real.StateAsync(named);
        return found.SequenceEqual(expected) ? null
            : $"the model says\n{string.Join('\n', expected.Except(found))}\nvmm says\n{string.Join('\n', found.Except(expected))}";
    }

    /// <summary>
    /// What the commands do alone; null where one of them would be refused, as a useradd of an address of which an earlier deletion
    /// is undone.
    /// </summary>
    private static MailModel? Model(IEnumerable<Operation> operations)
    {
        var model = new MailModel();
        try
        {
            foreach (var operation in operations)
            {
                operation.Expected(model);
            }

            return model;
        }
        catch (Refusal)
        {
            return null;
        }
    }

    [GeneratedRegex("'vmm undo ([0-9 ]+)'")]
    private static partial Regex Advice();

    /// <summary>A command, and its place among those that are undone.</summary>
    private sealed record Step(Operation Operation, int Rank)
    {
        public override string ToString() => $"{Operation} [{Rank}]";
    }

    /// <summary>Which commands are in force.</summary>
    private sealed class History(RealInstallation real)
    {
        private readonly SortedDictionary<long, Step> all = [];
        private readonly SortedDictionary<long, long[]> undos = [];

        public IEnumerable<(Step Step, long Change)> Active =>
            all.Where(a => !IsUndone(a.Key)).Select(a => (a.Value, a.Key));

        /// <summary>
        /// Whether one of those in force says again what one says that is undone. It changed nothing of that when it was there
        /// already, and alone it would: what is left is not what the others do alone.
        /// </summary>
        public bool IsRepeated =>
            all.Where(a => IsUndone(a.Key)).Any(gone => Active.Any(a => a.Step.Operation.Repeats(gone.Value.Operation)));

        /// <summary>How many changes were undone, undos included.</summary>
        public int Undone { get; private set; }

        public List<string> Told { get; } = [];

        public async Task DoAsync(Step step)
        {
            var last = await real.LastChangeAsync();
            // A command that changes nothing has no entry.
            if (real.Try(step.Operation.Real) is null && await real.LastChangeAsync() is var change && change > last)
            {
                all.Add(change, step);
            }
        }

        public async Task<VmmException?> UndoAsync(long[] changes)
        {
            var refused = real.Try(s => Undo.Run(s, changes));
            if (refused is null)
            {
                Undone += changes.Length;
                undos.Add(await real.LastChangeAsync(), changes);
                var told = changes.Select(c => all.TryGetValue(c, out var step) ? $"{step}" : $"the undo {c}");
                Told.Add(string.Join(" with ", told));
            }

            return refused;
        }

        private bool IsUndone(long change) => undos.Any(u => u.Value.Contains(change) && !IsUndone(u.Key));
    }
}
