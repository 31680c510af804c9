using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Help;
using Vmm.Cli.Running;

namespace Vmm.Cli.Commands;

/// <summary>help.</summary>
internal static class HelpCommand
{
    /// <param name="whole">Makes the tree with all subcommands.</param>
    internal static Subcommand One(Func<RootCommand> whole) =>
        new("help", "h", "show help", (command, app) => Declare(command, app, whole));

    private static void Declare(VmmCommand command, App app, Func<RootCommand> whole)
    {
        var topic = new Argument<string?>("subcommand") { Arity = ArgumentArity.ZeroOrOne, Description = "long or short name" }
            .Completes(() => Names.OneOf(whole().Subcommands.Where(c => !c.Hidden).SelectMany(c => c.Aliases.Prepend(c.Name))));
        command.Details = "Without a subcommand it lists all of them.";
        command.Example = "help useradd";
        command.Takes(topic);
        command.Prints(
            parse =>
            {
                var root = whole();
                var name = parse.GetValue(topic);
                var about = name is null ? root : root.Subcommands.FirstOrDefault(c => c.Name == name || c.Aliases.Contains(name));
                return about is null
                    ? Misuse.Tell(app.Terminal, root.Parse([name!], Arguments.Parser))
                    : HelpAction.Tell(app, parse, about, whole);
            },
            () => HelpJson.Default.HelpTopics);
    }
}
