using System.Runtime.InteropServices;

namespace Vmm.Cli.Interaction;

/// <summary>
/// Standard input, byte by byte through read(2). The BCL's console stream must not be used for passwords: on a terminal it echoes
/// what is typed by itself, and elsewhere it reads ahead, so that the next command of a script would miss its line.
/// </summary>
internal static partial class StandardInput
{
    private const int Number = 0;
    private const int Interrupted = 4;

    /// <summary>The next byte, or -1 at the end.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        while (true)
        {
            var got = read(Number, one, 1);
            if (got >= 0)
            {
                return got == 0 ? -1 : one[0];
            }

            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int file, Span<byte> buffer, nint count);
}
