using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
namespace Vmm.Docs;

/// <summary><c>write</c> regenerates every document; <c>check</c> names those that are stale and ends with 1.</summary>
internal static class DocsTool
{
    private static int Main(string[] args)
    {
        if (args is not ["write" or "check"])
        {
            Console.Error.WriteLine("Use: dotnet run --project tools/Vmm.Docs -- write|check");
            return 2;
        }

        var root = FindRoot();
        var stale = 0;
        foreach (var (path, text) in Documents.All())
        {
            var file = Path.Combine(root, path);
            if (File.Exists(file) && File.ReadAllText(file) == text)
            {
                continue;
            }

            stale++;
            Console.WriteLine(path);
            if (args[0] == "write")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }
        }

        return args[0] == "check" && stale > 0 ? 1 : 0;
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Vmm.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("this tool does not lie in the repository");
    }
}
