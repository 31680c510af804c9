namespace Vmm.Core.Unix;

/// <summary>
/// Standard input, output and error as the caller left them. A closed one would hand its number to the next file that vmm opens, and a result
/// could be written into the database connection; so the numbers are taken first of all.
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

    /// <summary>Looks at the three numbers, and fills free ones with /dev/null.</summary>
    public static StandardStreams Claim()
    {
        var flags = Enumerable.Range(0, 3).Select(number => Posix.fcntl(number, GetDescriptorFlags)).ToList();
        foreach (var _ in flags.Where(f => f < 0))
        {
            // Meant to stay open until the process ends. The lowest free number is the one that was closed.
            Posix.open("/dev/null", ReadWrite, 0).SetHandleAsInvalid();
        }

        // The runtime's own start may have taken a closed number, for /dev/urandom for example. What it opens is closed on exec, so it cannot come from a caller.
        var open = flags.Select(f => f >= 0 && (f & ClosedOnExec) == 0).ToList();
        return new StandardStreams(open[0], open[1] && (Posix.fcntl(1, GetFlags) & AccessMode) != 0, open[2]);
    }
}
