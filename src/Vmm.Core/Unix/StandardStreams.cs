namespace Vmm.Core.Unix;

/// <summary>
/// Standard input, output and error as the caller left them. The number of a closed stream would go to the next file that vmm
/// opens, and a result could be written into the database connection. So vmm fills these numbers before anything else.
/// </summary>
/// <param name="Input">Whether standard input was open.</param>
/// <param name="Output">Whether standard output was open and can be written.</param>
/// <param name="Error">Whether standard error was open.</param>
public readonly record struct StandardStreams(bool Input, bool Output, bool Error)
{
    private const int ReadWrite = 2;
    private const int GetDescriptorFlags = 1;
    private const int GetFlags = 3;
    private const int AccessMode = 3;
    private const int ClosedOnExec = 1;
    private const uint GetWindowSize = 0x5413;
    private const int UsualWidth = 80;

    /// <summary>Checks the three numbers, and opens /dev/null for free ones.</summary>
    public static StandardStreams Claim()
    {
        var flags = Enumerable.Range(0, 3).Select(number => Posix.fcntl(number, GetDescriptorFlags)).ToList();
        foreach (var _ in flags.Where(f => f < 0))
        {
            // It stays open until the process ends. The system assigns the lowest free number, which is the closed one.
            Posix.open("/dev/null", ReadWrite, 0).SetHandleAsInvalid();
        }

        // The start of the runtime may have used a closed number, for /dev/urandom for example. What it opens is closed on exec, so
        // it cannot come from a caller.
        var open = flags.Select(f => f >= 0 && (f & ClosedOnExec) == 0).ToList();
        return new StandardStreams(open[0], open[1] && (Posix.fcntl(1, GetFlags) & AccessMode) != 0, open[2]);
    }

    /// <summary>
    /// Width in characters of the terminal that standard output is; null where it is none. Console.WindowWidth would switch the
    /// terminal to application mode.
    /// </summary>
    public static int? OutputWidth() =>
        Posix.ioctl(1, GetWindowSize, out var size) != 0 ? null : size.Columns > 0 ? size.Columns : UsualWidth;
}
