using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;

namespace Vmm.Tests;

/// <summary>
/// A private Postfix and Dovecot over a database of their own, with example.com and example.net. Tests that share one add the
/// addresses they need;
/// after each of them the queue must be empty and the logs free of complaints.
/// </summary>
public abstract partial class MailServer : IAsyncLifetime
{
    // What may stand in a log at level warning, each with its reason.
    private static readonly string[] AllowedComplaints =
    [
        "SASL (PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5) authentication failed", // wrong passwords, on purpose
        "non-UTF-8 key \"", // Postfix says so instead of asking the database; the answer is "no such key"
        "empty query string -- ignored", // the same for an empty key
        @"do not list domain \S+ in BOTH", // a domain in two lists, on purpose
        "Illegal address syntax from", // hostile recipients, on purpose
        @"Killed with signal 15 \(by pid=\d+ uid=0 code=kill\)", // sessions that doveadm ends
        "SIGHUP received - reloading configuration", // doveadm reload
        @"Time moved (forwards|backwards) by \d", // Dovecot's word for a machine that was too busy to run it on time
    ];

    private static readonly HashSet<int> Taken = [];
    private readonly Dictionary<string, long> read = [];

    /// <summary>The directory of configuration, queue, sockets and logs.</summary>
    internal string Place { get; private protected set; } = "";

    internal int PortBase { get; } = FreePorts();

    internal int Smtp => PortBase;

    internal int Submission => PortBase + 1;

    internal int Imap => PortBase + 2;

    internal int Pop3 => PortBase + 3;

    internal int Sieve => PortBase + 4;

    internal virtual string MapDirectory => Place + "/postfix/etc";

    internal string PostfixLog => Place + "/log/postfix.log";

    internal string DovecotLog => Place + "/log/dovecot.log";

    internal virtual string DovecotConfig => Place + "/dovecot/dovecot.conf";

