using Vmm.Cli;
using Vmm.Cli.Commands;
using Vmm.Cli.Help;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using System.CommandLine;

namespace Vmm.Docs;

/// <summary>man/vmm.1, from the command tree.</summary>
internal static class VmmManual
{
    private static readonly (string Line, string Meaning)[] Accepted =
    [
        ("domainadd DOMAIN TRANSPORT", "`--transport` `TRANSPORT`"),
        ("domaininfo DOMAIN WORD", "`--details` `WORD`; `detailed` is `full`"),
        ("domaintransport DOMAIN TRANSPORT force", "`--force`"),
        ("domaindelete DOMAIN deluser|delalias|delall", "what may be deleted with the domain: accounts, aliases, or everything as with `--force`"),
        ("useradd ADDRESS PASSWORD", "`--password` `PASSWORD`, which others can see"),
        ("userpassword ADDRESS PASSWORD", "`--password` `PASSWORD`"),
        ("username ADDRESS NAME", "`--name` `NAME`"),
        ("userinfo ADDRESS WORD", "`--details` `WORD`"),
        ("userdelete ADDRESS delalias", "`--force`"),
        ("userenable ADDRESS managesieve", "`sieve`; the same for `userdisable`"),
        ("listdomains PATTERN", "`--pattern` `PATTERN`; the same for all lists"),
        ("configure SECTION", "`--section` `SECTION`"),
    ];

    /// <summary>What older versions took; a test tries each of them.</summary>
    internal static IEnumerable<(string Line, string Meaning)> OldWords(RootCommand root) =>
        Accepted.Where(w => root.Subcommands.Any(c => c.Name == w.Line.Split(' ')[0]));

    /// <summary>The page.</summary>
    internal static string Text(RootCommand root)
    {
        var page = new Roff("vmm", 1, "manage domains, accounts and aliases of a mail server");
        page.Heading("SYNOPSIS").Raw("\\fBvmm\\fR \\fISUBCOMMAND\\fR [\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]").Raw(".br").Raw("\\fBvmm help\\fR [\\fISUBCOMMAND\\fR]");
        page.Heading("DESCRIPTION");
        page.Line("vmm keeps domains, alias domains, accounts, aliases, catch\u002dalls and relocated users in a PostgreSQL database, where Postfix and Dovecot read them, and makes the mail "
            + "directories of domains and accounts. It is started by root.");
        page.Paragraph("Each change is made completely or not at all. A directory is on the disk before its row is committed, and a row is gone before its directory goes.");
        page.Paragraph("Results go to standard output; warnings, prompts and errors to standard error. An error is one line, most often with a hint, and has an exit status of its own. Without a "
            + "terminal vmm asks nothing: it says which option to pass. Long options may be shortened as long as they stay unique.");
        page.Heading("COMMANDS");
        var topics = HelpAction.All(root);
        foreach (var group in topics.GroupBy(t => t.Group))
        {
            page.Subheading(group.Key);
            foreach (var topic in group)
            {
                Topic(page, topic);
            }
        }

        page.Heading("COMMON OPTIONS");
        foreach (var option in topics[0].CommonOptions)
        {
            page.Item(option.Label, Sentence(option.Description));
        }

        page.Item("-v, --version", "Without a subcommand: show the version.");
        page.Heading("\"WORDS OF OLDER VERSIONS\"");
        page.Line("Scripts for vmm 0.3 to 0.6 put some things as one more word behind the arguments. They are still accepted; new scripts use the options.");
        foreach (var (line, meaning) in OldWords(root))
        {
            page.Item(line, Sentence(meaning));
        }

        Rest(page);
        return page.ToString();
    }

    private static void Topic(Roff page, HelpTopic topic)
    {
        page.Item(topic.Synopsis[0], Sentence(topic.Description) + (topic.Details.Length > 0 ? " " + topic.Details : ""));
        page.Indent();
        foreach (var synopsis in topic.Synopsis.Skip(1))
        {
            page.Paragraph($"Or: `{synopsis}`");
        }

        if (topic.Aliases.Count > 0)
        {
            page.Paragraph($"Short: `{string.Join("`, `", topic.Aliases)}`.");
        }

        foreach (var argument in topic.Arguments)
        {
            page.Item($"<{argument.Name}>", Sentence(argument.Description));
        }

        foreach (var option in topic.Options)
        {
            page.Item(option.Label, Sentence(option.Description));
        }

        page.Paragraph("Example:").Example(topic.Example);
        page.Paragraph($"Exit status: {string.Join(", ", topic.ExitCodes.Select(c => $"{c.Code} ({c.Name})"))}.");
        page.Outdent();
    }

    private static void Rest(Roff page)
    {
        page.Heading("FILES");
        page.Item(SettingsFile.DefaultPath, "The configuration, see `vmm.toml`(5).");
        page.Item("/srv/mail", "The mail directories, where misc.base_directory says nothing else.");
        page.Item("/var/log/vmm.log", "Who changed what, one JSON object a line, where log.file says nothing else.");
        page.Heading("ENVIRONMENT");
        page.Item("VMM_CONFIG", "The configuration file, where `--config` is not given.");
        page.Item("VMM_COMPLETION_SECONDS", "How long a shell waits for names from the database while a line is completed; 1 where it is not set.");
        page.Item("NO_COLOR", "When set, no progress bar and no colour even on a terminal.");
        page.Heading("\"EXIT STATUS\"");
        page.Item("0", ExitCodeHelp.Success);
        foreach (var code in Enum.GetValues<ErrorCode>().Order())
        {
            page.Item($"{(int)code} {code}", code.Meaning());
        }

        page.Heading("EXAMPLES");
        page.Line("A domain with two accounts, an alias and a second name:").Example(
            "vmm domainadd example.com",
            "vmm useradd user@example.com",
            "printf '%s\\n' \"$password\" | vmm useradd other@example.com --password-stdin",
            "vmm aliasadd info@example.com user@example.com other@example.com",
            "vmm aliasdomainadd example.net example.com");
        page.Paragraph("What would be deleted:").Example("vmm domaindelete example.com --force --delete-directory --dry-run");
        page.Paragraph("All accounts of a domain, for a program:").Example("vmm listusers --pattern %@example.com --json");
        page.Heading("\"SEE ALSO\"").Raw("\\fBvmm.toml\\fR(5), \\fBpostfix\\fR(1), \\fBvirtual\\fR(5), \\fBdovecot\\fR(1), \\fBdoveadm\\-pw\\fR(1)");
    }

    private static string Sentence(string text)
    {
        var first = text.StartsWith('`') || text.StartsWith('%') || text.StartsWith('\'') ? text : char.ToUpperInvariant(text[0]) + text[1..];
        return first.EndsWith('.') ? first : first + ".";
    }
}
