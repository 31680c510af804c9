using System.Text.Json.Serialization.Metadata;
using Vmm.Cli.CommandLine;
using Vmm.Core;

namespace Vmm.Cli.Running;

/// <summary>What a command changes in the database and the mail directories, in the order of its steps.</summary>
internal sealed record Change<TRequest, T>
{
    /// <summary>The object that it is about, for the operations log.</summary>
    internal required Func<Asking, string> Target { get; init; }

    /// <summary>Reads the command line and asks for what is missing; nothing is locked yet.</summary>
    internal required Func<Asking, TRequest> Ask { get; init; }

    /// <summary>Does it, in one transaction.</summary>
    internal required Func<Session, TRequest, T> Act { get; init; }

    /// <summary>The result for people; most changes print nothing, as in vmm 0.7.</summary>
    internal Func<T, string> Say { get; init; } = _ => "";

    /// <summary>The result for programs.</summary>
    internal required Func<JsonTypeInfo<T>> Json { get; init; }

    /// <summary>What the operations log must have, because it cannot be looked up afterwards; null where everything can.</summary>
    internal Func<T, string>? Details { get; init; }

    /// <summary>Null where the wanted state cannot be there already.</summary>
    internal Tolerance? Tolerance { get; init; }

    /// <summary>Whether the result means that something is different now.</summary>
    internal Func<T, bool> Changed { get; init; } = _ => true;
}
