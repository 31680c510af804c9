namespace Vmm.Tests;

/// <summary>Where the sources and the published program are.</summary>
internal static class Repository
{
    private static readonly Lazy<string> Found = new(FindBinary);

    public static string Root { get; } = FindRoot();

    /// <summary>The program as it is shipped; test.sh publishes it. Only who asks for it needs it.</summary>
    public static string Binary => Found.Value;

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static IEnumerable<string> Sources(string folder, string pattern) =>
        Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Where(f => !f.Contains("/bin/", StringComparison.Ordinal) && !f.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Vmm.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("the tests do not lie in the repository");
    }

    private static string FindBinary()
    {
        var path = Environment.GetEnvironmentVariable("VMM_BINARY") ?? PathOf("artifacts", "publish", "vmm");
        return File.Exists(path)
            ? path
            : throw new InvalidOperationException(
                $"{path} is not there: run ./test.sh, or publish src/Vmm.Cli to artifacts/publish"
            );
    }
}
