using Vmm.Data.Failures;

namespace Vmm.Cli.Interaction;

/// <summary>Asks before something large is done.</summary>
internal static class Confirmation
{
    /// <summary>Goes on only after a yes.</summary>
    /// <exception cref="VmmException">2 no terminal to ask, 3 anything but a yes.</exception>
    internal static void Require(Terminal terminal, string question, string plan = "")
    {
        if (Console.IsInputRedirected)
        {
            throw new VmmException(
                ErrorCode.Usage, "there is no terminal to ask for confirmation", "Look at it with --dry-run, then pass --yes.");
        }

        terminal.Error.Write(Terminal.Clean(plan, keepLayout: true));
        using var interruptible = new Interruptible(terminal, terminal.Error.WriteLine);
        terminal.Error.Write($"{Terminal.Clean(question, keepLayout: false)} [y/N] ");
        var answer = PasswordLine.Read(StandardInput.ReadByte, "the terminal", "answer");
        if (answer?.Trim().ToLowerInvariant() is not ("y" or "yes"))
        {
            throw new VmmException(ErrorCode.Interrupted, "not confirmed", "Nothing was changed.");
        }
    }
}
