namespace Vmm.Core.Checks;

/// <summary>One thing that is not as it ought to be.</summary>
/// <param name="Code">Stable word for scripts; docs/check.md lists them.</param>
/// <param name="Severity">error: mail is lost or refused, or somebody cannot log in, or could do what is not his; warning: it will come to that.</param>
/// <param name="Subject">The address, domain, directory, or object of the database that it is about; bytes that cannot be shown as \xNN.</param>
/// <param name="Message">A sentence without a final stop.</param>
/// <param name="Remedy">A command or an action that mends it.</param>
public sealed record Finding(string Code, string Severity, string Subject, string Message, string Remedy)
{
    internal const string Error = "error";
    internal const string Warning = "warning";

    /// <summary>Primary name of the domain that it is about; left out where it is about none.</summary>
    public string? Domain { get; init; }

    /// <summary>What a repair sets; null where it is about something else.</summary>
    internal OwnerAndMode? Put { get; init; }
}

/// <summary>Owner and permissions that a directory ought to have.</summary>
/// <param name="Base">The base directory.</param>
/// <param name="Place">The way from there.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record OwnerAndMode(string Base, string Place, long Uid, long Gid, UnixFileMode Mode);
