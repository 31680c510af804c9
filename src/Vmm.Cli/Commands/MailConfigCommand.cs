using System.CommandLine;
using System.CommandLine.Parsing;
using Vmm.Core.MailConfiguration;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands;

/// <summary>mailconfig.</summary>
internal static class MailConfigCommand
{
    private static readonly string[] Programs = ["postfix", "dovecot"];

    private static readonly Argument<string?> Program = MakeProgram();

    internal static Option<bool> Diff { get; } = new("--diff") { Description = "compare with what is installed, as diff -u does; exit 2 when something differs" };

    internal static Option<bool> Install { get; } = new("--install") { Description = "write it into the directories of Postfix and Dovecot, and keep what is replaced" };

    internal static Option<bool> DryRun { get; } = new(Arguments.DryRun.Name) { Description = "with --install: tell what would be written, and write nothing" };

    internal static Option<bool> ShowSecrets { get; } = new("--show-secrets") { Description = "print the passwords of the roles instead of a mark" };

    private static readonly Option<string?> PostfixVersion = new("--postfix-version") { HelpName = "version", Description = "for this Postfix, 3.7 to 3.10, instead of the one that is installed" };
    private static readonly Option<string?> DovecotVersion = new("--dovecot-version") { HelpName = "version", Description = "for this Dovecot, 2.3 or 2.4, instead of the one that is installed" };
    private static readonly Option<string?> PostfixDirectory = new("--postfix-directory") { HelpName = "dir", Description = "where main.cf is, instead of Postfix's own place" };
    private static readonly Option<string?> DovecotDirectory = new("--dovecot-directory") { HelpName = "dir", Description = "where dovecot.conf is, instead of Dovecot's own place" };
    private static readonly Option<string?> PostfixPassword = new("--postfix-password-file") { HelpName = "file", Description = "password of the role postfix, up to the line end; empty where the server asks for none" };
    private static readonly Option<string?> DovecotPassword = new("--dovecot-password-file") { HelpName = "file", Description = "the same of the role dovecot" };
    private static readonly Option<bool> Lda = new("--lda") { Description = "deliver by Dovecot's LDA, which Postfix starts for each message, instead of LMTP" };

    internal static VmmCommand Make(App app)
    {
        var command = Arguments.Command(
            "mailconfig",
            "",
            "print, compare or install the configuration of Postfix and Dovecot",
            "mailconfig postfix",
            [ErrorCode.NotExecutable, ErrorCode.NoSuchBinary, ErrorCode.VmmError, ErrorCode.MissingPassword, ErrorCode.FileSystem, ErrorCode.MailVersionUnsupported, ErrorCode.RolePasswordUnknown, ErrorCode.ConfigurationRejected],
            [Program, Diff, Install, DryRun, ShowSecrets, Lda, PostfixVersion, DovecotVersion, PostfixDirectory, DovecotDirectory, PostfixPassword, DovecotPassword]);
        command.Validators.Add(RefuseContradictions);
        command.Result = JsonContext.Default.MailConfigurationReport;
        command.SetAction(parse => app.MailConfig(parse, Wish));
        return command;
    }

    /// <summary>What the command line asks for.</summary>
    /// <exception cref="VmmException">67, 69 a password file cannot be read.</exception>
    private static MailConfigurationRequest Wish(ParseResult parse) => new(parse.GetValue(Program) is null or "postfix", parse.GetValue(Program) is null or "dovecot")
    {
        PostfixVersion = parse.GetValue(PostfixVersion),
        DovecotVersion = parse.GetValue(DovecotVersion),
        PostfixDirectory = Absolute(parse.GetValue(PostfixDirectory)),
        DovecotDirectory = Absolute(parse.GetValue(DovecotDirectory)),
        PostfixPassword = Password(parse.GetValue(PostfixPassword)),
        DovecotPassword = Password(parse.GetValue(DovecotPassword)),
        Lda = parse.GetValue(Lda),
    };

    private static Argument<string?> MakeProgram()
    {
        var argument = new Argument<string?>("program") { Arity = ArgumentArity.ZeroOrOne, Description = "postfix or dovecot; both without it" };
        argument.CompletionSources.Add(Programs);
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var word }] && !Programs.Contains(word))
            {
                result.AddError(word.StartsWith('-') ? Arguments.NoOption(word) : $"'{word}' is not one of {string.Join(", ", Programs)}");
            }
        });
        return argument;
    }

    private static void RefuseContradictions(CommandResult result)
    {
        if (result.GetValue(Diff) && result.GetValue(Install))
        {
            result.AddError($"'{Diff.Name}' and '{Install.Name}' exclude each other");
        }

        if (result.GetValue(DryRun) && !result.GetValue(Install))
        {
            result.AddError($"the option '{Install.Name}' is missing, to which '{DryRun.Name}' belongs");
        }

        if (result.GetValue(ShowSecrets) && (result.GetValue(Diff) || result.GetValue(Install)))
        {
            result.AddError($"'{ShowSecrets.Name}' goes with neither '{Diff.Name}' nor '{Install.Name}'");
        }
    }

    private static string? Absolute(string? path) => path is null ? null : Path.GetFullPath(path) is { Length: > 1 } full ? full.TrimEnd('/') : path;

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
