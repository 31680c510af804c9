using Vmm.Core.Configuration;
namespace Vmm.Docs;

/// <summary>man/vmm.toml.5, from the options that vmm knows.</summary>
internal static class TomlManual
{
    /// <summary>The page.</summary>
    internal static string Text()
    {
        var page = new Roff("vmm.toml", 5, "configuration of vmm");
        page.Heading("SYNOPSIS").Raw(Roff.Bold(SettingsFile.DefaultPath));
        page.Heading("DESCRIPTION");
        page.Line(
            "vmm reads its configuration from this file, or from the one that `--config` or the environment variable "
            + "`VMM_CONFIG` names. It is TOML: sections in brackets, below them lines of the form `name = value`. Texts are in "
            + "quotes. A line that begins with `#` is a comment. An option that is missing has its default.");
        page.Paragraph(
            "The file holds the password of the database: it must belong to root and have the mode 0640 or a stricter one. "
            + "Otherwise vmm refuses to work (exit status 34) and shows the command that fixes it.");
        page.Paragraph(
            "Unknown sections, unknown options and values of the wrong type are errors (exit status 31) that name file, line "
            + "and what is allowed. Permission bits are octal and in quotes. Write each section once.");
        page.Paragraph(
            "`vmm configget` `SECTION.OPTION` shows the value in force; `vmm configset` and `vmm configure` change the file "
            + "and keep its comments and order.");
        page.Heading("OPTIONS");
        foreach (var section in SettingOptions.All.GroupBy(o => o.Section))
        {
            page.Subheading($"[{section.Key}]");
            foreach (var option in section)
            {
                page.Item(option.Name, option.Summary + ".");
                page.Raw(".br").Line($"Allowed: {option.Allowed}. Default: `{Default(option)}`.");
            }
        }

        page.Heading("FILES").Item(SettingsFile.DefaultPath, "The configuration.");
        page.Heading("EXAMPLES").Example(
            "[database]",
            "host = \"/run/postgresql\"",
            "",
            "[domain]",
            "auto_postmaster = false",
            "quota_bytes = \"2G\"",
            "",
            "[mailbox]",
            "folders = [\"Drafts\", \"Sent\", \"Trash\"]");
        page.Heading("SEE ALSO").Raw("\\fBvmm\\fR(1), \\fBpostconf\\fR(5), \\fBtransport\\fR(5), \\fBdoveadm\\fR(1)");
        return page.ToString();
    }

    /// <summary>As it is written in the file.</summary>
    private static string Default(SettingOption option) => option.Default switch
    {
        bool flag => flag ? "true" : "false",
        string[] items => $"[{string.Join(", ", items.Select(i => $"\"{i}\""))}]",
        long number when option.Kind == SettingKind.Mode => $"\"{option.Format(number)}\"",
        long number => $"{number}",
        var text => $"\"{text}\"",
    };
}
