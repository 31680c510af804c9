using System.Text;
using Vmm.Cli.Output;
using Vmm.Core.Tracing;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands.Trace;

/// <summary>
/// How the way of mail looks to people: a tree of addresses, each with what decided, and the ends once more below it.
/// </summary>
internal static class TraceText
{
    private const string Bar = "|  ", Blank = "   ";

    /// <summary>Deeper levels are shown at this one.</summary>
    private const int MostLevels = 30;

    internal static string Of(TraceResult r)
    {
        var text = new StringBuilder();
        foreach (var step in r.Canonical ?? [])
        {
            Line(text, "", $"{step.From} is replaced by {step.To} ({step.Map})");
        }

        Tree(text, r.Steps);
        Line(text, "", "");
        Result(text, r);
        if (r.Sender is { } sender)
        {
            Sender(text, r.Address, sender);
        }

        if (r.Differences is { } count)
        {
            Live(text, r.Questions, count);
        }

        if (r.Queue is { } queue)
        {
            Queue(text, queue);
        }

        return text.ToString();
    }

    private static void Queue(StringBuilder text, TraceWaiting queue)
    {
        text.Append(TextBlock.Heading("Queue"));
        var rest = queue.Count > queue.Messages.Count ? $"; the oldest {queue.Messages.Count}:" : "";
        Line(text, "\t", queue.Count == 0 ? "no message waits" : $"{Errors.Count(queue.Count, "message")} in the queue{rest}");
        foreach (var message in queue.Messages)
        {
            var sender = message.Sender.Length > 0 ? message.Sender : "<>";
            Line(text, "\t     * ", $"{message.Id} {message.Queue} since {message.Arrived:u}, from {sender}");
            foreach (var recipient in message.Recipients)
            {
                Line(text, "\t       ", $"to {recipient.Address}: {recipient.Reason ?? "not tried yet"}");
            }
        }

        text.Append('\n').Append(TextBlock.Heading("Log"));
        Line(text, "\t", queue.Log is null ? "this system has no log of Postfix"
            : queue.Lines.Count == 0 ? $"no line about it in {queue.Log}"
            : $"{queue.Log}:");
        foreach (var line in queue.Lines)
        {
            Line(text, "\t", line);
        }

        text.Append('\n');
    }

    /// <summary>Without recursion: a database may have chains of any length. What has been shown is not shown again.</summary>
    private static void Tree(StringBuilder text, IReadOnlyList<TraceStep> steps)
    {
        var byAddress = steps.ToDictionary(s => Folded(s.Address));
        var shown = new HashSet<string>();
        var open = new Stack<(string Address, string Head, string Body)>([(steps[0].Address, "", "")]);
        while (open.TryPop(out var node))
        {
            var step = byAddress.GetValueOrDefault(Folded(node.Address));
            var isNew = step is not null && shown.Add(Folded(node.Address));
            Line(text, node.Head, $"{node.Address}{(step is null ? " (not followed)" : isNew ? "" : " (see above)")}");
            if (step is null || !isNew)
            {
                continue;
            }

            var next = step.Next.Where(n => Folded(n) != Folded(step.Address)).ToList();
            foreach (var line in Facts(step))
            {
                Line(text, node.Body + (next.Count > 0 ? Bar : Blank), line);
            }

            for (var i = next.Count - 1; i >= 0; i--)
            {
                var isLast = i == next.Count - 1;
                var body = node.Body.Length < MostLevels * Bar.Length ? node.Body : node.Body[..^Bar.Length];
                open.Push((next[i], body + (isLast ? "`- " : "+- "), body + (isLast ? Blank : Bar)));
            }
        }
    }

    private static IEnumerable<string> Facts(TraceStep step)
    {
        foreach (var rule in step.Rules)
        {
            yield return Fact(rule.Rule, $"{(rule.Won ? "" : "lost: ")}{rule.Text}");
        }

        if (step.Delivery is { Account: { } account })
        {
            yield return Fact("mailbox", account.MailDirectory);
            var bytes = $"{Quota.FormatSize(account.UsedBytes)}/{Quota.FormatSize(account.QuotaBytes)}";
            yield return Fact("quota", $"{bytes}, messages {account.UsedMessages}/{account.QuotaMessages}");
            yield return Fact("services", DomainText.Services(account.Services));
        }
        else if (step.Delivery is { } end)
        {
            yield return Fact("end", end.Text);
        }
    }

    private static void Result(StringBuilder text, TraceResult r)
    {
        text.Append(TextBlock.Heading("Result"));
        Line(text, "\t", r.Text);
        foreach (var delivery in r.Deliveries)
        {
            Line(text, "\t     * ", $"{delivery.Address}: {delivery.Text}");
        }

        text.Append('\n');
    }

    private static void Sender(StringBuilder text, string address, TraceSender sender)
    {
        text.Append(TextBlock.Heading("Sender"));
        Line(text, "\t", $"{sender.Address} may be used by {(sender.Logins.Count == 0 ? "no login" : "these logins:")}");
        foreach (var login in sender.Logins)
        {
            Line(text, "\t     * ", login);
        }

        Line(text, "\t", $"{address} {(sender.Allowed ? "may" : "may not")} send as {sender.Address}");
        text.Append('\n');
    }

    private static void Live(StringBuilder text, IReadOnlyList<TraceQuestion> questions, int differences)
    {
        text.Append(TextBlock.Heading("Live"));
        var result = differences == 0 ? "no difference" : $"{differences} with a different answer";
        Line(text, "\t", $"{questions.Count} questions, {result}");
        foreach (var question in questions.Where(q => q.Differs == true))
        {
            Line(text, "\t     * ", $"{question.Map} {question.Key}");
            Line(text, "\t       ", $"database: {Answer(question.Answers)}");
            Line(text, "\t       ", $"live:     {Answer(question.Live!)}");
        }

        text.Append('\n');
    }

    private static string Answer(IReadOnlyList<string> answers) => answers.Count == 0 ? "(nothing)" : string.Join(", ", answers);

    private static string Folded(string address) => address.ToLowerInvariant();

    private static string Fact(string label, string value) => $"{label,-10} {value}";

    /// <summary>A value cannot pretend to be a line of its own.</summary>
    private static void Line(StringBuilder text, string before, string line) =>
        text.Append(before).Append(TextBlock.OneLine(line)).Append('\n');
}
