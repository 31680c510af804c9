using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vmm.Tests;

/// <summary>
/// A pseudo terminal with vmm at its other end, as a person's: controlling terminal, foreground job, echo until somebody switches
/// it off.
/// </summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;
    private const int CloseOnExec = 0x80000;
    private const int LocalFlags = 3;
    private const int Echo = 8;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly SafeFileHandle master;
    private readonly SafeFileHandle slave;
    private readonly Process process;
    private readonly Task reading;
    private readonly List<byte> seen = [];

    private PseudoTerminal(SafeFileHandle master, SafeFileHandle slave, Process process)
    {
        this.master = master;
        this.slave = slave;
        this.process = process;
        reading = Task.Run(Collect);
    }

    /// <summary>What came out of the terminal so far; the status of the command is taken out.</summary>
    public string Seen
    {
        get
        {
            lock (seen)
            {
                return Encoding.UTF8.GetString([.. seen]);
            }
        }
    }

    /// <summary>Whether what is typed is shown.</summary>
    public bool Echoes
    {
        get
        {
            var termios = new int[32];
            Assert.Equal(0, tcgetattr(master, termios));
            return (termios[LocalFlags] & Echo) != 0;
        }
    }

    /// <summary>Starts vmm in a new session on a new terminal; the command line is a shell's.</summary>
    public static PseudoTerminal Start(World world, string command, string before = "") =>
        Start(world.Environment, command, before);

    /// <summary>The same without a world.</summary>
    public static PseudoTerminal Start(IReadOnlyDictionary<string, string> environment, string command, string before = "")
    {
        var master = posix_openpt(ReadWrite | NoControllingTerminal | CloseOnExec);
        Assert.False(master.IsInvalid);
        Assert.Equal(0, grantpt(master));
        Assert.Equal(0, unlockpt(master));
        var name = new byte[64];
        Assert.Equal(0, ptsname_r(master, name, name.Length));
        var path = Encoding.ASCII.GetString(name).TrimEnd('\0');
        var slave = open(path, ReadWrite | NoControllingTerminal | CloseOnExec);
        Assert.False(slave.IsInvalid);

        // setsid -c: a session of its own, with standard input as its controlling terminal.
        var shell = $"exec setsid -c -w bash -c '{before} {Repository.Binary} {command}' < {path} > {path} 2>&1";
        return new PseudoTerminal(master, slave, Run.Start("/bin/bash", ["-c", shell], environment));
    }

    public void Type(string text) => Type(Encoding.UTF8.GetBytes(text));

    public void Type(byte[] bytes) => Assert.Equal(bytes.Length, write(master, bytes, bytes.Length));

    /// <summary>
    /// Waits until the terminal shows a text; with <paramref name="last"/> at its end; and, where a secret is asked for, until the
    /// echo is off.
    /// </summary>
    public async Task WaitForAsync(string text, bool last = false, bool secret = true)
    {
        var clock = Stopwatch.StartNew();
        while (!(last ? Seen.EndsWith(text, StringComparison.Ordinal) : Seen.Contains(text, StringComparison.Ordinal)))
        {
            Assert.True(
                clock.Elapsed < Limit && !(process.HasExited && clock.Elapsed.TotalSeconds > 5),
                $"the terminal never showed '{text}', but: {Seen}"
            );
            await Task.Delay(10);
        }

        // The prompt is written before the echo goes.
        while (secret && clock.Elapsed < Limit && Echoes && !process.HasExited)
        {
            await Task.Delay(10);
        }
    }

    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Limit);
        // With the last slave gone the read ends with EIO: then everything has been seen.
        slave.Dispose();
        await reading.WaitAsync(Limit);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
        slave.Dispose();
        reading.Wait(TimeSpan.FromSeconds(5));
        master.Dispose();
    }

    private void Collect()
    {
        var buffer = new byte[4096];
        for (var got = read(master, buffer, buffer.Length); got > 0; got = read(master, buffer, buffer.Length))
        {
            lock (seen)
            {
                seen.AddRange(buffer.AsSpan(0, (int)got));
            }
        }
    }

    [LibraryImport("libc")]
    private static partial SafeFileHandle posix_openpt(int flags);

    [LibraryImport("libc")]
    private static partial int grantpt(SafeFileHandle master);

    [LibraryImport("libc")]
    private static partial int unlockpt(SafeFileHandle master);

    [LibraryImport("libc")]
    private static partial int ptsname_r(SafeFileHandle master, [Out] byte[] name, nint size);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc")]
    private static partial nint read(SafeFileHandle file, [Out] byte[] bytes, nint count);

    [LibraryImport("libc")]
    private static partial nint write(SafeFileHandle file, byte[] bytes, nint count);

    [LibraryImport("libc")]
    private static partial int tcgetattr(SafeFileHandle file, [Out] int[] termios);
}
