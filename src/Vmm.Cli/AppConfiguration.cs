using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Vmm.Cli.Commands;
using Vmm.Cli.Text;
using Vmm.Core.Configuration;
using Vmm.Core.Log;
using Vmm.Data.Failures;

namespace Vmm.Cli;

/// <content>Commands on the configuration.</content>
internal sealed partial class App
{
    /// <summary>A change of the configuration itself. It may be broken: that is what is mended. Nothing is locked while somebody is asked.</summary>
    internal int Configure<T>(
        ParseResult parse,
        Func<SettingsDocument, Terminal, IReadOnlyDictionary<SettingOption, SettingEntry>> ask,
        Func<IReadOnlyDictionary<SettingOption, SettingEntry>, IReadOnlyList<SettingChange>, bool, T> result,
        JsonTypeInfo<T> json,
        string target) => Run(() =>
    {
        var document = SettingsFile.Open(Begin(parse));
        known = document.Settings;
        using var log = new OperationsLog(known);
        var clock = Stopwatch.StartNew();
        var name = parse.CommandResult.Command.Name;
        try
        {
            var wanted = ask(document, terminal);
            // Signals are held back from here on: the file is replaced as a whole, and nothing is left beside it.
            interruption.Token.ThrowIfCancellationRequested();
            var dry = parse.GetValue(ConfigCommands.DryRun);
            var changed = SettingsFile.Change(known.File, wanted, keep: !dry);
            if (!dry)
            {
                log.Write(name, changed.Count > 0 ? string.Join(' ', changed.Select(c => c.Option.Key)) : target, 0, null, clock.Elapsed);
            }

            List<string> warnings = [.. wanted.Values.Select(e => e.Warning).OfType<string>()];
            Say(parse, result(wanted, changed, dry), log.Warning is null ? warnings : [.. warnings, log.Warning], _ => dry ? EffectText.Describe(changed) : "", json);
            return 0;
        }
        catch (VmmException e)
        {
            log.Write(name, target, (int)e.Code, e.Message, clock.Elapsed);
            throw;
        }
    });

    /// <summary>Makes a configuration where there may be none; what is done is noted in the log that it names.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="act">Gets the path that the command line chooses.</param>
    /// <param name="say">For people.</param>
    internal int CreateConfiguration(
        ParseResult parse, Func<string, ConvertedConfiguration> act, Func<ConvertedConfiguration, string> say) => Run(() =>
    {
        var clock = Stopwatch.StartNew();
        var result = act(Begin(parse));
        List<string> warnings = [.. result.Warnings];
        if (result.Changed)
        {
            known = SettingsFile.Load(result.To);
            using var log = new OperationsLog(known);
            log.Write(parse.CommandResult.Command.Name, result.To, 0, null, clock.Elapsed);
            warnings.AddRange(log.Warning is { } warning ? [warning] : []);
        }

        Say(parse, result, warnings, say, JsonContext.Default.ConvertedConfiguration);
        return 0;
    });
}
