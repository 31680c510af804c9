using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Data.Failures;

namespace Vmm.Cli.Running;

/// <summary>An option that turns a refusal into a success when what was wanted is there already.</summary>
/// <param name="Option"><c>--if-not-exists</c> or <c>--if-exists</c>.</param>
/// <param name="Codes">The errors that mean just that.</param>
internal sealed record Tolerance(Option<bool> Option, IReadOnlyList<ErrorCode> Codes)
{
    /// <summary>Whether this error is a success, as the command line wants it.</summary>
    internal bool Covers(ParseResult parse, VmmException e) => parse.GetValue(Option) && Codes.Contains(e.Code) && !e.IsConflict;

    /// <summary>For commands that add.</summary>
    internal static Tolerance IfNotExists(params ErrorCode[] codes) => new(Arguments.IfNotExists, codes);

    /// <summary>For commands that delete; a missing domain is as good as a missing address.</summary>
    internal static Tolerance IfExists(params ErrorCode[] codes) => new(Arguments.IfExists, [.. codes, ErrorCode.NoSuchDomain]);
}
