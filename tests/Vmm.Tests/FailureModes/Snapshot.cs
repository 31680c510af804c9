namespace Vmm.Tests.FailureModes;

/// <summary>Rows and directories, to be compared before and after: a command that fails leaves both as they were.</summary>
internal static class Snapshot
{
    private const string Rows = """
        SELECT 'users', local_part, passwd FROM users UNION ALL SELECT 'alias', address, destination FROM alias
        UNION ALL SELECT 'relocated', address, destination FROM relocated UNION ALL SELECT 'domain', domainname, gid::text
          FROM domain_name
        UNION ALL SELECT 'data', domaindir, gid::text FROM domain_data ORDER BY 1, 2, 3
        """;

    /// <summary>As install.sh makes them: they belong to the installation and stay when a domain is undone.</summary>
    public static void MakeHashDirectories(World world)
    {
        foreach (var c in "0123456789abcdefghijklmnopqrstuvwxyz")
        {
            Directory.CreateDirectory(Path.Combine(world.Base, c.ToString()));
            File.SetUnixFileMode(Path.Combine(world.Base, c.ToString()), (UnixFileMode)0b111_101_001);
        }
    }

    public static async Task<List<string>> TakeAsync(World world) => [.. await world.QueryAsync(Rows), .. await world.TreeAsync()];

    public static async Task UnchangedAsync(World world, List<string> before) => Assert.Equal(before, await TakeAsync(world));
}
