using System.CommandLine;

namespace Vmm;

/// <summary>A password as it will be stored, and the text of a generated one.</summary>
internal sealed record Secret(PasswordHash Hash, string? Generated);

/// <summary>The ways to hand over a password. At most one is used; without any, a terminal is asked twice.</summary>
internal sealed class PasswordOptions
{
    private const UnixFileMode ReadableByOthers = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly Option<string?> password = new("-p", "--password") { HelpName = "password", Description = "the password; others can see it in the process list" };
    private readonly Option<bool> stdin = new("--password-stdin") { Description = "read the password from standard input, up to the line end" };
    private readonly Option<string?> file = new("--password-file") { HelpName = "file", Description = "read the password from a file, up to the line end" };
    private readonly Option<bool> random = new("--random") { Description = "generate a password and print it" };
    private readonly Option<string?> hash = new("--hash") { HelpName = "{SCHEME}hash", Description = "store this hash as it is" };
    private readonly Option<string?> scheme = new("--scheme", "-s") { HelpName = "scheme", Description = "hash with this scheme instead of misc.password_scheme" };

    /// <summary>For the command's declaration.</summary>
    internal IEnumerable<Option> All => [password, stdin, file, random, hash, scheme];

    /// <summary>Reads or generates the password and hashes it.</summary>
    /// <exception cref="VmmException">2, 3, 44, 67, 68, 69.</exception>
    internal Secret Ask(Asking asking, EmailAddress address)
    {
        var parse = asking.Parse;
        RequireOneWay(parse);
        if (parse.GetValue(hash) is { } stored)
        {
            if (parse.GetValue(scheme) is not null)
            {
                asking.Terminal.Warn("the option --scheme is ignored when --hash is given");
            }

            return new Secret(PasswordHasher.CheckStored(stored), null);
        }

        var wanted = PasswordScheme.Parse(parse.GetValue(scheme) ?? asking.Settings.Text("misc.password_scheme"));
        var given = Given(asking);
        var generated = given is null && (parse.GetValue(random) || asking.Settings.Flag("account.random_password"))
            ? RandomPassword.Create((int)asking.Settings.Number("account.password_length"))
            : null;
        var text = given ?? generated ?? PasswordPrompt.Ask(asking.Terminal, t => PasswordPolicy.Require(t, wanted));
        PasswordPolicy.Require(text, wanted);
        return new Secret(PasswordHasher.Hash(wanted, text, address, asking.Settings.HashCost), generated);
    }

    private string? Given(Asking asking)
    {
        var parse = asking.Parse;
        if (parse.GetValue(password) is { } text)
        {
            asking.Terminal.Warn("a password on the command line can be seen by others; prefer --password-stdin");
            return text;
        }

        // A pipe may be slow or silent.
        using var interruptible = new Interruptible(asking.Terminal, () => { });
        if (parse.GetValue(file) is { } path)
        {
            using var content = Open(path, asking.Terminal);
            return PasswordLine.Read(content.ReadByte, $"'{path}'") ?? "";
        }

        if (!parse.GetValue(stdin))
        {
            return null;
        }

        asking.Terminal.RequireInput();
        return PasswordLine.Read(StandardInput.ReadByte, "standard input") ?? "";
    }

    private void RequireOneWay(ParseResult parse)
    {
        var ways = new[] { parse.GetValue(password) is not null, parse.GetValue(stdin), parse.GetValue(file) is not null, parse.GetValue(random), parse.GetValue(hash) is not null };
        if (ways.Count(w => w) > 1)
        {
            throw new VmmException(
                ErrorCode.Usage, "more than one way to give the password", "Use one of -p, --password-stdin, --password-file, --random and --hash.");
        }
    }

    private static FileStream Open(string path, Terminal terminal)
    {
        try
        {
            var content = File.OpenRead(path);
            if (content.CanSeek && (File.GetUnixFileMode(content.SafeFileHandle) & ReadableByOthers) != 0)
            {
                terminal.Warn($"the password file '{path}' can be read by others; chmod 0600 keeps it to yourself");
            }

            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var reason = e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : Directory.Exists(path) ? "it is a directory"
                : (e.InnerException ?? e).Message.TrimEnd('.').ToLowerInvariant();
            throw new VmmException(ErrorCode.MissingPassword, $"cannot read the password file '{path}': {reason}", null, e);
        }
    }
}
