using Vmm.Core.Administration;
using Vmm.Core.Tracing;




namespace Vmm.Core.Checks;

/// <summary>Says how an answer of a running server differs from the database's.</summary>
internal static class StackAnswers
{
    /// <summary>One finding for all questions that got another answer from the same place.</summary>
    /// <param name="code">Of the finding.</param>
    /// <param name="subject">Who answered.</param>
    /// <param name="sample">Tells whose domain it is.</param>
    /// <param name="wrong">At least one, with the live answer.</param>
    /// <param name="remedy">A command.</param>
    internal static Finding Wrong(string code, string subject, StackSample sample, IReadOnlyList<TraceQuestion> wrong, string remedy)
    {
        var first = wrong[0];
        var more = wrong.Count == 1 ? "" : $"; {wrong.Count - 1} of the other answers differ too";
        return new Finding(code, Finding.Error, subject, $"asked for '{first.Key}' it answers {Text(first.Live!)}, and the database {Text(first.Answers)}{more}", remedy)
        {
            Domain = sample.Domains.GetValueOrDefault(first.Key),
        };
    }

    private static string Text(IReadOnlyList<string> answers) => answers.Count == 0 ? "nothing" : $"'{string.Join(", ", answers)}'";
}
