using System.CommandLine;
using System.Text.Json.Serialization;
using Vmm.Cli.Running;
using Vmm.Data.Failures;

namespace Vmm.Cli.Help;

/// <summary>What there is to know about subcommands.</summary>
/// <param name="Subcommands">All of them, or the one that was asked for.</param>
internal sealed record HelpTopics(IReadOnlyList<HelpTopic> Subcommands);

/// <summary>One subcommand.</summary>
/// <param name="Name">Its long name.</param>
/// <param name="Aliases">Its short names.</param>
/// <param name="Group">What it is about.</param>
/// <param name="Description">What it does, in one line.</param>
/// <param name="Details">The same in sentences.</param>
/// <param name="Synopsis">The ways to type it.</param>
/// <param name="Arguments">What comes after its name.</param>
/// <param name="Options">Its own options.</param>
/// <param name="CommonOptions">The options that every command has.</param>
/// <param name="Example">A command line that works.</param>
/// <param name="ExitCodes">0 and the exit statuses of its own.</param>
/// <param name="CommonExitCodes">Numbers of the exit statuses that any command may have.</param>
internal sealed record HelpTopic(
    string Name,
    IReadOnlyList<string> Aliases,
    string Group,
    string Description,
    string Details,
    IReadOnlyList<string> Synopsis,
    IReadOnlyList<ArgumentHelp> Arguments,
    IReadOnlyList<OptionHelp> Options,
    IReadOnlyList<OptionHelp> CommonOptions,
    string Example,
    IReadOnlyList<ExitCodeHelp> ExitCodes,
    IReadOnlyList<int> CommonExitCodes)
{
    private static readonly ErrorCode[] Common =
    [
        ErrorCode.Usage, ErrorCode.Interrupted, ErrorCode.ConfigError, ErrorCode.ConfigMissing, ErrorCode.NotRoot,
        ErrorCode.ConfigPermission, ErrorCode.Database, ErrorCode.DomainInvalid, ErrorCode.DomainMissing, ErrorCode.DomainTooLong,
        ErrorCode.InvalidAddress, ErrorCode.InvalidArgument, ErrorCode.LocalPartInvalid, ErrorCode.LocalPartTooLong,
        ErrorCode.NoSuchDirectory, ErrorCode.FileSystem, ErrorCode.SchemaUnknown, ErrorCode.OutputFailed, ErrorCode.UnsafePath,
        ErrorCode.AddressTooLong, ErrorCode.Internal,
    ];

    /// <summary>Reads a command of the tree. What is hidden stays hidden.</summary>
    internal static HelpTopic Of(Command command)
    {
        var own = command as VmmCommand;
        var codes = own?.Codes ?? [];
        // Its lines replace the arguments, which are required otherwise.
        var fromFile = command.Options.FirstOrDefault(o => o.Name == "--from-file");
        var arguments = command.Arguments.Where(a => !a.Hidden).Select(a => ArgumentHelp.Of(a, fromFile is not null)).ToList();
        var synopsis = string.Join(' ', arguments.Select(a => a.Placeholder).Prepend($"vmm {command.Name}").Append("[options]"));
        return new HelpTopic(
            command.Name,
            [.. command.Aliases],
            own?.Group ?? "",
            command.Description ?? "",
            own?.Details ?? "",
            fromFile is null ? [synopsis] : [synopsis, $"vmm {command.Name} {OptionHelp.Of(fromFile).Label} [options]"],
            arguments,
            [.. command.Options.Where(o => !o.Hidden).Select(OptionHelp.Of)],
            CommonOptionsOf(command),
            $"vmm {own?.Example}",
            [new ExitCodeHelp(0, "Success", ExitCodeHelp.Success), .. codes.Order().Select(ExitCodeHelp.Of)],
            [.. Common.Except(codes).Select(c => (int)c)]);
    }

    private static IReadOnlyList<OptionHelp> CommonOptionsOf(Command command) =>
        [.. command.Parents.OfType<RootCommand>().SelectMany(r => r.Options).Where(o => o.Recursive).Select(OptionHelp.Of)];
}

/// <summary>An argument of a subcommand.</summary>
/// <param name="Name">Its placeholder, without angle brackets.</param>
/// <param name="Description">What it is.</param>
/// <param name="Required">Whether it must be given.</param>
/// <param name="Repeats">Whether there may be more than one.</param>
internal sealed record ArgumentHelp(string Name, string Description, bool Required, bool Repeats)
{
    /// <summary>As in a synopsis.</summary>
    internal string Placeholder => (Required, Repeats) switch
    {
        (true, false) => $"<{Name}>",
        (true, true) => $"<{Name}>...",
        (false, false) => $"[<{Name}>]",
        (false, true) => $"[<{Name}>...]",
    };

    /// <summary>Reads an argument of the tree.</summary>
    internal static ArgumentHelp Of(Argument argument, bool required) =>
        new(
            argument.Name,
            argument.Description ?? "",
            required || argument.Arity.MinimumNumberOfValues > 0,
            argument.Arity.MaximumNumberOfValues > 1);
}

/// <summary>An option of a subcommand.</summary>
/// <param name="Names">The short one first.</param>
/// <param name="Value">Placeholder of its value; left out where it takes none.</param>
/// <param name="Description">What it does.</param>
internal sealed record OptionHelp(IReadOnlyList<string> Names, string? Value, string Description)
{
    /// <summary>As in a list of options.</summary>
    internal string Label => string.Join(", ", Names) + (Value is null ? "" : $" <{Value}>");

    /// <summary>Reads an option of the tree.</summary>
    internal static OptionHelp Of(Option option) => new(
        [.. option.Aliases.Append(option.Name).OrderBy(n => n.Length)],
        option.Arity.MaximumNumberOfValues == 0 || option.ValueType == typeof(bool) ? null : option.HelpName,
        option.Description ?? "");
}

/// <summary>An exit status.</summary>
/// <param name="Code">The number.</param>
/// <param name="Name">Its name in the table of exit codes.</param>
/// <param name="Meaning">A sentence.</param>
internal sealed record ExitCodeHelp(int Code, string Name, string Meaning)
{
    /// <summary>What 0 means.</summary>
    internal const string Success = "Done. Warnings, if any, are on standard error.";

    /// <summary>Looks a code up.</summary>
    internal static ExitCodeHelp Of(ErrorCode code) => new((int)code, code.ToString(), code.Meaning());
}

/// <summary>The JSON of help.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HelpTopics))]
internal sealed partial class HelpJson : JsonSerializerContext;
