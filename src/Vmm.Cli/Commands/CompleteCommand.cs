using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Core.Configuration;

namespace Vmm.Cli.Commands;

/// <summary>complete, which the completion of shells calls while a line is being typed; nothing else needs it.</summary>
internal static class CompleteCommand
{
    // A person is waiting with a finger on the key.
    private const int Seconds = 1;

    internal static Subcommand One =>
        new("complete", "", "print the names that begin with PREFIX: complete KIND [PREFIX]", Declare) { Hidden = true };

    private static void Declare(VmmCommand command, App app)
    {
        // Any number of words: the answer to what cannot be understood is silence.
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.ZeroOrMore };
        command.TreatUnmatchedTokensAsErrors = false;
        command.Takes(words);
        command.Prints(parse =>
        {
            if (parse.GetValue(words) is [var kind, .. var rest])
            {
                Print(app, parse.GetValue(Arguments.Config), kind, rest.Length == 0 ? "" : rest[0]);
            }

            return 0;
        });
    }

    private static void Print(App app, string? config, string kind, string prefix)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(app.Interrupted);
            var own = Environment.GetEnvironmentVariable("VMM_COMPLETION_SECONDS");
            var seconds = ushort.TryParse(own, out var number) && number > 0 ? number : Seconds;
            // The database is given up after this time; one more for what cannot be given up.
            limit.CancelAfter(TimeSpan.FromSeconds(seconds + 1));
            Settings Load() => SettingsFile.Load(SettingsFile.Choose(config));
            foreach (var name in Completions.Find(Load, kind, prefix, seconds, limit.Token))
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
