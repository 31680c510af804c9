namespace Vmm.Tests.OldConfiguration;

/// <summary>A vmm.cfg in a directory of its own, and what the program makes of it.</summary>
internal sealed class OldConfig : IDisposable
{
    private readonly TempDirectory directory = new();

    public OldConfig(string content, string mode = "640")
    {
        File.WriteAllText(Path, content);
        File.SetUnixFileMode(Path, (UnixFileMode)Convert.ToInt32(mode, 8));
    }

    public string Path => directory["vmm.cfg"];

    public string New => directory["vmm.toml"];

    public string this[string name] => directory[name];

    public IEnumerable<string> Names =>
        Directory
            .GetFileSystemEntries(directory.Path)
            .Select(System.IO.Path.GetFileName)
            .OfType<string>()
            .Order(StringComparer.Ordinal);

    /// <summary>A file of this release, or Debian's.</summary>
    public static string Example(string release) =>
        File.ReadAllText(release == "Debian" ? "/etc/vmm/vmm.cfg" : ExamplePath($"{release}.cfg"));

    public static string ExamplePath(string name) => Repository.PathOf("tests", "Vmm.Tests", "OldConfiguration", "files", name);

    public Task<Outcome> ConvertAsync(params string[] more) => VmmAsync(["upgrade", "--from-config", Path, .. more]);

    /// <summary>With the new file as its configuration.</summary>
    public Task<Outcome> VmmAsync(params string[] arguments) =>
        Run.ProgramAsync(Repository.Binary, arguments, environment: new Dictionary<string, string> { ["VMM_CONFIG"] = New });

    /// <summary>Without what is different in each directory.</summary>
    public string Neutral(string text) => text.Replace(directory.Path, "DIRECTORY", StringComparison.Ordinal);

    public void Dispose() => directory.Dispose();
}
