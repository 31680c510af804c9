using System.Runtime.InteropServices;
using Vmm.Data.Failures;

namespace Vmm.Cli.Interaction;

/// <summary>Asks for a password on the terminal: without echo, twice, at most three times (vmm 0.7).</summary>
internal static partial class PasswordPrompt
{
    private const int Tries = 3;
    private const int InputNumber = 0;

    /// <summary>Applies changes after what is typed ahead is thrown away (tcsetattr(3)).</summary>
    private const int Flush = 2;

    /// <summary>struct termios of Linux: c_lflag is the fourth int; 60 bytes, and some room.</summary>
    private const int LocalFlags = 3;
    private const int TermiosInts = 32;
    private const int Echo = 8;

    /// <summary>Asks until both entries agree and <paramref name="require"/> accepts them.</summary>
    /// <exception cref="VmmException">3 end of input, 68 three failures, 69 no terminal.</exception>
    internal static string Ask(Terminal terminal, Action<string> require)
    {
        if (Console.IsInputRedirected)
        {
            throw new VmmException(
                ErrorCode.MissingPassword,
                "there is no password, and no terminal to ask for one",
                "Pass --password-stdin, --password-file, --random or --hash.");
        }

        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var first = Read(terminal, "Enter new password: ");
            try
            {
                require(first);
            }
            catch (VmmException e)
            {
                terminal.Error.WriteLine($"Sorry, {e.Message}.");
                continue;
            }

            if (Read(terminal, "Retype new password: ") == first)
            {
                return first;
            }

            terminal.Error.WriteLine("Sorry, passwords do not match.");
        }

        throw new VmmException(ErrorCode.TooManyFailures, "too many failures", "Try again.");
    }

    /// <summary>One line from the terminal, without echo.</summary>
    /// <exception cref="VmmException">3 end of input, 69 not a terminal.</exception>
    internal static string Read(Terminal terminal, string prompt)
    {
        terminal.Error.Write(prompt);
        Span<int> saved = stackalloc int[TermiosInts];
        if (tcgetattr(InputNumber, saved) != 0)
        {
            throw new VmmException(
                ErrorCode.MissingPassword,
                "the terminal cannot be asked for a password",
                "Pass --password-stdin or --password-file.");
        }

        var restore = saved.ToArray();
        using var interruptible = new Interruptible(terminal, () =>
        {
            tcsetattr(InputNumber, Flush, restore);
            terminal.Error.WriteLine();
        });
        saved[LocalFlags] &= ~Echo;
        tcsetattr(InputNumber, Flush, saved);
        try
        {
            return PasswordLine.Read(StandardInput.ReadByte, "the terminal")
                ?? throw new VmmException(ErrorCode.Interrupted, "interrupted", "Nothing was changed.");
        }
        finally
        {
            tcsetattr(InputNumber, Flush, restore);
            terminal.Error.WriteLine();
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetattr(int file, Span<int> termios);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcsetattr(int file, int actions, ReadOnlySpan<int> termios);
}
