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
        DELETE FROM domain_name; DELETE FROM domain_data; DELETE FROM vmm_address;
        DELETE FROM vmm_journal; DELETE FROM vmm_journal_secret; DELETE FROM vmm_change
        """;

    private readonly string directory;
    private readonly World world;
    private readonly Settings settings;
    private readonly NpgsqlConnection owner;
    private readonly NpgsqlConnection superuser;
    private int used;

    private RealInstallation(World world, string host, NpgsqlConnection owner, NpgsqlConnection superuser, string directory,
        string onDelete)
    {
        this.world = world;
        this.owner = owner;
        this.superuser = superuser;
        this.directory = directory;
        world.Configure($"""
            [account]
            on_delete = "{onDelete}"
            [mailbox]
            folders = []
            [misc]
            base_directory = "{directory}"
            alias_expansion_limit = 1000
            """, host);
        settings = SettingsFile.Load(world.Config);
    }

    public static async Task<RealInstallation> CreateAsync(PostgresCluster cluster, Pooler pooler, string onDelete)
    {
        var world = await World.CreateAsync(cluster);
        var directory = Directory.Exists("/dev/shm") ? $"/dev/shm/{Path.GetFileName(world.Directory)}" : world.Base;
        Directory.CreateDirectory(directory, (UnixFileMode)0b111_111_001);
        return new RealInstallation(
            world,
            pooler.Socket,
            await cluster.OpenAsync(world.Database),
            await cluster.OpenAsync(world.Database, "postgres"),
            directory,
            onDelete
        );
    }

    /// <summary>What comes of the commands, each by its error or success, and everything that can be asked afterwards.</summary>
    public async Task<List<string>> PlayAsync(IReadOnlyList<Operation> operations)
    {
        await BecomeEmptyAsync();
        var lines = new List<string>();
        foreach (var operation in operations)
        {
            lines.Add($"{operation}: {Try(operation.Real)?.Code.ToString() ?? "done"}");
        }

        return [.. lines, .. await StateAsync(operations.SelectMany(o => o.Addresses))];
    }

    /// <summary>Everything that can be asked.</summary>
    /// <param name="named">Addresses to ask about even when no list has them.</param>
    public async Task<List<string>> StateAsync(IEnumerable<string> named)
    {
        var homes = Directory.GetDirectories(directory, "*", SearchOption.AllDirectories)
            .Count(d => d.EndsWith("/Maildir", StringComparison.Ordinal) && !d.Contains("/.trash/", StringComparison.Ordinal));
        return
        [
            $"homes {homes}",
            .. Session.Read(settings, s => RealState.Of(s, named), CancellationToken.None),
            .. await AnswersAsync(),
        ];
    }

    /// <summary>The number of the last change in the journal; 0 when there is none.</summary>
    public async Task<long> LastChangeAsync()
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(max(change), 0) FROM vmm_change", superuser);
        return (long)(await command.ExecuteScalarAsync())!;
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

    /// <summary>Does one change.</summary>
    /// <returns>What it was refused with; null when it was done.</returns>
    public VmmException? Try(Action<Session> act)
    {
        try
        {
            _ = Session.Change(
                settings,
                Author.Nobody,
                s =>
                {
                    act(s);
                    return 0;
                },
                CancellationToken.None);
            return null;
        }
        catch (VmmException e)
        {
            return e;
        }
    }

    private async Task<IEnumerable<string>> AnswersAsync()
    {
        var answers = await PostgresCluster.ListAsync(owner, RealState.Answers, new NpgsqlParameter { Value = Universe.Asked });
        return answers.Order(StringComparer.Ordinal);
    }

    /// <summary>Forgets all rows, the journal and all mail.</summary>
    public async Task BecomeEmptyAsync()
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
