using System.CommandLine;
using Vmm.Core.Administration;
using Vmm.Data.Values;

namespace Vmm.Cli.CommandLine;

/// <summary>What every list takes: a pattern, where to start and how many items.</summary>
internal sealed class ListOptions
{
    /// <summary>What the details of every list say.</summary>
    internal const string Help =
        "The output is streamed: a list of any length takes the same memory. Use --limit with --after to get it in pages.";

    private readonly Option<string?> pattern = new("--pattern", "-p")
    {
        HelpName = "pattern",
        Description = "list only what matches; '%' at the beginning or end stands for anything",
    };

    private readonly Option<string?> after = After();
    private readonly Argument<string?> old = Arguments.Old("pattern");
    private readonly Option<long?> limit = Limit();

    /// <summary>Where a page of a list starts.</summary>
    internal static Option<string?> After() => new("--after") { HelpName = "item", Description = "start after this item" };

    /// <summary>How long a list may be.</summary>
    internal static Option<long?> Limit() => new("--limit")
    {
        HelpName = "number",
        Description = "show at most this many items",
        CustomParser = result => Arguments.Number(result, 1, long.MaxValue),
    };

    /// <summary>For the command's declaration.</summary>
    internal Symbol[] All => [old, pattern, after, limit];

    /// <summary>An empty pattern is none.</summary>
    internal bool HasPattern(ParseResult parse) => !string.IsNullOrEmpty(parse.GetValue(pattern) ?? parse.GetValue(old));

    /// <summary>Which domains.</summary>
    internal DomainListPage Domains(ParseResult parse) => new(
        ListPattern.Domain(Arguments.Either(parse, pattern, old)),
        parse.GetValue(after) is { } name ? DomainName.Refer(name) : null,
        parse.GetValue(limit));

    /// <summary>Which addresses.</summary>
    internal AddressListPage Addresses(ParseResult parse) => new(
        ListPattern.Address(Arguments.Either(parse, pattern, old)),
        parse.GetValue(after) is { } address ? EmailAddress.Refer(address) : null,
        parse.GetValue(limit));
}
