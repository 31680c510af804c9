namespace Vmm.Tests;

internal static class WorldPaths
{
    /// <summary>Home below the base directory of the first account of the first domain, or of another one.</summary>
    public static string Home(this World world, long gid = 70000, long uid = 70000) =>
        DomainPath.ForNew(world.Base, gid) is var path ? $"{path.Hash}/{gid}/{uid}" : "";
}
