using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using Vmm.Cli.Running;

namespace Vmm.Cli.Commands;

/// <summary>Name and version.</summary>
/// <param name="Version">For example 0.8.0.</param>
internal sealed record VersionInfo(string Version);

/// <summary>version.</summary>
internal static class VersionCommand
{
    internal static Subcommand One => new("version", "v", "show the version", Declare);

    /// <summary>For example 0.8.0.</summary>
    internal static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static void Declare(VmmCommand command, App app)
    {
        command.Details = "Shows name and version of the program.";
        command.Example = "version";
        command.Tells(app, _ => new VersionInfo(Version), v => $"vmm {v.Version}\n", () => CommandJson.Default.VersionInfo);
    }
}

/// <summary><c>--version</c>: prints name and version.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"vmm {VersionCommand.Version}");
        return 0;
    }
}
