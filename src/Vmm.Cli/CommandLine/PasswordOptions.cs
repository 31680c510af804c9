using System.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Core.Configuration;
using Vmm.Core.Passwords;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.CommandLine;

/// <summary>A password as it will be stored, and the text of a generated one.</summary>
internal sealed record Secret(PasswordHash Hash, string? Generated);

/// <summary>The ways to hand over a password. At most one is used; without any, a terminal is asked twice.</summary>
internal sealed class PasswordOptions
{
    private const UnixFileMode ReadableByOthers = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>What the details of commands say about passwords.</summary>
    internal const string Help =
        "The password is asked for twice on the terminal, or given by one of the options; without a terminal vmm does not ask.";

    private readonly SecretOption password = new("-p", "--password")
    {
        HelpName = "password",
        Description = "the password; others can see it in the process list",
    };

    private readonly Option<bool> stdin = new("--password-stdin")
    {
        Description = "read the password from standard input, up to the end of the line",
    };

    private readonly Option<string?> file = new Option<string?>("--password-file")
    {
        HelpName = "file",
        Description = "read the password from a file, up to the end of the line",
    }.Completes(Names.File);

    private readonly Option<bool> random = new("--random") { Description = "generate a password and print it" };
    private readonly SecretOption hash = new("--hash") { HelpName = "{SCHEME}hash", Description = "store this hash unchanged" };

    private readonly Option<string?> scheme = new Option<string?>("--scheme", "-s")
    {
        HelpName = "scheme",
        Description = "hash with this scheme instead of misc.password_scheme",
    }.Completes(Names.Scheme);

    private readonly Argument<string?> old = Arguments.Old("password", isSecret: true);

    /// <summary>For the command's declaration.</summary>
    internal IEnumerable<Option> All => [password, stdin, file, random, hash, scheme];

    /// <summary>The same with the password as one more word, as in vmm 0.3 to 0.6.</summary>
    internal IEnumerable<Symbol> WithOld => [old, .. All];

    /// <summary>Whether one of the options is on the command line.</summary>
    internal bool IsGiven(ParseResult parse) => All.Any(o => parse.GetResult(o) is { Implicit: false });

    private string? OnCommandLine(ParseResult parse) => Arguments.Either(parse, password, old);

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

        var target = PasswordScheme.Parse(parse.GetValue(scheme) ?? asking.Settings.Value(SettingOptions.MiscPasswordScheme));
        var given = Given(asking);
        var generated = given is null && (parse.GetValue(random) || asking.Settings.Value(SettingOptions.AccountRandomPassword))
            ? RandomPassword.Create((int)asking.Settings.Value(SettingOptions.AccountPasswordLength))
            : null;
        if (given is not null && HashLook.IsLikely(given))
        {
            asking.Terminal.Warn("the password looks like a hash and is taken as the password itself; --hash stores a hash");
        }

        if (given is not null && All.Any(o => given == o.Name || o.Aliases.Contains(given)))
        {
            asking.Terminal.Warn("the password is the name of an option, which is not in force then");
        }

        var text = given ?? generated ?? PasswordPrompt.Ask(asking.Terminal, t => PasswordPolicy.Require(t, target));
        PasswordPolicy.Require(text, target);
        return new Secret(PasswordHasher.Hash(target, text, address, asking.Settings.HashCost), generated);
    }

    /// <summary>
    /// The password field of a line: a hash with its scheme, a password, or empty for a generated one. Not hashed yet.
    /// </summary>
    /// <exception cref="VmmException">2, 44, 67, 69.</exception>
    internal LinePassword OfLine(Asking asking, string field)
    {
        if (All.Any(o => o != random && o != scheme && asking.Parse.GetResult(o) is { Implicit: false }))
        {
            throw new VmmException(
                ErrorCode.Usage,
                "the passwords come from the file",
                "Only --random and --scheme can be combined with --from-file."
            );
        }

        var target = PasswordScheme.Parse(
            asking.Parse.GetValue(scheme) ?? asking.Settings.Value(SettingOptions.MiscPasswordScheme)
        );
        if (HashLook.Read(field) is { } stored)
        {
            return new LinePassword(target, "", IsGenerated: false) { Hash = stored };
        }

        var isGenerated =
            field.Length == 0 && (asking.Parse.GetValue(random) || asking.Settings.Value(SettingOptions.AccountRandomPassword));
        var text = isGenerated ? RandomPassword.Create((int)asking.Settings.Value(SettingOptions.AccountPasswordLength)) : field;
        if (text.Length == 0)
        {
            throw new VmmException(
                ErrorCode.MissingPassword,
                "there is no password",
                "Put a password or a {SCHEME}hash into the second field, or pass --random.");
        }

        PasswordPolicy.Require(text, target);
        return new LinePassword(target, text, isGenerated);
    }

    private string? Given(Asking asking)
    {
        var parse = asking.Parse;
        if (OnCommandLine(parse) is { } text)
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
        bool[] ways =
        [
            OnCommandLine(parse) is not null, parse.GetValue(stdin), parse.GetValue(file) is not null, parse.GetValue(random),
            parse.GetValue(hash) is not null,
        ];
        if (ways.Count(w => w) > 1)
        {
            throw new VmmException(
                ErrorCode.Usage,
                "the password is given in more than one way",
                "Use one of -p, --password-stdin, --password-file, --random and --hash.");
        }
    }

    private static FileStream Open(string path, Terminal terminal)
    {
        var content = InputFile.Open(path, ErrorCode.MissingPassword, "the password file ");
        if (content.CanSeek && (File.GetUnixFileMode(content.SafeFileHandle) & ReadableByOthers) != 0)
        {
            terminal.Warn($"the password file '{path}' can be read by others; chmod 0600 prevents that");
        }

        return content;
    }
}

/// <summary>A password of a line.</summary>
/// <param name="Scheme">To hash it with.</param>
/// <param name="Text">Empty where the line has a hash.</param>
/// <param name="IsGenerated">Whether it has to be shown.</param>
internal sealed record LinePassword(PasswordScheme Scheme, string Text, bool IsGenerated)
{
    /// <summary>Null until it is hashed.</summary>
    internal PasswordHash? Hash { get; set; }

    /// <summary>Does not reveal the password.</summary>
    public override string ToString() => "{hidden}";
}
