using System.Diagnostics;

namespace Vmm.Tests.Install;

/// <summary>
/// A machine within the machine: /etc, /srv, /usr/local, /var/log, the PostgreSQL socket are its own (a mount namespace), and so
/// is 127.0.0.1 (a network namespace). What install.sh does to it, nobody else sees. It may be another system than this one, in
/// a directory: that is read-only then, but for the same places.
/// </summary>
internal sealed class PrivateSystem : IAsyncDisposable
{
    private readonly TempDirectory directory;
    private readonly Process holder;
    private readonly string root;
    private readonly string pgBin;
    private bool serverRuns;
    private string listen = "";

    private PrivateSystem(Process holder, TempDirectory directory, string root)
    {
        this.holder = holder;
        this.directory = directory;
        this.root = root;
        var versions = Directory.GetDirectories(root + "/usr/lib/postgresql");
        pgBin = $"/usr/lib/postgresql/{versions.Max(d => int.Parse(Path.GetFileName(d)))}/bin";
    }

    public string Root => directory.Path;

    public string ServerLog => directory["pg/log"];

    /// <param name="ownNetwork">Without it the ports of 127.0.0.1 are the machine's, and the server of databases has its socket
    /// only.</param>
    /// <param name="root">Where the other system is; empty for this one.</param>
    public static async Task<PrivateSystem> CreateAsync(bool ownNetwork = true, string root = "")
    {
        var directory = new TempDirectory();
        var script = $$"""
            set -e
            cd {{directory.Path}}
            mkdir etc srv local var-log pg run
            chmod 0755 etc srv local var-log pg run
            {{(root.Length == 0 ? "" : MountOther(root, directory.Path))}}
            chroot '{{root}}/' chown postgres:postgres {{directory.Path}}/pg {{directory.Path}}/run
            cp -a {{root}}/etc/. etc
            rm -rf etc/vmm etc/postfix/pgsql-*
            mount --bind etc {{root}}/etc
            mount --bind srv {{root}}/srv
            mount --bind local {{root}}/usr/local
            mount --bind var-log {{root}}/var/log
            {{(root.Length == 0 ? "" : $"mkdir -p {root}/run/postgresql")}}
            mount --bind run {{root}}/run/postgresql
            # The loopback interface up: SIOCSIFFLAGS.
            {{(
                ownNetwork ? "" : ":"
            )}} perl -e '$up = pack("a16s", "lo", 0x49); socket(S, 2, 2, 0) and ioctl(S, 0x8914, $up) or die $!'
            echo ready
            exec sleep 3600
            """;
        var holder = Run.Start(
            "unshare",
            ["--mount", .. ownNetwork ? (string[])["--net"] : [], "--propagation", "private", "/bin/bash", "-c", script]
        );
        var system = new PrivateSystem(holder, directory, root) { listen = ownNetwork ? "localhost" : "" };
        if (await holder.StandardOutput.ReadLineAsync() != "ready")
        {
            var error = await holder.StandardError.ReadToEndAsync();
            await system.DisposeAsync();
            Assert.Fail(error);
        }

        return system;
    }

    /// <summary>Runs a shell command on this system.</summary>
    public Task<Outcome> RunAsync(string command) =>
        Run.ProgramAsync(
            "nsenter",
            [
                "--target",
                $"{holder.Id}",
                "--mount",
                "--net",
                .. root.Length == 0 ? (string[])[] : ["chroot", root],
                "/bin/bash",
                "-c",
                command,
            ]
        );

    /// <summary>Runs a program of this system, which sees the files of this system.</summary>
    public Task<Outcome> ProgramAsync(string file, IEnumerable<string> arguments, string? input = null) =>
        RunAsync(
            (input is null ? "" : $"printf %s {Run.Quoted(input)} | ")
            + string.Join(' ', arguments.Prepend(file).Select(Run.Quoted)));

    /// <summary>Runs a shell command that must succeed.</summary>
    public async Task<string> DoAsync(string command) => (await RunAsync(command)).Succeeded();

    /// <summary>Runs install.sh with the published program.</summary>
    public Task<Outcome> InstallAsync(string arguments = "", string? script = null) =>
        RunAsync(
            $"'{script ?? (root.Length == 0 ? Repository.Root : "/mnt") + "/install.sh"}' --binary "
                + $"'{(root.Length == 0 ? Repository.Binary : "/media/" + Path.GetFileName(Repository.Binary))}' {arguments} < "
                    + "/dev/null"
        );

    /// <summary>
    /// A PostgreSQL server as Debian sets it up: socket in /run/postgresql, peer there and passwords on 127.0.0.1, every statement
    /// in the log.
    /// </summary>
    /// <param name="rules">Other lines for pg_hba.conf.</param>
    public async Task StartServerAsync(string rules = "local all all peer\\nhost all all localhost scram-sha-256")
    {
        if (!Directory.Exists(directory["pg/data"]))
        {
            await AsPostgresAsync($"{pgBin}/initdb -N -A peer -E UTF8 --locale=C.UTF-8 -D {directory["pg/data"]}");
            await DoAsync($"printf '{rules}\\n' > {directory["pg/data/pg_hba.conf"]}");
        }

        await AsPostgresAsync(
            $"{pgBin}/pg_ctl -D {directory["pg/data"]} -w -t 60 -l {ServerLog} -o '-c fsync=off -c log_statement=all "
                + $"-c log_min_duration_statement=0 -c listen_addresses={listen}' start"
        );
        serverRuns = true;
    }

    /// <summary>The rows of a query of the server's administrator.</summary>
    public async Task<string> SqlAsync(string sql, string database = "postgres") =>
        (await DoAsync($"cd / && runuser -u postgres -- psql -qXAt -v ON_ERROR_STOP=1 -d {database} <<< \"{sql}\"")).TrimEnd();

    /// <summary>Every file of configuration and mail: kind, mode, owner, path, and the content's hash.</summary>
    public Task<string> SnapshotAsync() =>
        DoAsync(
            "find /etc/vmm /etc/postfix /etc/dovecot /srv -printf '%y %m %u:%g %p\\n' | sort; find /etc/vmm /etc/postfix "
                + "/etc/dovecot -type f -exec sha256sum {} + | sort"
        );

    public async ValueTask DisposeAsync()
    {
        if (serverRuns)
        {
            await AsPostgresAsync($"{pgBin}/pg_ctl -D {directory["pg/data"]} -w -m immediate stop");
        }

        holder.Kill(entireProcessTree: true);
        await holder.WaitForExitAsync();
        holder.Dispose();
        directory.Dispose();
    }

    /// <summary>
    /// The other system as it is, read-only; what is written lies in a directory that has the same path on both. /mnt is the
    /// repository, /media has the program.
    /// </summary>
    internal static string MountOther(string root, string room) =>
        $"""
            mount --bind {root} {root}
            mount -o remount,bind,ro {root}
            for each in tmp run var/tmp; do mount -t tmpfs none {root}/$each; done
            mkdir -p {root}{room}
            mount --bind {room} {root}{room}
            mount --bind -o ro {Repository.Root} {root}/mnt
            mount --bind -o ro {Path.GetDirectoryName(Repository.Binary)} {root}/media
            mount -t proc proc {root}/proc
            mount --rbind /dev {root}/dev
            """;

    private async Task AsPostgresAsync(string command) =>
        (
            await RunAsync(
                $"cd / && runuser -u postgres -- {command} > {directory["pg/said"]} 2>&1 < /dev/null || {{ cat "
                    + $"{directory["pg/said"]} {ServerLog} >&2; exit 1; }}"
            )
        ).Succeeded();
}
