using System.CommandLine;
using Vmm.Cli.Help;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;

namespace Vmm.Docs;

/// <summary>man/vmm.1, from the command tree.</summary>
internal static class VmmManual
{
    /// <summary>What older versions took; a test tries each of them.</summary>
    internal static IEnumerable<(string Line, string Meaning)> OldWords(RootCommand root) =>
        Documents.Commands(root).SelectMany(c => c.Old.Select(o => ($"{c.Name} {o.Line}", o.Meaning)));

    /// <summary>The page.</summary>
    internal static string Text(RootCommand root)
    {
        var page = new Roff("vmm", 1, "manage domains, accounts and aliases of a mail server");
        page.Heading("SYNOPSIS")
            .Raw("\\fBvmm\\fR \\fISUBCOMMAND\\fR [\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]")
            .Raw(".br")
            .Raw("\\fBvmm help\\fR [\\fISUBCOMMAND\\fR]");
        page.Heading("DESCRIPTION");
        page.Line(
            "vmm manages domains, alias domains, accounts, aliases, catch\u002dalls and relocated users in a PostgreSQL "
            + "database, where Postfix and Dovecot read them, and creates the mail directories of domains and accounts. It must "
            + "be run as root.");
        page.Paragraph(
            "Each change is made completely or not at all. A directory is on the disk before its row is committed, and a row "
            + "is deleted before its directory is removed.");
        page.Paragraph(
            "Results go to standard output; warnings, prompts and errors to standard error. An error is one line, usually "
            + "followed by a hint, and has an exit status of its own. Without a terminal vmm does not ask: it names the option "
            + "to pass. Long options may be shortened as long as they stay unique.");
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
        page.Line(
            "vmm 0.3 to 0.6 took some options as one more word after the arguments. Such lines are still accepted; use the "
            + "options in new scripts.");
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
        page.Item("/srv/mail", "The mail directories, unless misc.base_directory names a different place.");
        page.Item(
            "/var/log/vmm.log",
            "The operations log: who changed what, one JSON object per line, unless log.file names a different file.");
        page.Heading("ENVIRONMENT");
        page.Item("VMM_CONFIG", "The configuration file, unless `--config` is given.");
        page.Item(
            "VMM_COMPLETION_SECONDS",
            "How long a shell waits for names from the database during completion; 1 if it is not set.");
        page.Item("NO_COLOR", "If set, no progress bar is drawn, even on a terminal.");
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
        page.Heading("\"SEE ALSO\"")
            .Raw("\\fBvmm.toml\\fR(5), \\fBpostfix\\fR(1), \\fBvirtual\\fR(5), \\fBdovecot\\fR(1), \\fBdoveadm\\-pw\\fR(1)");
    }

    private static string Sentence(string text)
    {
        var first = text[0] is '`' or '%' or '\'' ? text : char.ToUpperInvariant(text[0]) + text[1..];
        return first.EndsWith('.') ? first : first + ".";
    }
}
