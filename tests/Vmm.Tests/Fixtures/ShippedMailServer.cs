using Npgsql;

namespace Vmm.Tests;

/// <summary>What ./install.sh --trial builds: the configuration as it is shipped, with its own PostgreSQL.</summary>
public class ShippedMailServer : MailServer
{
    private string connection = "";

    private protected TempDirectory Room { get; } = new();

    /// <summary>The repository, as the server's system sees it.</summary>
    private protected virtual string Repository => Tests.Repository.Root;

    /// <summary>The program under test, as the server's system sees it.</summary>
    private protected virtual string Binary => Tests.Repository.Binary;

    private string Trial => Room["t"];

    public override async ValueTask InitializeAsync()
    {
        await InstallAsync("--trial", Trial, "--port-base", $"{PortBase}", "--binary", Binary);
        Place = (await File.ReadAllTextAsync(Trial + "/.vmm-trial")).Trim();
        var shell = await Run.ShellAsync(
            $". {Trial}/env && echo -n \"Host=$PGHOST;Database=$PGDATABASE;Username=$PGUSER;Password=$PGPASSWORD\""
        );
        connection = shell.Succeeded() + ";Pooling=false";
        await DoAsync("domainadd example.net");
    }

    internal override Task<Outcome> VmmAsync(string? input, params string[] arguments) =>
        ProgramAsync(Trial + "/bin/vmm", arguments, input);

    internal override Task SqlAsync(string sql) => QueryAsync(sql);

    internal override async Task<List<string>> QueryAsync(string sql)
    {
        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync();
        return await PostgresCluster.ListAsync(database, sql);
    }

    private protected override async Task StopAsync()
    {
        if (File.Exists(Trial + "/.vmm-trial"))
        {
            await InstallAsync("--trial-remove", Trial);
        }

        Assert.False(Directory.Exists(Trial) || Directory.Exists(Place), "the trial left files behind");
        Room.Dispose();
    }

    // The daemons that it starts could hold a pipe open; a file does not mind.
    private async Task InstallAsync(params string[] arguments)
    {
        var command = string.Join(' ', arguments.Prepend(Repository + "/install.sh").Select(Run.Quoted));
        var outcome = await ProgramAsync("/bin/bash", ["-c", $"{command} > {Room["install.log"]} 2>&1 < /dev/null"]);
        Assert.True(
            outcome.ExitCode == 0,
            $"install.sh {string.Join(' ', arguments)}:\n{await File.ReadAllTextAsync(Room["install.log"])}"
        );
    }
}
