using System.Globalization;
using System.Text.Json;

namespace Vmm.Tests;

/// <summary>One administrator's world: a database, a base directory, a configuration, and the program as it is shipped.</summary>
internal sealed class World : IDisposable
{
    private const string Missing = "/nonexistent";

    private readonly PostgresCluster cluster;
    private readonly TempDirectory directory = new();
    private readonly GivenSecrets secrets = new();

    private World(PostgresCluster cluster, string database)
    {
        this.cluster = cluster;
        Database = database;
        Base = directory["mail"];
    }

    public string Database { get; }

    public string Base { get; }

    public string Directory => directory.Path;

    public string Config => directory["vmm.toml"];

    public string Log => directory["vmm.log"];

    public static async Task<World> CreateAsync(PostgresCluster cluster, string extra = "") =>
        On(cluster, await cluster.CreateDatabaseAsync(), extra);

    /// <summary>With a database that is there already.</summary>
    public static World On(PostgresCluster cluster, string database, string extra = "")
    {
        var world = new World(cluster, database);
        System.IO.Directory.CreateDirectory(world.Base);
        File.SetUnixFileMode(world.Base, (UnixFileMode)0b111_111_001);
        world.Configure(extra);
        return world;
    }

    /// <summary>
    /// Writes the configuration; <paramref name="extra"/> is more TOML, a section may not come twice. The server's own socket
    /// unless another host is given.
    /// </summary>
    public void Configure(string extra = "", string? host = null)
    {
        var domain = extra.Contains("[domain]", StringComparison.Ordinal) ? "" : "[domain]\nauto_postmaster = false\n";
        var misc = extra.Contains("[misc]", StringComparison.Ordinal) ? "" : $"[misc]\nbase_directory = \"{Base}\"\n";
        // The machine's Dovecot is none of a test's business, and starting doveadm for thousands of commands takes minutes.
        var dovecot = extra.Contains("[dovecot]", StringComparison.Ordinal) ? "" : "[dovecot]\nafter_change = \"nothing\"\n";
        // The same of its Postfix, and 'vmm check' would find fault with both.
        var bin = extra.Contains("[bin]", StringComparison.Ordinal)
            ? ""
            : $"[bin]\npostconf = \"{Missing}/postconf\"\ndoveconf = \"{Missing}/doveconf\"\n";
        File.WriteAllText(
            Config,
            $"""
            [database]
            host = "{host ?? cluster.Socket}"
            name = "{Database}"
            {domain}{misc}{dovecot}{bin}[log]
            file = "{Log}"
            {extra}
            """);
        File.SetUnixFileMode(Config, (UnixFileMode)0b110_100_000);
    }

    /// <summary>
    /// Gives the world a Postfix that does not run: postconf and postmap answer from a main.cf of its own.
    /// </summary>
    public void HasPostfix(string main)
    {
        File.WriteAllText(directory["main.cf"], $"compatibility_level = 3.6\nmyhostname = mx.example.invalid\n{main}");
        foreach (var program in (string[])["postconf", "postmap"])
        {
            File.WriteAllText(directory[program], $"#!/bin/sh\nexec /usr/sbin/{program} -c \"${{0%/*}}\" \"$@\"\n");
            File.SetUnixFileMode(directory[program], (UnixFileMode)0b111_101_101);
        }

        Configure($"[bin]\npostconf = \"{directory["postconf"]}\"\ndoveconf = \"{Missing}/doveconf\"\n");
    }

    public Task<Outcome> VmmAsync(params string[] arguments) => VmmWithInputAsync(null, arguments);

    public async Task<Outcome> VmmWithInputAsync(string? input, params string[] arguments)
    {
        secrets.Given(arguments, input);
        var outcome = await Run.ProgramAsync(Repository.Binary, arguments, input, Environment);
        secrets.Printed(outcome.Out);
        return outcome;
    }

    /// <summary>Completion waits as long as a busy machine needs: what is tested are the names.</summary>
    public Dictionary<string, string> Environment => new() { ["VMM_CONFIG"] = Config, ["VMM_COMPLETION_SECONDS"] = "60" };

    /// <summary>For shells in which vmm is the program under test.</summary>
    public Dictionary<string, string> ShellEnvironment =>
        new(Environment) { ["PATH"] = $"{Path.GetDirectoryName(Repository.Binary)}:/usr/sbin:/usr/bin:/sbin:/bin" };

    /// <summary>Runs a command that must succeed.</summary>
    public async Task<string> DoAsync(string command) =>
        (await VmmAsync(command.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Succeeded();

    /// <summary>Runs a command with --json that must succeed.</summary>
    public async Task<JsonElement> JsonAsync(string command) => JsonDocument.Parse(await DoAsync(command + " --json")).RootElement;

    /// <summary>Adds accounts without the cost of a hash.</summary>
    public Task AddAccountAsync(string address) => DoAsync($"useradd {address} --hash {{PLAIN}}secret");

    public Task<List<string>> QueryAsync(string sql) => cluster.QueryAsync(Database, sql);

    public Task SqlAsync(string sql) => cluster.ExecuteAsync(Database, "vmm", sql);

    public async Task<long> CountAsync(string table) =>
        long.Parse((await QueryAsync($"SELECT count(*) FROM {table}"))[0], CultureInfo.InvariantCulture);

    /// <summary>Everything below the base: type, mode, owner, group, path; sorted.</summary>
    public async Task<List<string>> TreeAsync()
    {
        var found = await Run.ProgramAsync("find", [Base, "-mindepth", "1", "-printf", "%y %m %U:%G %P\n"]);
        return [.. found.Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whatever a test was about: no password may be in the log.</summary>
    public void Dispose()
    {
        var log = File.Exists(Log) ? File.ReadAllText(Log) : "";
        directory.Dispose();
        Assert.Empty(secrets.In(log));
    }
}
