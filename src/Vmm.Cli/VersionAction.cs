using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Vmm.Cli;

/// <summary>Prints name and version.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    /// <summary>For example 0.8.0.</summary>
    internal static string Version { get; } =
        typeof(VersionAction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"vmm {Version}");
        return 0;
    }
}
