using System.Text.RegularExpressions;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers;

/// <summary>Passwords in the files of Postfix and Dovecot, whoever wrote them: what vmm writes, what vmm 0.7 came with, and what people write by hand.</summary>
internal static partial class InstalledPasswords
{
    /// <summary>Stands in the files of a package, which cannot have passwords.</summary>
    private const string Placeholder = "CHANGE-ME";

    private static readonly string[] Forms = ["uri", "query", "info", "line"];

    /// <summary>The password that the files have, of those that are there.</summary>
    /// <param name="role">The role, for the error.</param>
    /// <param name="paths">The files, the most important first.</param>
    /// <returns>Null when none has one.</returns>
    /// <exception cref="VmmException">92 they have more than one; 81 one cannot be read.</exception>
    internal static string? Find(string role, IEnumerable<string> paths)
    {
        var found = paths.Where(File.Exists).SelectMany(path => In(File.ReadAllText(path)).Select(password => (path, password))).Where(f => f.password != Placeholder).ToList();
        var others = found.Where(f => f.password != found[0].password).ToList();
        return others.Count == 0 ? found.Select(f => f.password).FirstOrDefault() : throw new VmmException(
            ErrorCode.RolePasswordUnknown,
            $"the files have more than one password of the role {role}: '{found[0].path}' and '{others[0].path}' differ",
            $"Say with --{role}-password-file which one it is.");
    }

    /// <summary>Puts the mark in the place of every password, also of one that is commented out.</summary>
    internal static string Hide(string text) => Place().Replace(text, m =>
    {
        var group = Secret(m);
        return string.Concat(m.Value.AsSpan(0, group.Index - m.Index), RoleSecret.Mark, m.Value.AsSpan(group.Index - m.Index + group.Length));
    });

    private static IEnumerable<string> In(string text) => Place().Matches(text).Where(m => !m.Groups["comment"].Success).Select(Value).Where(p => p.Length > 0);

    private static Group Secret(Match m) => Forms.Select(n => m.Groups[n]).First(g => g.Success);

    private static string Value(Match m) => (Secret(m).Name, Secret(m).Value.TrimEnd()) switch
    {
        ("uri" or "query", var text) => Uri.UnescapeDataString(text),
        ("info", ['\'', .. var text, '\'']) => Unescaped(text),
        ("info", var text) => Unescaped(text),
        // Quotes are part of a password in a map of Postfix; Dovecot's block of parameters is set off by blanks.
        (_, ['"', .. var text, '"']) when m.Value.StartsWith(' ') || m.Value.StartsWith('\t') => Unescaped(text).Replace("%%{", "%{", StringComparison.Ordinal),
        var (_, text) => text,
    };

    private static string Unescaped(string text) => Escape().Replace(text, "$1");

    /// <summary>
    /// In this order: in front of the host of a URI; among the parameters of one; in a connection string of Dovecot 2.3, which may go over several
    /// lines; as a line of its own.
    /// </summary>
    [GeneratedRegex("""
        postgres(?:ql)?://[^\s:@/?]*:(?<uri>[^\s@/]*)(?=@)
        | [?&]password=(?<query>[^\s&,]*)
        | ^(?<comment>[\ \t]*\#)?[\ \t]*connect[\ \t]*=(?:\\\r?\n|[^\n])*?\bpassword[\ \t]*=[\ \t]*(?<info>'(?:\\.|[^'\\\n])*'|(?:\\.|[^\s\\'])+)
        | ^(?<comment>[\ \t]*\#)?[\ \t]*password[\ \t]*=[\ \t]*(?<line>[^\s][^\n]*)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Multiline)]
    private static partial Regex Place();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
