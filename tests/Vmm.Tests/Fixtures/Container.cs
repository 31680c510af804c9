namespace Vmm.Tests;

/// <summary>A user namespace that has only some of the uids and gids, as a container without privileges.</summary>
internal static class Container
{
    /// <summary>Runs a shell command as its root, who is root outside, too.</summary>
    /// <param name="ids">How many it has, from 0 up.</param>
    /// <param name="command">For bash.</param>
    /// <param name="gids">How many gids, where that is another number.</param>
    /// <param name="environment">Of the command.</param>
    public static async Task<Outcome> RunAsync(
        int ids, string command, int? gids = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var directory = new TempDirectory();
        // As a container's manager does it: the process waits until its ids are written from outside.
        var script = $$"""
            go={{directory["go"]}}; mkfifo $go
            unshare --user bash -c 'read -r _ < "$0"; exec bash -c "$1"' $go {{Run.Quoted(command)}} & pid=$!
            while [ "$(readlink /proc/$pid/ns/user)" = "$(readlink /proc/self/ns/user)" ]; do sleep 0.01; done
            echo 0 0 {{ids}} > /proc/$pid/uid_map; echo 0 0 {{gids ?? ids}} > /proc/$pid/gid_map
            echo > $go; wait $pid
            """;
        return await Run.ShellAsync(script, environment);
    }
}
