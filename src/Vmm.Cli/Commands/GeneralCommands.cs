using System.CommandLine;

namespace Vmm;

/// <summary>Name and version.</summary>
internal sealed record VersionInfo(string Version);

/// <summary>One subcommand.</summary>
internal sealed record HelpTopic(string Name, IReadOnlyList<string> Aliases, string Description);

/// <summary>All subcommands.</summary>
internal sealed record HelpTopics(IReadOnlyList<HelpTopic> Subcommands);

/// <summary>What <c>check</c> found.</summary>
internal sealed record CheckResult(IReadOnlyList<Finding> Findings);

/// <summary>check, help, version.</summary>
internal static class GeneralCommands
{
    internal static IEnumerable<Command> All(App app, RootCommand root) => [CheckAll(app), Help(app, root), Version(app)];

    private static Command CheckAll(App app)
    {
        var command = new Command("check", "compare the mail directories with the database; exit 2 when something differs");
        command.SetAction(async (parse, ct) =>
        {
            var count = 0;
            var status = await app.ReadAsync(
                parse,
                _ => true,
                async (s, _) =>
                {
                    var findings = await Check.RunAsync(s);
                    count = findings.Count;
                    return new CheckResult(findings);
                },
                result => string.Concat(result.Findings.Select(f => $"{f.Code}\t{f.Path}\t{f.Message}\t{f.Remedy}\n")),
                JsonContext.Default.CheckResult,
                ct);
            return status == 0 && count > 0 ? (int)ErrorCode.Usage : status;
        });
        return command;
    }

    private static Command Help(App app, RootCommand root)
    {
        var topic = new Argument<string?>("subcommand") { Arity = ArgumentArity.ZeroOrOne, Description = "long or short name" };
        var command = Arguments.Command("help", "h", "show help", topic);
        command.SetAction((parse, ct) =>
        {
            var words = parse.GetValue(topic) is { } name ? (string[])[name, "--help"] : ["--help"];
            var inner = root.Parse(words, CommandTree.Parser);
            if (words.Length == 2 && inner.CommandResult.Command is RootCommand)
            {
                return Task.FromResult(app.Misuse(root.Parse([words[0]], CommandTree.Parser)));
            }

            return parse.GetValue(Arguments.Json)
                ? app.TellAsync(parse, Topics(root, inner.CommandResult.Command), _ => "", JsonContext.Default.HelpTopics)
                : inner.InvokeAsync(parse.InvocationConfiguration, ct);
        });
        return command;
    }

    private static Command Version(App app)
    {
        var command = Arguments.Command("version", "v", "show the version");
        command.SetAction((parse, _) => app.TellAsync(
            parse, new VersionInfo(VersionAction.Version), v => $"vmm {v.Version}\n", JsonContext.Default.VersionInfo));
        return command;
    }

    private static HelpTopics Topics(RootCommand root, Command one) => new(
        [.. root.Subcommands.Where(c => one is RootCommand || c == one).Select(c => new HelpTopic(c.Name, [.. c.Aliases], c.Description ?? ""))]);
}
