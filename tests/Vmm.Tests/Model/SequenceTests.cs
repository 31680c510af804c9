using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;
using Xunit.Sdk;

namespace Vmm.Tests.Model;

/// <summary>
/// Random sequences of commands do to a real installation what they do to the model: the same errors, and the same answers to every
/// question afterwards.
/// A failure names its seed; CsCheck_Seed=... in the environment repeats it.
/// </summary>
[Slow]
public sealed class SequenceTests(PostgresCluster cluster)
{
    // One waits for the server most of the time, so more than there are cores.
    private const int Workers = 4;

    // For a long search: VMM_TEST_SEQUENCES=100000.
    private static readonly int Sequences = int.Parse(
        Environment.GetEnvironmentVariable("VMM_TEST_SEQUENCES") ?? "2000",
        CultureInfo.InvariantCulture
    );

    [Fact]
    public Task commands_do_what_the_model_does() => CompareAsync(Sequences, (model, operation) => operation.Expected(model));

    /// <summary>A model in which a new account ends the catch-all of its domain is found out, and told in three commands.</summary>
    [Fact]
    public async Task a_defect_is_found_and_its_sequence_shrinks()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => CompareAsync(Sequences, (model, operation) =>
            {
                operation.Expected(model);
                if (operation.Command.StartsWith("useradd ", StringComparison.Ordinal))
                {
                    model.Find(operation.Addresses.First().Split('@')[1])!.CatchAll.Clear();
                }
            }));
        Assert.Contains("CsCheck_Seed", failure.Message, StringComparison.Ordinal);
        var told = failure
            .InnerException!.Message.Split('\n')
            .Where(l => l.StartsWith("  vmm ", StringComparison.Ordinal))
            .ToList();
        Assert.True(told.Count == 3, failure.ToString());
        Assert.StartsWith("  vmm domainadd ", told[0], StringComparison.Ordinal);
        Assert.StartsWith("  vmm catchalladd ", told[1], StringComparison.Ordinal);
        Assert.StartsWith("  vmm useradd ", told[2], StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(failure.ToString());
    }

    private async Task CompareAsync(int sequences, Action<MailModel, Operation> expect)
    {
        using var pooler = await Pooler.StartAsync(cluster);
        var free = new ConcurrentBag<RealInstallation>();
        for (var i = 0; i < Workers; i++)
        {
            free.Add(await RealInstallation.CreateAsync(cluster, pooler));
        }

        var found = 0;
        try
        {
            await Operation.Sequence.SampleAsync(
                async operations =>
                {
                    // CsCheck looks for a shorter sequence by drawing new ones, and would not find one in this many; it is told the
                    // first.
                    if (found != 0)
                    {
                        return;
                    }

                    Assert.True(free.TryTake(out var installation));
                    try
                    {
                        if (
                            await DifferenceAsync(installation, operations, expect) is not null
                            && Interlocked.Exchange(ref found, 1) == 0
                        )
                        {
                            await TellShortestAsync(installation, operations, expect);
                        }
                    }
                    finally
                    {
                        free.Add(installation);
                    }
                },
                iter: sequences,
                threads: Workers,
                print: operations => string.Join("; ", operations.AsEnumerable()));
        }
        finally
        {
            free.ToList().ForEach(i => i.Dispose());
        }
    }

    /// <summary>Leaves out one command after the other as long as there is still a difference.</summary>
    private static async Task TellShortestAsync(
        RealInstallation installation,
        Operation[] operations,
        Action<MailModel, Operation> expect
    )
    {
        var shortest = operations.ToList();
        for (var i = shortest.Count - 1; i >= 0; i--)
        {
            var shorter = shortest.Where((_, index) => index != i).ToList();
            if (await DifferenceAsync(installation, shorter, expect) is not null)
            {
                shortest = shorter;
                i = shortest.Count;
            }
        }

        var commands = string.Join('\n', shortest.Select(o => $"  vmm {o}"));
        throw new XunitException($"{await DifferenceAsync(installation, shortest, expect)}\nafter\n{commands}");
    }

    /// <summary>Where model and reality differ, or null.</summary>
    private static async Task<string?> DifferenceAsync(
        RealInstallation installation,
        IReadOnlyList<Operation> operations,
        Action<MailModel, Operation> expect
    )
    {
        var model = new MailModel();
        var expected = operations.Select(o => $"{o}: {Expected(model, o, expect)}").ToList();
        expected.AddRange(ModelState.Of(model, operations.SelectMany(o => o.Addresses)));
        var real = await installation.PlayAsync(operations);
        return real.SequenceEqual(expected) ? null
            : $"the model says\n{string.Join('\n', expected.Except(real))}\nvmm says\n{string.Join('\n', real.Except(expected))}";
    }

    private static string Expected(MailModel model, Operation operation, Action<MailModel, Operation> expect)
    {
        try
        {
            expect(model, operation);
            return "done";
        }
        catch (Refusal refusal)
        {
            return $"{refusal.Code}";
        }
    }
}
