using Vmm.Cli.Interaction;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands.Configure;

/// <summary>The ways to hand over the value of a secret option.</summary>
internal static class SettingSecret
{
    /// <summary>What was given on the command line, a line of standard input, or what a person types twice.</summary>
    /// <exception cref="VmmException">3, 67, 68, 69.</exception>
    internal static string Take(Terminal terminal, SettingOption option, string? given)
    {
        switch (given)
        {
            case null when Console.IsInputRedirected:
                throw new VmmException(
                    ErrorCode.MissingPassword,
                    $"there is no value for '{option.Key}', and no terminal to ask for one",
                    $"'vmm configset {option.Key} -' reads it from standard input.");
            case null:
                return PasswordPrompt.Ask(terminal, text => SettingInput.Read(option, text));
            case "-":
                terminal.RequireInput();
                // A pipe may be slow or silent.
                using (new Interruptible(terminal, () => { }))
                {
                    return PasswordLine.Read(StandardInput.ReadByte, "standard input")
                        ?? throw new VmmException(
                            ErrorCode.MissingPassword,
                            "there is no password on standard input",
                            "An empty line means an empty password.");
                }

            default:
                if (given.Length > 0)
                {
                    terminal.Warn("a password on the command line can be seen by others; prefer '-' and standard input");
                }

                return given;
        }
    }
}
