using Vmm.Cli.Output;
using Vmm.Cli.Running;
using Vmm.Core.Passwords;

namespace Vmm.Cli.Commands;

/// <summary>A password scheme.</summary>
/// <param name="Name">As Dovecot writes it, without braces.</param>
/// <param name="Weak">Whether Dovecot 2.4 refuses it unless auth_allow_weak_schemes is set.</param>
internal sealed record PasswordSchemeItem(string Name, bool Weak);

/// <summary>What <c>listpwschemes</c> prints.</summary>
/// <param name="Schemes">Every scheme that vmm can hash with.</param>
/// <param name="Encodings">Suffixes for the encoding of a hash.</param>
internal sealed record PasswordSchemes(IReadOnlyList<PasswordSchemeItem> Schemes, IReadOnlyList<string> Encodings);

/// <summary>listpwschemes.</summary>
internal static class PasswordSchemeCommand
{
    /// <summary>What becomes of a weak scheme.</summary>
    internal const string Weak = "Dovecot 2.4 refuses it unless auth_allow_weak_schemes is set";

    internal static Subcommand One => new("listpwschemes", "lp", "list the password schemes and their encodings", Declare);

    private static void Declare(VmmCommand command, App app)
    {
        command.Details = "Any of them may be the value of misc.password_scheme or --scheme, with the suffix of an encoding "
            + "where Dovecot accepts one.";
        command.Example = "listpwschemes";
        command.Tells(
            app,
            _ => new PasswordSchemes(
                [.. PasswordScheme.All.Select(s => new PasswordSchemeItem(s.Name, s.IsWeak))], [".B64", ".BASE64", ".HEX"]),
            Text,
            () => CommandJson.Default.PasswordSchemes);
    }

    private static string Text(PasswordSchemes list) =>
        TextBlock.Heading("Usable password schemes")
        + string.Concat(list.Schemes.Select(s => $"\t{s.Name}{(s.Weak ? $"  (weak: {Weak})" : "")}\n"))
        + "\n"
        + TextBlock.Heading("Usable encoding suffixes")
        + string.Concat(list.Encodings.Select(e => $"\t{e}\n"))
        + "\n";
}
