namespace Vmm;

/// <summary>
/// Standard input, output and error as the caller left them. A closed one would hand its number to the next file that vmm opens, and a result
/// could be written into the database connection; so the numbers are taken first of all.
/// </summary>
public static class StandardStreams
{
    private const int ReadWrite = 2;
    private const int GetFlags = 3;
    private const int AccessMode = 3;

    /// <summary>Fills closed numbers with /dev/null.</summary>
    /// <returns>Whether standard output can be written. The runtime's own start may have taken a closed number for a file that it reads.</returns>
    public static bool Claim()
    {
        var closed = Enumerable.Range(0, 3).Where(number => !IsOpen(number)).ToList();
        foreach (var _ in closed)
        {
            // Meant to stay open until the process ends. The lowest free number is the one that was closed.
            Posix.open("/dev/null", ReadWrite, 0).SetHandleAsInvalid();
        }

        return !closed.Contains(1) && (Posix.fcntl(1, GetFlags) & AccessMode) != 0;
    }

    private static bool IsOpen(int number) => Posix.fcntl(number, GetFlags) >= 0;
}
