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

        var stale = 0;
        foreach (var (path, text) in Documents.All())
        {
            var file = Path.Combine(Documents.Root, path);
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
}
