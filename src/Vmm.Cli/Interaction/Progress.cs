using System.Diagnostics;

namespace Vmm.Cli.Interaction;

/// <summary>
/// One line on the terminal that shows how far a long command is, redrawn in place; nothing where there is no terminal.
/// </summary>
internal sealed class Progress(Terminal terminal)
{
    private const int Width = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly Stopwatch sinceLast = Stopwatch.StartNew();

    /// <summary>Shows the bar; removes it at the end. Of nothing there is no bar.</summary>
    internal void Show(string what, long done, long total)
    {
        if (!terminal.CanRedraw || total == 0 || (done < total && sinceLast.Elapsed < Pause))
        {
            return;
        }

        sinceLast.Restart();
        var filled = (int)(Width * done / total);
        var line = $"{what} [{new string('#', filled)}{new string('.', Width - filled)}] {done}/{total}";
        terminal.Error.Write(done < total ? $"\r{line}" : $"\r{new string(' ', line.Length)}\r");
    }
}
