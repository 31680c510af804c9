using System.Globalization;

namespace Vmm.Tests.Model;

/// <summary>
/// Random sequences of commands do to a real installation what they do to the model: the same errors, and the same answers to every
/// question afterwards.
/// A failure names its seed; CsCheck_Seed=... in the environment repeats it.
/// </summary>
[Slow]
public sealed class SequenceTests(PostgresCluster cluster)
{
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

    private Task CompareAsync(int sequences, Action<MailModel, Operation> expect) => SequenceSearch.RunAsync(
        cluster, "keep", Operation.Sequence, sequences, (installation, operations) =>
            DifferenceAsync(installation, operations, expect));

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
