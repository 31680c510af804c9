namespace Vmm.Cli.Running;

/// <summary>
/// The cheap part of a subcommand: what a list of all of them shows. Arguments, options and the rest are declared only when the
/// command line names it, or when all of them are looked at.
/// </summary>
/// <param name="Name">Its long name.</param>
/// <param name="Short">Its short name, or empty.</param>
/// <param name="Description">What it does, in one line.</param>
/// <param name="Declare">Adds everything else.</param>
internal sealed record Subcommand(string Name, string Short, string Description, Action<VmmCommand, App> Declare)
{
    /// <summary>Whether people do not see it.</summary>
    internal bool Hidden { get; init; }

    /// <summary>Whether a word of the command line is its name.</summary>
    internal bool IsNamed(string word) => word == Name || (word == Short && Short.Length > 0);

    /// <summary>The whole command.</summary>
    internal VmmCommand Make(App app, string group)
    {
        var command = new VmmCommand(Name, Description) { Group = group, Hidden = Hidden };
        if (Short.Length > 0)
        {
            command.Aliases.Add(Short);
        }

        Declare(command, app);
        return command;
    }
}
