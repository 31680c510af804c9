using System.Text;
using System.Text.RegularExpressions;

namespace Vmm.Tests.Commands;

/// <summary>
/// A session of an administrator as a text file: lines that begin with <c>$ </c> are run by bash, one after the other in one world;
/// what follows is
/// what came out: standard output as it is, standard error marked by <c>! </c>, the exit status when it is not 0. Lines that begin
/// with <c># </c>
/// are remarks where a command follows at once. A command may go over several lines, each but the last ending in a backslash.
/// VMM_UPDATE_GOLDEN=1 writes the answers anew.
/// </summary>
internal static partial class Transcript
{
    public static string Folder { get; } = Repository.PathOf("tests", "Vmm.Tests", "Transcripts");

    /// <summary>All sessions.</summary>
    public static IEnumerable<string> Names =>
        Directory.GetFiles(Folder, "*.txt").Select(f => Path.GetFileNameWithoutExtension(f)).Order();

    /// <param name="world">Where it goes.</param>
    /// <param name="cluster">For psql.</param>
    /// <param name="name">Of the file.</param>
    /// <param name="host">The host by which vmm reaches the server, if it is another one than the cluster's.</param>
    public static async Task CheckAsync(World world, PostgresCluster cluster, string name, string? host = null)
    {
        var path = Path.Combine(Folder, name + ".txt");
        var played = new StringBuilder();
        foreach (var step in Steps(await File.ReadAllLinesAsync(path)))
        {
            played.Append(played.Length == 0 ? "" : "\n").Append(step.Remark).Append("$ ").Append(step.Command).Append('\n');
            var outcome = await Run.ShellAsync(step.Command, Environment(world, cluster));
            var hosts = new[] { cluster.Socket, host ?? cluster.Socket };
            played.Append(Mask(world, hosts, outcome.Out));
            played.Append(Lines(Mask(world, hosts, outcome.Error)));
            played.Append(outcome.ExitCode == 0 ? "" : $"[exit {outcome.ExitCode}]\n");
        }

        Golden.CheckFile(path, played.ToString());
    }

    private static IEnumerable<(string Remark, string Command)> Steps(IEnumerable<string> lines)
    {
        var remark = new StringBuilder();
        var command = new StringBuilder();
        foreach (var line in lines)
        {
            if (command.Length > 0 || line.StartsWith("$ ", StringComparison.Ordinal))
            {
                command.Append(command.Length > 0 ? "\n" + line : line[2..]);
                if (!line.EndsWith('\\'))
                {
                    yield return (remark.ToString(), command.ToString());
                    remark.Clear();
                    command.Clear();
                }
            }
            else if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                remark.Append(line).Append('\n');
            }
            else
            {
                // What stood before was part of an answer: files of configuration have such lines.
                remark.Clear();
            }
        }
    }

    /// <summary>psql reaches the world's database without arguments, vmm is the program under test.</summary>
    private static Dictionary<string, string> Environment(World world, PostgresCluster cluster) =>
        new(world.Environment)
        {
            ["PATH"] =
                $"{Path.GetDirectoryName(Repository.Binary)}:{Path.GetDirectoryName(cluster.Psql)}:/usr/sbin:/usr/bin:/sbin:/bin",
            ["PGHOST"] = cluster.Socket,
            ["PGDATABASE"] = world.Database,
            ["PGUSER"] = "vmm",
            ["MAIL"] = world.Base,
            ["LAYOUTS"] = Repository.PathOf("tests", "Vmm.Tests", "Upgrade"),
            ["LC_ALL"] = "C.UTF-8",
            ["NO_COLOR"] = "1",
        };

    /// <summary>What differs from run to run.</summary>
    private static string Mask(World world, string[] hosts, string text)
    {
        var plain = text
            .Replace(world.Base, "/srv/mail", StringComparison.Ordinal)
            .Replace(world.Config, "/etc/vmm/vmm.toml", StringComparison.Ordinal)
            .Replace(world.Directory, "/tmp", StringComparison.Ordinal)
            .Replace($"'{world.Database}'", "'mailsys'", StringComparison.Ordinal);
        plain = hosts.Aggregate(plain, (t, h) => t.Replace(h, "/run/postgresql", StringComparison.Ordinal));
        plain = Regex.Replace(plain, $@"\b{Regex.Escape(System.Environment.MachineName)}\b", "mail");
        plain = Moment().Replace(plain, "2026-01-31${1}18:00:00");
        return Generated().Replace(Version().Replace(plain, "${1}0.8.x"), "$1****************");
    }

    private static string Lines(string error) =>
        string.Concat(error.TrimEnd('\n').Split('\n').Where(l => error.Length > 0).Select(l => $"! {l}\n"));

    [GeneratedRegex("(vmm |\"version\":\")0\\.8\\.[0-9A-Za-z.+-]+")]
    private static partial Regex Version();

    [GeneratedRegex("20[0-9]{2}-[01][0-9]-[0-3][0-9]([ T])[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]+Z)?")]
    private static partial Regex Moment();

    [GeneratedRegex("(Generated password: |\"generated_password\":\")[^\"\n]+")]
    private static partial Regex Generated();
}
