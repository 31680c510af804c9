using Vmm.Cli.Interaction;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands.Configure;

/// <summary>Asks for options one by one, as vmm 0.7 does: Enter keeps a value, a wrong one is asked for again.</summary>
internal sealed class ConfigureDialogue(SettingsDocument document, Terminal terminal, bool json)
{
    private const int Tries = 3;

    /// <summary>Asks.</summary>
    /// <returns>What has another value than before.</returns>
    /// <exception cref="VmmException">3 end of input, 68 three wrong values for one option.</exception>
    internal Dictionary<SettingOption, SettingEntry> Ask(IReadOnlyList<string> sections)
    {
        Tell($"Using configuration file: {document.Settings.File}\n");
        var entries = new Dictionary<SettingOption, SettingEntry>();
        foreach (var section in sections)
        {
            Tell($"\n* Configuration section: '{section}'\n");
            foreach (var option in SettingOptions.All.Where(o => o.Section == section))
            {
                if (Ask(option) is { } entry)
                {
                    entries[option] = entry;
                }
            }
        }

        return entries;
    }

    /// <returns>Null when the value is kept.</returns>
    private SettingEntry? Ask(SettingOption option)
    {
        for (var failures = 0; failures < Tries; failures++)
        {
            var isSecret = option.Kind == SettingKind.Secret;
            var line = ReadLine($"Enter new value for option {option.Name} [{document.Show(option)}]: ", isSecret);
            try
            {
                return line.Length == 0 ? null : SettingInput.Read(option, line);
            }
            catch (VmmException e)
            {
                terminal.Warn(e);
            }
        }

        throw new VmmException(
            ErrorCode.TooManyFailures,
            $"too many failures: three wrong values for '{option.Key}'",
            "Nothing was saved. Try again.");
    }

    private string ReadLine(string prompt, bool secret)
    {
        var shown = Terminal.Clean(prompt, keepLayout: false);
        if (secret && !Console.IsInputRedirected)
        {
            return PasswordPrompt.Read(terminal, shown);
        }

        using var interruptible = new Interruptible(terminal, terminal.Error.WriteLine);
        terminal.Error.Write(shown);
        var line = PasswordLine.Read(StandardInput.ReadByte, "standard input", "value");
        if (line is null || Console.IsInputRedirected)
        {
            // No Enter was echoed; messages start on a line of their own.
            terminal.Error.WriteLine();
        }

        var given = line ?? throw new VmmException(ErrorCode.Interrupted, "interrupted", "Nothing was changed.");
        return secret ? given : given.Trim();
    }

    /// <summary>The text between the prompts belongs to them and is not part of a JSON document.</summary>
    private void Tell(string text)
    {
        if (json)
        {
            terminal.Error.Write(Terminal.Clean(text, keepLayout: true));
        }
        else
        {
            terminal.Print(text);
            terminal.Out.Flush();
        }
    }
}
