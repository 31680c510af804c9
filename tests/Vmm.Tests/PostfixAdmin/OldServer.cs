using System.Globalization;

namespace Vmm.Tests.PostfixAdmin;

/// <summary>An installation of PostfixAdmin: its database, and maildirs with mail that belong to one user for all.</summary>
internal sealed class OldServer
{
    /// <summary>uid and gid of Debian's mail; any but root's will do.</summary>
    public const int Owner = 8;

    private readonly PostgresCluster cluster;
    private readonly World? world;

    private OldServer(PostgresCluster cluster, World? world, string database, string directory)
    {
        this.cluster = cluster;
        this.world = world;
        Database = database;
        Mail = Path.Combine(directory, "vmail");
        Directory.CreateDirectory(Mail);
    }

    public World World => world ?? throw new InvalidOperationException("the vmm of this test is a mail server's");

    public string Database { get; }

    public string Mail { get; }

    public string Source => $"host={cluster.Socket} dbname={Database} user=vmm";

    public static Task<OldServer> CreateAsync(PostgresCluster cluster, World world) => CreateAsync(cluster, world, world.Directory);

    public static async Task<OldServer> CreateAsync(PostgresCluster cluster, World? world, string directory)
    {
        var database = $"pfa{Guid.NewGuid():N}";
        await cluster.ExecuteAsync("postgres", "postgres", $"CREATE DATABASE {database} OWNER vmm TEMPLATE template0");
        var server = new OldServer(cluster, world, database, directory);
        await server.SqlAsync(
            await File.ReadAllTextAsync(Repository.PathOf("tests", "Vmm.Tests", "PostfixAdmin", "postfixadmin-3.3.pgsql"))
        );
        return server;
    }

    /// <summary>With accounts u0, u1 ... in example.com, each with three messages.</summary>
    public static async Task<OldServer> CreateFilledAsync(PostgresCluster cluster, World world, int accounts)
    {
        var old = await CreateAsync(cluster, world);
        await old.AddDomainAsync("example.com");
        for (var i = 0; i < accounts; i++)
        {
            await old.AddMailboxAsync($"u{i}@example.com", messages: 0);
            Directory.CreateDirectory($"{old.Mail}/example.com/u{i}");
        }

        for (var i = 0; i < accounts; i++)
        {
            await old.AddMailAsync($"example.com/u{i}", 3);
        }

        return old;
    }

    public Task SqlAsync(string sql) => cluster.ExecuteAsync(Database, "vmm", sql);

    public Task AddDomainAsync(string name, string more = "DEFAULT, DEFAULT, DEFAULT, DEFAULT") =>
        SqlAsync($"INSERT INTO domain (domain, description, transport, backupmx, active) VALUES ('{name}', {more})");

    public Task AddAliasAsync(string address, string destinations, bool active = true) =>
        SqlAsync(
            $"INSERT INTO alias (address, goto, domain, active) VALUES ('{address}', '{destinations}', '{address.Split('@')[1]}', "
                + $"{active})"
        );

    /// <summary>As PostfixAdmin adds it: with the alias to itself; and with as many messages as asked for.</summary>
    public async Task AddMailboxAsync(
        string address,
        string hash = "{PLAIN}secret",
        long quota = 0,
        bool active = true,
        int messages = 0,
        string name = ""
    )
    {
        var (local, domain) = (address.Split('@')[0], address.Split('@')[1]);
        await SqlAsync(
            $"""
            INSERT INTO mailbox (username, password, name, maildir, quota, domain, local_part, active)
            VALUES ('{address}', '{hash}', '{name}', '{domain}/{local}/', {quota}, '{domain}', '{local}', {active})
            """
        );
        await AddAliasAsync(address, address, active);
        if (messages > 0)
        {
            await AddMailAsync($"{domain}/{local}", messages);
        }
    }

    public async Task AddMailAsync(string directory, int messages)
    {
        var place = $"{Mail}/{directory}";
        foreach (var part in new[] { "cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Sent/tmp" })
        {
            Directory.CreateDirectory($"{place}/{part}");
        }

        for (var i = 0; i < messages; i++)
        {
            await File.WriteAllTextAsync($"{place}/new/{i}.eins", $"Subject: {i} in {directory}\n\nHello\n");
            File.SetLastWriteTimeUtc($"{place}/new/{i}.eins", new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(i));
        }

        (await Run.ProgramAsync("chown", ["-R", $"{Owner}:{Owner}", Mail])).Succeeded();
        (await Run.ProgramAsync("chmod", ["-R", "u=rwX,go=", Mail])).Succeeded();
    }

    /// <summary>Everything of the mail: type, mode, owner, links, time, path, content.</summary>
    public async Task<string> SnapshotAsync() =>
        (
            await Run.ShellAsync(
                $"cd {Mail} && find . -printf '%y %m %U:%G %n %P\\n' | sort && find . -type f -printf '%T@ %P\\n' | sort && find "
                    + ". -type f -exec sha256sum {} + | sort"
            )
        ).Succeeded();

    public Task<Outcome> ImportAsync(params string[] more) => World.VmmAsync(["import-postfixadmin", "--source", Source, .. more]);

    public Task<Outcome> ImportWithMailAsync(params string[] more) => ImportAsync(["--mail-directory", Mail, "--yes", .. more]);

    /// <summary>Rows of every table of vmm's.</summary>
    public async Task<string> RowsAsync()
    {
        var rows = new List<string>();
        foreach (var table in await World.QueryAsync("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"))
        {
            rows.AddRange((await World.QueryAsync($"SELECT '{table}', * FROM {table}")).Order(StringComparer.Ordinal));
        }

        return string.Join('\n', rows);
    }

    public async Task<string> HomeAsync(string address) =>
        (
            await World.QueryAsync(
                $"SELECT domaindir || '/' || uid FROM users JOIN domain_data USING (gid) WHERE uid = ({MailServer.UidOf(address)})"
            )
        ).Single();

    public async Task<long> UidAsync(string address) =>
        long.Parse((await World.QueryAsync(MailServer.UidOf(address))).Single(), CultureInfo.InvariantCulture);
}
