namespace Vmm.Core.Unix;

/// <summary>The end of the process.</summary>
public static class ProcessEnd
{
    /// <summary>
    /// Ends the process at once, without the exit handlers of libraries: they free what the system frees anyway, and OpenSSL's
    /// alone took a
    /// twentieth of a short command. All that was written must have been flushed.
    /// </summary>
    public static void Leave(int status) => Posix._exit(status);

    /// <summary>
    /// A write beyond the limit of file sizes (ulimit -f, LimitFSIZE=) becomes an error, as on a full disk. SIGXFSZ would end the
    /// process without a word, perhaps between COMMIT and what follows it.
    /// </summary>
    public static void SurviveFileSizeLimit() => Posix.IgnoreFileSizeSignal();
}
