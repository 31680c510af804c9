using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Vmm.Data;

/// <summary>
/// Makes the connection to a Unix socket block, as the calls on it do. Npgsql opens every socket as one that does not block, to
/// hold to its time limit, and .NET then starts a thread that waits for each answer and wakes the caller up. The only place where
/// Npgsql can be followed between its connect and its first read is its log, so this is a logger that logs nothing. Should a later
/// Npgsql say less there, the socket stays as it is and all works as before.
/// </summary>
/// <param name="path">Of the socket.</param>
internal sealed partial class BlockingSocket(string path) : ILoggerFactory, ILogger
{
    private const int LastDescriptor = 63;
    private const int GetFlags = 3;
    private const int SetFlags = 4;

    /// <summary>O_NONBLOCK, the same on x86 and on ARM.</summary>
    private const int NonBlocking = 0x800;

    /// <summary>sockaddr_un: two bytes of family, then the path and a zero.</summary>
    private readonly byte[] wanted = Encoding.UTF8.GetBytes(path);
    private bool done;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => this;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel)
    {
        Find();
        return false;
    }

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Find();

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Find()
    {
        for (var descriptor = 3; descriptor <= LastDescriptor && !done; descriptor++)
        {
            if (IsOurs(descriptor) && fcntl(descriptor, GetFlags, 0) is >= 0 and var flags)
            {
                _ = fcntl(descriptor, SetFlags, flags & ~NonBlocking);
                done = true;
            }
        }
    }

    private bool IsOurs(int descriptor)
    {
        Span<byte> address = stackalloc byte[128];
        var length = address.Length;
        return getpeername(descriptor, ref MemoryMarshal.GetReference(address), ref length) == 0
            && length > 2 + wanted.Length
            && MemoryMarshal.Read<ushort>(address) == 1
            && address.Slice(2, wanted.Length).SequenceEqual(wanted)
            && address[2 + wanted.Length] == 0;
    }

    [LibraryImport("libc")]
    private static partial int getpeername(int socket, ref byte address, ref int length);

    [LibraryImport("libc")]
    private static partial int fcntl(int file, int command, int argument);
}
