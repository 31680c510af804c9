namespace Vmm.Core.Checks;

/// <summary>One thing that is wrong. <see cref="Findings"/> makes them all.</summary>
/// <param name="Code">Stable word for scripts; docs/check.md lists them.</param>
/// <param name="Severity">
/// error: mail is lost or rejected, someone cannot log in, or someone has access they should not have; warning: it will become an
/// error.
/// </param>
/// <param name="Subject">
/// The address, domain, directory, or object of the database that it is about; bytes that cannot be shown as \xNN.
/// </param>
/// <param name="Message">A sentence without a final stop.</param>
/// <param name="Remedy">A command or an action that repairs it.</param>
public sealed record Finding(FindingCode Code, Severity Severity, string Subject, string Message, string Remedy)
{
    /// <summary>Primary name of the domain that it is about; left out where it is about none.</summary>
    public string? Domain { get; init; }

    /// <summary>The owner and mode that a repair sets; null where it is about something else.</summary>
    internal OwnerAndMode? Correct { get; init; }
}

/// <summary>Owner and permissions that a directory should have.</summary>
/// <param name="Base">The base directory.</param>
/// <param name="Place">The path from there.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record OwnerAndMode(string Base, string Place, long Uid, long Gid, UnixFileMode Mode);
