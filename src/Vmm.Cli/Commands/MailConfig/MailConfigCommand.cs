using System.CommandLine;
using System.CommandLine.Parsing;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Cli.Running;
using Vmm.Core.MailConfiguration;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands.MailConfig;

/// <summary>mailconfig.</summary>
internal sealed class MailConfigCommand
{
    private static readonly string[] Programs = ["postfix", "dovecot"];

    private readonly Argument<string?> program = MakeProgram();

    private readonly Option<bool> diff = new("--diff")
    {
        Description = "compare with what is installed, as diff -u does; exit 4 if something differs",
    };

    private readonly Option<bool> install = new("--install")
    {
        Description = "write it into the directories of Postfix and Dovecot, and keep what is replaced",
    };

    private readonly Option<bool> dryRun = new(Arguments.DryRun.Name)
    {
        Description = "with --install or --undo: show what would be done, and do nothing",
    };

    private readonly Option<bool> replace = new("--replace")
    {
        Description = "with --install: also replace settings of yours that are in the way; with --undo: also files that changed",
    };

    private readonly Option<bool> undo = new("--undo")
    {
        Description = "restore what the last --install replaced, and remove the files that it added",
    };

    private readonly Option<bool> showSecrets = new("--show-secrets")
    {
        Description = "print the passwords of the roles instead of a mark",
    };

    private readonly Option<bool> lda = new("--lda")
    {
        Description = "deliver by Dovecot's LDA, which Postfix starts for each message, instead of LMTP",
    };

    private readonly Option<string?> postfixVersion =
        Of("--postfix-version", "version", "for this version of Postfix, 3.7 to 3.10, instead of the installed one");
    private readonly Option<string?> dovecotVersion =
        Of("--dovecot-version", "version", "for this version of Dovecot, 2.3 or 2.4, instead of the installed one");
    private readonly Option<string?> postfixDirectory =
        Of("--postfix-directory", "dir", "directory of main.cf, instead of Postfix's default").Completes(Names.File);
    private readonly Option<string?> dovecotDirectory =
        Of("--dovecot-directory", "dir", "directory of dovecot.conf, instead of Dovecot's default").Completes(Names.File);

    private readonly Option<string?> postfixPassword = Of(
        "--postfix-password-file",
        "file",
        "password of the role postfix, up to the end of the line; empty if the server needs none").Completes(Names.File);

    private readonly Option<string?> dovecotPassword =
        Of("--dovecot-password-file", "file", "the same for the role dovecot").Completes(Names.File);

    internal static Subcommand One => new(
        "mailconfig",
        "",
        "print, compare or install the configuration of Postfix and Dovecot",
        (command, app) => new MailConfigCommand().Declare(command, app));

    private void Declare(VmmCommand command, App app)
    {
        command.Details = "Generates the map files, the lines of main.cf and master.cf, and the files of Dovecot for the "
            + "installed versions and the database of vmm.toml. Without an option it prints them. --install replaces each "
            + "file as a whole, keeps the old one as FILE.vmm-TIME, and restores everything if Postfix or Dovecot rejects the "
            + "result. Your other settings stay; if one is in the way, it is named and nothing is installed without --replace. "
            + "It restarts nothing, but shows the next commands to run. The passwords of "
            + "the roles postfix and dovecot come from the installed files, or from --postfix-password-file and "
            + "--dovecot-password-file; the printed text has a mark instead.";
        command.Example = "mailconfig postfix";
        command.Codes =
        [
            ErrorCode.Found, ErrorCode.NotExecutable, ErrorCode.NoSuchBinary, ErrorCode.VmmError, ErrorCode.MissingPassword,
            ErrorCode.FileSystem, ErrorCode.MailVersionUnsupported, ErrorCode.RolePasswordUnknown,
            ErrorCode.ConfigurationRejected, ErrorCode.NotReplaced, ErrorCode.NothingToUndo,
        ];
        command.Takes(
            program, diff, install, undo, dryRun, replace, showSecrets, lda, postfixVersion, dovecotVersion, postfixDirectory,
            dovecotDirectory, postfixPassword, dovecotPassword);
        command.Validators.Add(RefuseContradictions);
        command.Works(app, new Work<MailConfigRequest, MailConfigurationReport>
        {
            Ask = asking => new MailConfigRequest(Way(asking), asking.Get(showSecrets), Configuration(asking)),
            Act = MailConfigRun.Act,
            Say = (request, report) => MailConfigText.Describe(report, request.Way),
            Json = () => MailConfigJson.Default.MailConfigurationReport,
            Status = (request, report) => request.Way == MailConfigWay.Diff && report.Differs ? (int)ErrorCode.Found : 0,
        });
    }

