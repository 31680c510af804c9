using System.CommandLine;
using Vmm.Cli.Help;
using Vmm.Cli.Text;
using Vmm.Core.Administration;
using Vmm.Core.Passwords;

namespace Vmm.Cli.Commands;

/// <summary>Name and version.</summary>
/// <param name="Version">For example 0.8.0.</param>
internal sealed record VersionInfo(string Version);

/// <summary>A password scheme.</summary>
/// <param name="Name">As Dovecot writes it, without braces.</param>
/// <param name="Weak">Whether Dovecot 2.4 refuses it unless auth_allow_weak_schemes is set.</param>
internal sealed record PasswordSchemeItem(string Name, bool Weak);

/// <summary>What <c>listpwschemes</c> tells.</summary>
/// <param name="Schemes">Every scheme that vmm can make.</param>
/// <param name="Encodings">Suffixes for the encoding of a hash.</param>
internal sealed record PasswordSchemes(IReadOnlyList<PasswordSchemeItem> Schemes, IReadOnlyList<string> Encodings);

/// <summary>listpwschemes, check, trace, upgrade, help, version.</summary>
internal static class GeneralCommands
{
    internal static IEnumerable<VmmCommand> All(App app, RootCommand root) => [Schemes(app), CheckCommand.Make(app), TraceCommand.Make(app), UpgradeCommand.Make(app), ImportCommand.Make(app), Help(app, root), Version(app)];

    private static VmmCommand Schemes(App app)
    {
        var command = Arguments.Command("listpwschemes", "lp", "list the password schemes and their encodings", "listpwschemes", []);
        return command.Tells(
            app,
            _ => new PasswordSchemes(
                [.. PasswordScheme.All.Select(s => new PasswordSchemeItem(s.Name, s.IsWeak))], [".B64", ".BASE64", ".HEX"]),
            AccountText.Schemes,
            JsonContext.Default.PasswordSchemes);
    }

    private static VmmCommand Help(App app, RootCommand root)
    {
        var topic = new Argument<string?>("subcommand") { Arity = ArgumentArity.ZeroOrOne, Description = "long or short name" };
        var command = Arguments.Command("help", "h", "show help", "help useradd", [], topic);
        command.Result = JsonContext.Default.HelpTopics;
        command.SetAction(parse =>
        {
            var name = parse.GetValue(topic);
            var about = name is null ? root : root.Subcommands.FirstOrDefault(c => c.Name == name || c.Aliases.Contains(name));
            return about is null ? app.Misuse(root.Parse([name!], CommandTree.Parser)) : HelpAction.Tell(app, parse, about);
        });
        return command;
    }

    private static VmmCommand Version(App app) => Arguments.Command("version", "v", "show the version", "version", []).Tells(
        app, _ => new VersionInfo(VersionAction.Version), v => $"vmm {v.Version}\n", JsonContext.Default.VersionInfo);
}
