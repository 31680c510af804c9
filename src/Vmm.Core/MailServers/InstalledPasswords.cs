using System.Text.RegularExpressions;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers;

/// <summary>
/// Finds passwords in the files of Postfix and Dovecot in every form: as vmm writes them, as in the files of vmm 0.7, and as people
/// write them by hand.
/// </summary>
internal static partial class InstalledPasswords
{
    /// <summary>The text in the files of a package, which cannot contain passwords.</summary>
    private const string Placeholder = "CHANGE-ME";

    private static readonly string[] Forms = ["uri", "query", "info", "line"];

    /// <summary>The password in those of the files that exist.</summary>
    /// <param name="role">The role, for the error.</param>
    /// <param name="paths">The files, the most important first.</param>
    /// <returns>Null when no file has a password.</returns>
    /// <exception cref="VmmException">92 the files have different passwords; 81 one cannot be read.</exception>
    internal static string? Find(string role, IEnumerable<string> paths)
    {
        var found = paths.Where(File.Exists)
            .SelectMany(path => In(File.ReadAllText(path)).Select(password => (path, password)))
            .Where(f => f.password != Placeholder)
            .ToList();
        var others = found.Where(f => f.password != found[0].password).ToList();
        return others.Count == 0 ? found.Select(f => f.password).FirstOrDefault() : throw new VmmException(
            ErrorCode.RolePasswordUnknown,
            $"the files have different passwords of the role {role}: '{found[0].path}' and '{others[0].path}' differ",
            $"Pass the right one with --{role}-password-file.");
    }

    /// <summary>Replaces every password by the mark, even one that is commented out.</summary>
    internal static string Hide(string text) => Place().Replace(text, m =>
    {
        var group = Secret(m);
        var start = group.Index - m.Index;
        return string.Concat(m.Value.AsSpan(0, start), RoleSecret.Mark, m.Value.AsSpan(start + group.Length));
    });

    private static IEnumerable<string> In(string text) =>
        Place().Matches(text).Where(m => !m.Groups["comment"].Success).Select(Value).Where(p => p.Length > 0);

    private static Group Secret(Match m) => Forms.Select(n => m.Groups[n]).First(g => g.Success);

    private static string Value(Match m) => (Secret(m).Name, Secret(m).Value.TrimEnd()) switch
    {
        ("uri" or "query", var text) => Uri.UnescapeDataString(text),
        ("info", ['\'', .. var text, '\'']) => Unescaped(text),
        ("info", var text) => Unescaped(text),
        // In a map of Postfix quotes are part of a password. The lines of Dovecot's block of parameters are indented.
        (_, ['"', .. var text, '"']) when m.Value.StartsWith(' ') || m.Value.StartsWith('\t') =>
            Unescaped(text).Replace("%%{", "%{", StringComparison.Ordinal),
        var (_, text) => text,
    };

    private static string Unescaped(string text) => Escape().Replace(text, "$1");

    /// <summary>
    /// In this order: before the host of a URI; among the parameters of a URI; in a connection string of Dovecot 2.3, which may
    /// extend over several lines; on a line of its own.
    /// </summary>
    [GeneratedRegex("""
        postgres(?:ql)?://[^\s:@/?]*:(?<uri>[^\s@/]*)(?=@)
        | [?&]password=(?<query>[^\s&,]*)
        | ^(?<comment>[\ \t]*\#)?[\ \t]*connect[\ \t]*=(?:\\\r?\n|[^\n])*?
          \bpassword[\ \t]*=[\ \t]*(?<info>'(?:\\.|[^'\\\n])*'|(?:\\.|[^\s\\'])+)
        | ^(?<comment>[\ \t]*\#)?[\ \t]*password[\ \t]*=[\ \t]*(?<line>[^\s][^\n]*)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Multiline)]
    private static partial Regex Place();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
