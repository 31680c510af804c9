using System.CommandLine;
using Vmm.Core.Administration;
using Vmm.Core.Configuration;

namespace Vmm.Cli.Commands;

/// <summary>complete, which the completion of shells calls while somebody is typing; nobody else needs it.</summary>
internal static class CompleteCommand
{
    // Somebody waits with a finger on the key.
    private const int Seconds = 1;

    internal static VmmCommand Make(App app)
    {
        // Any number of words: also what cannot be understood is answered by silence.
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.ZeroOrMore };
        var command = new VmmCommand("complete", "print the names that begin with PREFIX: complete KIND [PREFIX]") { Hidden = true, TreatUnmatchedTokensAsErrors = false };
        command.Arguments.Add(words);
        command.SetAction(parse =>
        {
            if (parse.GetValue(words) is [var kind, .. var rest])
            {
                Print(app, parse.GetValue(Arguments.Config), kind, rest.Length == 0 ? "" : rest[0]);
            }

            return 0;
        });
        return command;
    }

    private static void Print(App app, string? config, string kind, string prefix)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(app.Interrupted);
            var seconds = ushort.TryParse(Environment.GetEnvironmentVariable("VMM_COMPLETION_SECONDS"), out var own) && own > 0 ? own : Seconds;
            // The database is given up after this time; one more for what cannot be given up.
            limit.CancelAfter(TimeSpan.FromSeconds(seconds + 1));
            foreach (var name in Completions.Find(() => SettingsFile.Load(SettingsFile.Choose(config)), kind, prefix, seconds, limit.Token))
            {
                app.Terminal.Out.WriteLine(name);
            }
        }
#pragma warning disable CA1031 // an error in the middle of a line that is being typed helps nobody
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
