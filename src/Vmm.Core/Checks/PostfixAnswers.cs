using Vmm.Core.Configuration;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Tracing;
using Vmm.Data.Failures;

namespace Vmm.Core.Checks;

/// <summary>
/// Asks each map of Postfix that is in force, all keys at once, and compares the answers with those of the database.
/// </summary>
/// <param name="settings">Where the programs are.</param>
/// <param name="lines">What is in force. A parameter that differs is a finding already, and its map is not asked.</param>
/// <param name="files">The files of maps that are at fault: they explain wrong answers.</param>
/// <param name="reload">The command after any change.</param>
internal sealed class PostfixAnswers(Settings settings, PostfixSettings lines, List<FileFault> files, string reload)
{
    private const int Seconds = 60;
    private readonly List<Finding> findings = [];
    private readonly List<(string Map, string Reason, FileFault? File)> silent = [];

    internal IReadOnlyList<Finding> Ask(StackSample sample, CancellationToken ct)
    {
        var others = lines.OtherParameters.Select(p => p.Name).ToHashSet();
        foreach (var questions in sample.Maps.Where(q => !others.Contains(q.Map)).GroupBy(q => q.Map))
        {
            // The administrator's own tables may answer before this one.
            var table = lines.TableOf(questions.Key);
            var file = files.Find(f => table.EndsWith(":" + f.Path, StringComparison.Ordinal));
            if (file is not { IsMissing: true })
            {
                Ask(sample, table, [.. questions], file is { HasOtherText: true } ? file : null, ct);
            }
        }

        if (silent.Count > 0)
        {
            var (map, reason, _) = silent[0];
            var remedy = silent.Select(s => s.File).OfType<FileFault>().FirstOrDefault()?.Explain();
            findings.Add(Findings.MapUnanswered(map, reason, silent.Count - 1, remedy, reload));
        }

        return findings;
    }

    /// <param name="sample">Knows the domains.</param>
    /// <param name="table">As postmap takes it.</param>
    /// <param name="questions">All of one map.</param>
    /// <param name="changed">Its file, where that has a different text.</param>
    /// <param name="ct">Cancels it.</param>
    private void Ask(StackSample sample, string table, List<TraceQuestion> questions, FileFault? changed, CancellationToken ct)
    {
        var map = questions[0].Map;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(Seconds));
        try
        {
            var answers = LiveAnswers.LookUp(settings, map, table, [.. questions.Select(q => q.Key)], limit.Token);
            var live = questions.Select(q => q with { Live = answers.GetValueOrDefault(q.Key, []) });
            var wrong = live.Where(q => q.Differs == true).ToList();
            if (wrong.Count > 0)
            {
                findings.Add(Findings.MapAnswer(map, WrongAnswers.From(wrong, sample), changed?.Explain() ?? reload));
            }
        }
        catch (VmmException e) when (e.Code == ErrorCode.VmmError)
        {
            silent.Add((map, e.Message, changed));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            silent.Add((map, $"the map '{table}' did not answer within {Seconds} seconds", null));
        }
    }
}
