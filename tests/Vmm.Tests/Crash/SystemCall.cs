using System.Text.RegularExpressions;

namespace Vmm.Tests.Crash;

/// <summary>A system call of vmm that changes something, or takes a descriptor for that.</summary>
/// <param name="Name">As strace has it.</param>
/// <param name="Number">Which of the calls of this name it is, from 1, as strace counts them.</param>
/// <param name="Text">The line of strace.</param>
internal sealed partial record SystemCall(string Name, int Number, string Text)
{
    /// <summary>What is recorded. Not every architecture has every one of them.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [
            "mkdirat", "mkdir", "renameat2", "renameat", "rename", "unlinkat", "unlink", "rmdir", "linkat", "symlinkat", "openat",
            "fchownat", "fchown", "fchmodat", "fchmod", "utimensat", "write", "pwrite64", "ftruncate", "fsync", "fdatasync",
            "syncfs", "socket", "connect", "sendto", "sendmsg", "pipe2", "epoll_create1",
        ];

    private static readonly string[] Full = ["EIO", "ENOSPC", "EDQUOT"];

    /// <summary>Whether the state before it differs from that after it.</summary>
    public bool IsChange => Name is not ("socket" or "pipe2" or "epoll_create1") && (Name != "openat" || Creates);

    /// <summary>What it can fail with.</summary>
    public IReadOnlyList<string> Errors => Name switch
    {
        "openat" => Creates ? [.. Full, "EMFILE"] : ["EMFILE"],
        "socket" or "pipe2" or "epoll_create1" => ["EMFILE"],
        "connect" => ["ECONNREFUSED"],
        "sendto" or "sendmsg" => ["ECONNRESET"],
        "unlinkat" or "unlink" or "rmdir" or "fchmod" or "fchmodat" or "utimensat" => ["EIO"],
        "fchown" or "fchownat" => ["EIO", "EDQUOT"],
        _ => Full,
    };

    private bool Creates => Text.Contains("O_CREAT", StringComparison.Ordinal);

    /// <summary>Whether it is about files or the database, and not about pipes, terminals and the runtime's own events.</summary>
    private bool Counts => (Name is not ("write" or "pwrite64") || ToFile().IsMatch(Text))
        && (Name is not ("socket" or "connect") || Text.Contains("AF_UNIX", StringComparison.Ordinal))
        && !Text.Contains("/nscd/", StringComparison.Ordinal);

    /// <summary>The calls of a run after it has opened its configuration: what is before belongs to the runtime.</summary>
    public static List<SystemCall> Read(IEnumerable<string> lines, string configuration)
    {
        var numbers = new Dictionary<string, int>();
        var calls = new List<SystemCall>();
        var begun = false;
        foreach (var line in lines.Where(l => l.Contains('(', StringComparison.Ordinal)))
        {
            var name = line[..line.IndexOf('(', StringComparison.Ordinal)];
            var number = numbers[name] = numbers.GetValueOrDefault(name) + 1;
            var call = new SystemCall(name, number, line);
            begun |= name == "openat" && line.Contains($"\"{configuration}\"", StringComparison.Ordinal);
            if (begun && Names.Contains(name) && call.Counts)
            {
                calls.Add(call);
            }
        }

        return calls;
    }

    [GeneratedRegex(@"^\w+\(\d+</(?!dev/)")]
    private static partial Regex ToFile();
}
