namespace Vmm.Tests.Configuration;

/// <summary>A configuration in a directory of its own; no database is behind it.</summary>
internal sealed class ConfigFile : IDisposable
{
    private readonly TempDirectory directory = new();

    public ConfigFile(string content, string mode = "640")
    {
        File.WriteAllText(Path, Content = content.ReplaceLineEndings("\n") + $"\n[log]\nfile = \"{Log}\"\n");
        File.SetUnixFileMode(Path, (UnixFileMode)Convert.ToInt32(mode, 8));
    }

    public string Path => directory["vmm.toml"];

    public string Backup => Path + ".bak";

    public string Log => directory["vmm.log"];

    /// <summary>As it was at first.</summary>
    public string Content { get; }

    public string Now => File.ReadAllText(Path);

    public string this[string name] => directory[name];

    /// <summary>What is in the directory, without the log.</summary>
    public IEnumerable<string> Names =>
        Directory
            .GetFileSystemEntries(directory.Path)
            .Select(System.IO.Path.GetFileName)
            .OfType<string>()
            .Where(n => n != "vmm.log")
            .Order(StringComparer.Ordinal);

    public Dictionary<string, string> Environment => new() { ["VMM_CONFIG"] = Path };

    public Task<Outcome> VmmAsync(params string[] arguments) => WithInputAsync(null, arguments);

    public Task<Outcome> WithInputAsync(string? input, params string[] arguments) =>
        Run.ProgramAsync(Repository.Binary, arguments, input, Environment);

    public void Dispose() => directory.Dispose();
}
