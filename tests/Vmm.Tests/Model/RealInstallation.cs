using Npgsql;

namespace Vmm.Tests.Model;

/// <summary>
/// A real database and a real base directory, emptied between two sequences: that costs a few milliseconds, new ones a hundred.
/// </summary>
internal sealed class RealInstallation : IDisposable
{
    // As the superuser without triggers: the tables all become empty, and so does what is kept by triggers.
    private const string Empty = """
        SET session_replication_role = replica;
        DELETE FROM users; DELETE FROM userquota; DELETE FROM alias; DELETE FROM relocated; DELETE FROM catchall;
        DELETE FROM domain_name; DELETE FROM domain_data; DELETE FROM vmm_address
        """;

    private readonly string directory;
    private readonly World world;
    private readonly Settings settings;
    private readonly NpgsqlConnection owner;
    private readonly NpgsqlConnection superuser;
    private int used;

    private RealInstallation(World world, string host, NpgsqlConnection owner, NpgsqlConnection superuser, string directory)
    {
        this.world = world;
        this.owner = owner;
        this.superuser = superuser;
        this.directory = directory;
        world.Configure($"""
            [mailbox]
            folders = []
            [misc]
            base_directory = "{directory}"
            alias_expansion_limit = 1000
            """, host);
        settings = SettingsFile.Load(world.Config);
    }

    public static async Task<RealInstallation> CreateAsync(PostgresCluster cluster, Pooler pooler)
    {
        var world = await World.CreateAsync(cluster);
        var directory = Directory.Exists("/dev/shm") ? $"/dev/shm/{Path.GetFileName(world.Directory)}" : world.Base;
        Directory.CreateDirectory(directory, (UnixFileMode)0b111_111_001);
        return new RealInstallation(
            world,
            pooler.Socket,
            await cluster.OpenAsync(world.Database),
            await cluster.OpenAsync(world.Database, "postgres"),
            directory
        );
    }

    /// <summary>What comes of the commands, each by its error or success, and everything that can be asked afterwards.</summary>
    public async Task<List<string>> PlayAsync(IReadOnlyList<Operation> operations)
    {
        await BecomeEmptyAsync();
        var lines = new List<string>();
        foreach (var operation in operations)
        {
            lines.Add($"{operation}: {Outcome(operation)}");
        }

        var all = Directory.GetDirectories(directory, "*", SearchOption.AllDirectories);
        lines.Add($"homes {all.Count(d => d.EndsWith("/Maildir", StringComparison.Ordinal))}");
        lines.AddRange(
            Session.Read(settings, s => RealState.Of(s, operations.SelectMany(o => o.Addresses)), CancellationToken.None)
        );
        lines.AddRange(await AnswersAsync());
        return lines;
    }

    public void Dispose()
    {
        owner.Dispose();
        superuser.Dispose();
        world.Dispose();
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private string Outcome(Operation operation)
    {
        try
        {
            _ = Session.Change(
                settings,
                Author.Nobody,
                s =>
                {
                    operation.Real(s);
                    return 0;
                },
                CancellationToken.None);
            return "done";
        }
        catch (VmmException e)
        {
            return $"{e.Code}";
        }
    }

    private async Task<IEnumerable<string>> AnswersAsync()
    {
        var answers = await PostgresCluster.ListAsync(owner, RealState.Answers, new NpgsqlParameter { Value = Universe.Asked });
        return answers.Order(StringComparer.Ordinal);
    }

    private async Task BecomeEmptyAsync()
    {
        await using var command = new NpgsqlCommand(Empty, superuser);
        await command.ExecuteNonQueryAsync();
        if (++used % 100 == 0)
        {
            await using var vacuum = new NpgsqlCommand("VACUUM", superuser);
            await vacuum.ExecuteNonQueryAsync();
        }

        foreach (var child in Directory.GetDirectories(directory))
        {
            Directory.Delete(child, recursive: true);
        }
    }
}
