using System.Diagnostics;
using System.Text.Json;

namespace Vmm.Tests.Predecessor;

/// <summary>
/// Debian's vmm 0.7 as it is packaged (old_vmm.py starts it), with directories of its own in the place of /etc/vmm and
/// /etc/postfix.
/// </summary>
internal sealed class OldVmm : IDisposable
{
    private const string Program = "/usr/sbin/vmm";
    private const string ItsSchema = "/usr/share/doc/vmm/examples/pgsql/create_tables.pgsql";
    private static readonly string Driver = Repository.PathOf("tests", "Vmm.Tests", "Predecessor", "old_vmm.py");
    private static int databases;

    private readonly PostgresCluster cluster;
    private readonly TempDirectory directory = new();
    private readonly Process process;

    private OldVmm(PostgresCluster cluster, string database, string baseDirectory)
    {
        Assert.True(
            File.Exists(Program),
            $"{Program} is not there: on Debian 12, install/packages.sh test installs the package vmm"
        );
        this.cluster = cluster;
        Database = database;
        Base = baseDirectory.Length > 0 ? baseDirectory : directory["mail"];
        foreach (var name in (string[])["etc-vmm", "etc-postfix"])
        {
            Directory.CreateDirectory(directory[name]);
        }

        // postconf warns when it is not there, and 0.7 takes a warning for an error.
        File.WriteAllText(directory["etc-postfix/master.cf"], "");
        process = Start();
    }

    public string Database { get; }

    public string Base { get; }

    /// <summary>With a database that its own script made, and a base directory of its own.</summary>
    public static async Task<OldVmm> OnItsOwnSchemaAsync(PostgresCluster cluster)
    {
        var name = $"old{Interlocked.Increment(ref databases)}";
        await cluster.ExecuteAsync("postgres", "postgres", $"CREATE DATABASE {name} OWNER vmm ENCODING 'UTF8' TEMPLATE template0");
        (
            await Run.ProgramAsync(
                cluster.Psql,
                ["-h", cluster.Socket, "-U", "vmm", "-d", name, "-qX", "-v", "ON_ERROR_STOP=1", "-1"],
                Schema()
            )
        ).Succeeded();
        var old = new OldVmm(cluster, name, "");
        Directory.CreateDirectory(old.Base);
        File.SetUnixFileMode(old.Base, (UnixFileMode)0b111_111_001);
        old.Configure([]);
        return old;
    }

    /// <summary>Its script, without a statement that fails on every PostgreSQL since 9.0, which has the language already.</summary>
    public static string Schema() =>
        string.Join('\n', File.ReadAllLines(ItsSchema).Where(l => !l.StartsWith("CREATE LANGUAGE", StringComparison.Ordinal)));

    /// <summary>With the database and the base directory of this vmm.</summary>
    public static OldVmm In(World world, PostgresCluster cluster)
    {
        var old = new OldVmm(cluster, world.Database, world.Base);
        old.Configure([]);
        return old;
    }

    /// <summary>Writes the configuration; the names are <c>section.option</c>.</summary>
    public void Configure(IEnumerable<KeyValuePair<string, string>> options, int expansionLimit = 1000)
    {
        var all = new Dictionary<string, string>
        {
            ["database.host"] = cluster.Socket,
            ["database.name"] = Database,
            ["database.user"] = "vmm",
            ["database.pass"] = "unused",
            ["domain.auto_postmaster"] = "false",
            ["misc.base_directory"] = Base,
            ["misc.dovecot_version"] = "2.3.19",
            ["misc.password_scheme"] = "SHA512-CRYPT",
        };
        foreach (var (name, value) in options)
        {
            all[name] = value;
        }

        var sections = all.GroupBy(o => o.Key.Split('.')[0], o => $"{o.Key.Split('.')[1]} = {o.Value}\n");
        File.WriteAllText(directory["etc-vmm/vmm.cfg"], string.Concat(sections.Select(s => $"[{s.Key}]\n{string.Concat(s)}")));
        File.SetUnixFileMode(directory["etc-vmm/vmm.cfg"], (UnixFileMode)0b110_100_000);
        File.WriteAllText(
            directory["etc-postfix/main.cf"],
            $"compatibility_level = 3.6\nvirtual_alias_expansion_limit = {expansionLimit}\n"
        );
    }

    /// <summary>One after the other: it is one process, in a mount namespace of its own.</summary>
    public async Task<Outcome> VmmAsync(params string[] arguments)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(arguments));
        await process.StandardInput.FlushAsync();
        var answer = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        using var json = JsonDocument.Parse(answer);
        return new Outcome(json.RootElement[0].GetInt32(), json.RootElement[1].GetString()!, json.RootElement[2].GetString()!);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
        directory.Dispose();
    }

    private Process Start() =>
        Run.Start(
            "unshare",
            [
                "-m",
                "sh",
                "-c",
                """mount --bind "$0/etc-vmm" /etc/vmm && mount --bind "$0/etc-postfix" /etc/postfix """
                    + """&& exec /usr/bin/python3 "$1" """,
                directory.Path,
                Driver,
            ],
            new Dictionary<string, string>
            {
                ["LC_ALL"] = "C.UTF-8",
                ["LANGUAGE"] = "C",
                ["COLUMNS"] = "80",
            }
        );
}