    public abstract ValueTask InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        var left = await EventuallyAsync(() => Processes().Count == 0, 60) ? [] : Processes();
        left.ForEach(p => Process.GetProcessById(p).Kill());
        Assert.True(left.Count == 0, $"{left.Count} processes of {Place} were left running");
        GC.SuppressFinalize(this);
    }

    internal abstract Task<Outcome> VmmAsync(string? input, params string[] arguments);

    internal abstract Task SqlAsync(string sql);

    internal abstract Task<List<string>> QueryAsync(string sql);

    private protected abstract Task StopAsync();

    /// <summary>Where the tests find a path of this server: one with a file system of its own has it elsewhere.</summary>
    private protected virtual string Outside(string path) => path;

    // What goes into the background must not hold our pipes.
    private protected async Task StartAsync(string command)
    {
        var outcome = await Run.ShellAsync($"{command} > {Place}/log/start 2>&1 < /dev/null");
        Assert.True(
            outcome.ExitCode == 0,
            $"{command}: exit {outcome.ExitCode}\n{await File.ReadAllTextAsync(Place + "/log/start")}\n{Tails()}"
        );
    }

    /// <summary>Writes a file of configuration, the ports in the place of their names.</summary>
    private protected void WriteWithPorts(string target, string text)
    {
        foreach (
            var (name, port) in new[]
            {
                ("SMTP", Smtp),
                ("SUBMISSION", Submission),
                ("IMAP", Imap),
                ("POP3", Pop3),
                ("SIEVE", Sieve),
            }
        )
        {
            text = text.Replace($"@{name}@", $"{port}", StringComparison.Ordinal);
        }

        File.WriteAllText(target, text);
    }

    /// <summary>Runs a command of vmm that must succeed.</summary>
    internal async Task DoAsync(string command) => (await VmmAsync(null, command.Split(' '))).Succeeded();

    /// <summary>An account with the password "secret", in a form that every SASL mechanism can use.</summary>
    internal async Task AddAccountAsync(string address, string? transport = null)
    {
        await DoAsync($"useradd {address} --hash {{PLAIN}}secret");
        if (transport is not null)
        {
            (await VmmAsync(null, "usertransport", address, transport)).Succeeded();
        }
    }

    /// <summary>A query for the uid of an account, that asks the tables and not what is tested here.</summary>
    internal static string UidOf(string address) => $"""
        SELECT uid FROM users JOIN domain_name USING (gid)
         WHERE local_part || '@' || domainname = '{address.Replace("'", "''", StringComparison.Ordinal)}'
        """;

    /// <summary>Waits for the message in Maildir/new of an account; the file's path.</summary>
    internal async Task<string> ArrivedAsync(string address, string token)
    {
        var homes = await QueryAsync(
            $"SELECT domaindir || '/' || uid FROM users JOIN domain_data USING (gid) WHERE uid = ({UidOf(address)})"
        );
        var room = Outside(homes.Single()) + "/Maildir/new";
        string? file = null;
        var arrived = await EventuallyAsync(
            () =>
                (file = Directory.GetFiles(room).FirstOrDefault(f => File.ReadAllText(f).Contains(token, StringComparison.Ordinal)))
                    is not null,
            60
        );
        Assert.True(arrived, $"no message '{token}' for {address} in {room}\n{Tails()}");
        return file!;
    }

    /// <summary>Runs a program on the system of this server.</summary>
    internal virtual Task<Outcome> ProgramAsync(string file, IEnumerable<string> arguments, string? input = null) =>
        Run.ProgramAsync(file, arguments, input);

    internal Task<Outcome> DoveadmAsync(params string[] arguments) => ProgramAsync("doveadm", ["-c", DovecotConfig, .. arguments]);

    internal static async Task<bool> EventuallyAsync(Func<bool> condition, int seconds)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed.TotalSeconds > seconds)
            {
                return false;
            }

            await Task.Delay(20);
        }

        return true;
    }

    /// <summary>What the log got since the test began.</summary>
    internal string News(string log)
    {
        using var file = new FileStream(log, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        file.Position = read.GetValueOrDefault(log);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    internal void TestBegins()
    {
        foreach (var log in new[] { PostfixLog, DovecotLog })
        {
            read[log] = new FileInfo(log).Length;
        }
    }

    /// <summary>
    /// Until nothing is being delivered, and the log says how all of it ended. postlogd writes in the order of sending, but later
    /// than the queue is empty: what came before a line of ours is there with it.
    /// </summary>
    internal async Task AllDeliveriesEndAsync()
    {
        var queue = $"{Place}/postfix/queue/";
        Assert.True(
            await EventuallyAsync(
                () => ((string[])["incoming", "active"]).All(
                    q => Directory.GetFiles(queue + q, "*", SearchOption.AllDirectories).Length == 0),
                60),
            Tails());
        var line = $"all before {Guid.NewGuid():N}";
        (await ProgramAsync("postlog", ["-c", MapDirectory, line])).Succeeded();
        Assert.True(await EventuallyAsync(() => News(PostfixLog).Contains(line, StringComparison.Ordinal), 60), Tails());
    }

    /// <summary>Nothing waits in the queue, and nothing went wrong on the way.</summary>
    internal async Task TestEndsAsync()
    {
        var queued = await EventuallyAsync(() => Queue().Count == 0, 60) ? [] : Queue();
        if (queued.Count > 0)
        {
            await EmptyQueueAsync();
            Assert.Fail($"still in the queue: {string.Join(' ', queued)}\n{Tails()}");
        }

        var complaints = (News(PostfixLog) + News(DovecotLog)).Split('\n')
            .Where(line => Complaint().IsMatch(line) && !AllowedComplaints.Any(allowed => Regex.IsMatch(line, allowed))).ToList();
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    /// <summary>After a failure: what one test left in the queue must not fail the next.</summary>
    internal Task EmptyQueueAsync() => ProgramAsync("postsuper", ["-c", MapDirectory, "-d", "ALL"]);

    /// <summary>The last lines of both logs, for the output of a test that failed.</summary>
    internal string Tails() =>
        string.Join(
            '\n',
            new[] { PostfixLog, DovecotLog }
                .Where(File.Exists)
                .SelectMany(log => File.ReadLines(log).TakeLast(25).Prepend($"--- {log}"))
        );

    // Also when a run that was killed left something behind, or two run at once.
    private static int FreePorts()
    {
        lock (Taken)
        {
            var used = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(l => l.Port).ToHashSet();
            var first = Enumerable.Range(0, 100).Select(i => 32000 + (i * 10))
                .First(p => !Taken.Contains(p) && !Enumerable.Range(p, 5).Any(used.Contains));
            Taken.Add(first);
            return first;
        }
    }

    private List<string> Queue() =>
        [
            .. new[] { "maildrop", "incoming", "active", "deferred", "hold", "corrupt" }
                .Select(q => $"{Place}/postfix/queue/{q}")
                .Where(Directory.Exists)
                .SelectMany(q => Directory.GetFiles(q, "*", SearchOption.AllDirectories)),
        ];

    // Every daemon of the three works in a directory of its own below the place, which may lie in another system's root.
    private List<int> Processes() =>
        [.. Directory.GetDirectories("/proc").Select(p => Path.GetFileName(p)).Where(p => char.IsAsciiDigit(p[0])).Select(int.Parse)
            // A server that did not come up has no place, and no processes.
            .Where(p => Place.Length > 0 && WorkingDirectory(p).Contains(Place + "/", StringComparison.Ordinal))];

    private static string WorkingDirectory(int process)
    {
        try
        {
            return new FileInfo($"/proc/{process}/cwd").LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    [GeneratedRegex(@" (warning|error|fatal|panic): |(Warning|Error|Fatal|Panic): ")]
    private static partial Regex Complaint();
}
