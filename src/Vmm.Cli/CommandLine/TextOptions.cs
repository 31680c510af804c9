using System.CommandLine;
using Vmm.Data.Failures;

namespace Vmm.Cli.CommandLine;

/// <summary>A text that is set or deleted: <c>-n TEXT</c> or <c>-d</c>, exactly one of them (vmm 0.7).</summary>
internal sealed class TextOptions
{
    private readonly Option<bool> delete;
    private readonly Option<string?> text;
    private readonly Argument<string?> old;

    internal TextOptions(string noun)
    {
        text = new Option<string?>($"--{noun}", "-n") { HelpName = noun, Description = $"the new {noun}" };
        delete = new Option<bool>("--delete", "-d") { Description = $"delete the {noun}" };
        old = Arguments.Old(noun);
    }

    /// <summary>For the command's declaration.</summary>
    internal Symbol[] All => [old, text, delete];

    /// <summary>Exactly one of the options must be there.</summary>
    internal void Require(Command command) => command.Validators.Add(result =>
    {
        var ways = ((Option[])[text, delete]).Count(o => result.GetResult(o) is { Implicit: false });
        if (ways + (result.GetResult(old) is { Tokens.Count: > 0 } ? 1 : 0) != 1)
        {
            result.AddError($"exactly one of {text.Name} and {delete.Name} is required");
        }
    });

    /// <summary>The new text, null for none.</summary>
    /// <exception cref="VmmException">44 it is not UTF-8.</exception>
    internal string? Value(ParseResult parse) => Typed(Arguments.Either(parse, text, old), text.HelpName!);

    /// <summary>Bytes of the command line that are not UTF-8 have become a replacement character, which nobody typed.</summary>
    /// <exception cref="VmmException">44 there is one.</exception>
    internal static string? Typed(string? text, string what) => text?.Contains('\ufffd', StringComparison.Ordinal) == true
        ? throw Errors.InvalidArgument($"the {what} is not valid UTF-8", "Type it in a terminal that uses UTF-8.")
        : text;
}