    private MailConfigWay Way(Asking asking) =>
        asking.Get(install) ? (asking.Get(dryRun) ? MailConfigWay.TryInstall : MailConfigWay.Install)
        : asking.Get(undo) ? (asking.Get(dryRun) ? MailConfigWay.TryUndo : MailConfigWay.Undo)
        : asking.Get(diff) ? MailConfigWay.Diff
        : MailConfigWay.Print;

    /// <summary>Of which versions, where, and how.</summary>
    /// <exception cref="VmmException">67, 69 a password file cannot be read.</exception>
    private MailConfigurationRequest Configuration(Asking asking) =>
        new(asking.Get(program) is null or "postfix", asking.Get(program) is null or "dovecot")
        {
            PostfixVersion = asking.Get(postfixVersion),
            DovecotVersion = asking.Get(dovecotVersion),
            PostfixDirectory = Absolute(asking.Get(postfixDirectory)),
            DovecotDirectory = Absolute(asking.Get(dovecotDirectory)),
            PostfixPassword = Password(asking.Get(postfixPassword)),
            DovecotPassword = Password(asking.Get(dovecotPassword)),
            Lda = asking.Get(lda),
            Replace = asking.Get(replace),
        };

    private static Option<string?> Of(string name, string value, string description) => new(name)
    {
        HelpName = value,
        Description = description,
    };

    private static Argument<string?> MakeProgram()
    {
        var argument = new Argument<string?>("program")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "postfix or dovecot; both without it",
        };
        argument.CompletionSources.Add(Programs);
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var word }] && !Programs.Contains(word))
            {
                var isOption = word.StartsWith('-');
                result.AddError(isOption ? Arguments.NoOption(word) : $"'{word}' is not one of {string.Join(", ", Programs)}");
            }
        });
        return argument;
    }

    private void RefuseContradictions(CommandResult result)
    {
        if (result.GetValue(diff) && result.GetValue(install))
        {
            result.AddError($"'{diff.Name}' and '{install.Name}' exclude each other");
        }

        foreach (var option in (Option<bool>[])[dryRun, replace])
        {
            if (result.GetValue(option) && !result.GetValue(install) && !result.GetValue(undo))
            {
                result.AddError($"'{option.Name}' requires the option '{install.Name}' or '{undo.Name}'");
            }
        }

        Option[] others =
        [
            diff, install, showSecrets, lda, postfixVersion, dovecotVersion, postfixDirectory, dovecotDirectory, postfixPassword,
            dovecotPassword,
        ];
        var other = result.GetResult(program) is { Tokens.Count: > 0 } ? program.Name
            : others.FirstOrDefault(o => result.GetResult(o) is { Implicit: false })?.Name;
        if (result.GetValue(undo) && other is not null)
        {
            result.AddError($"'{undo.Name}' and '{other}' exclude each other");
        }

        if (result.GetValue(showSecrets) && (result.GetValue(diff) || result.GetValue(install)))
        {
            result.AddError($"'{showSecrets.Name}' excludes '{diff.Name}' and '{install.Name}'");
        }
    }

    private static string? Absolute(string? path) =>
        path is null ? null : Path.GetFullPath(path) is { Length: > 1 } full ? full.TrimEnd('/') : path;

    private static string? Password(string? path)
    {
        if (path is null)
        {
            return null;
        }

        using var file = InputFile.Open(path, ErrorCode.MissingPassword, "the password file ");
        return PasswordLine.Read(file.ReadByte, $"'{path}'") ?? "";
    }
}
