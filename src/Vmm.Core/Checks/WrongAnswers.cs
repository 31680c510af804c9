using Vmm.Core.Tracing;

namespace Vmm.Core.Checks;

/// <summary>Questions that one running server answers differently from the database.</summary>
/// <param name="Questions">At least one, with the live answer.</param>
/// <param name="Domain">The domain of the first, if it has one.</param>
internal sealed record WrongAnswers(IReadOnlyList<TraceQuestion> Questions, string? Domain)
{
    /// <summary>The first, with both answers, and how many others there are.</summary>
    internal string Message
    {
        get
        {
            var first = Questions[0];
            var others = Questions.Count == 1 ? "" : $"; {Questions.Count - 1} of the other answers differ too";
            return $"asked for '{first.Key}' it answers {Text(first.Live!)}, and the database {Text(first.Answers)}{others}";
        }
    }

    /// <summary>The sample knows whose domain it is.</summary>
    internal static WrongAnswers From(IReadOnlyList<TraceQuestion> questions, StackSample sample) =>
        new(questions, sample.Domains.GetValueOrDefault(questions[0].Key));

    private static string Text(IReadOnlyList<string> answers) => answers.Count == 0 ? "nothing" : $"'{string.Join(", ", answers)}'";
}
