using System.Text.Json.Serialization.Metadata;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Output;
using Vmm.Core.Configuration;

namespace Vmm.Cli.Running;

/// <summary>
/// A command that needs the configuration and no session of the runner's: it looks at, or changes, more than rows and mail
/// directories.
/// </summary>
internal sealed record Work<TRequest, T>
{
    /// <summary>Reads the configuration. A command that repairs it opens one that is wrong, too.</summary>
    internal Func<string, Settings> Load { get; init; } = SettingsFile.Load;

    /// <summary>Reads the command line and asks for what is missing.</summary>
    internal required Func<Asking, TRequest> Ask { get; init; }

    /// <summary>Does it; what changes something is done by <see cref="Noted"/>.</summary>
    internal required Func<Asking, Noted, TRequest, Done<T>> Act { get; init; }

    /// <summary>The result for people.</summary>
    internal required Func<TRequest, T, string> Say { get; init; }

    /// <summary>The result for programs.</summary>
    internal required Func<JsonTypeInfo<T>> Json { get; init; }

    /// <summary>The exit status of a command that did what it was asked for.</summary>
    internal Func<TRequest, T, int> Status { get; init; } = (_, _) => 0;
}

/// <summary>What a command did.</summary>
/// <param name="Result">For people and programs.</param>
/// <param name="Outcome">What became of a change; null for a look, and for what tells it in its own words.</param>
/// <param name="Warnings">What went well but should be known.</param>
internal sealed record Done<T>(T Result, ChangeOutcome? Outcome = null, IReadOnlyList<string>? Warnings = null);
