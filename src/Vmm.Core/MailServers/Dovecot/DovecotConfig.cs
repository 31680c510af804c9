using System.Text.RegularExpressions;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers.Dovecot;

/// <summary>The output of <c>doveconf -n</c>: all settings in force that differ from Dovecot's defaults, from all files.</summary>
internal sealed partial class DovecotConfig
{
    private readonly List<(string Path, Dictionary<string, string> Values)> blocks = [("", [])];

    private DovecotConfig(string text)
    {
        Version = FirstLine().Match(text) is { Success: true } match ? match.Groups[1].Value : "";
        var open = new Stack<int>([0]);
        foreach (var line in text.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && l[0] != '#'))
        {
            if (line == "}" && open.Count > 1)
            {
                open.Pop();
            }
            else if (line.EndsWith('{'))
            {
                var above = blocks[open.Peek()].Path;
                var name = line[..^1].Trim().Replace("\"", "", StringComparison.Ordinal);
                blocks.Add((above.Length == 0 ? name : $"{above} > {name}", []));
                open.Push(blocks.Count - 1);
            }
            else if (line.Split('=', 2, StringSplitOptions.TrimEntries) is [var setting, var value])
            {
                blocks[open.Peek()].Values[setting] = Unquoted(value);
            }
        }
    }

    /// <summary>Version of Dovecot, as it prints it.</summary>
    internal string Version { get; }

    /// <summary>Whether it has the settings of 2.4.</summary>
    internal bool IsNew => !Version.StartsWith("2.3", StringComparison.Ordinal);

    /// <summary>Runs doveconf.</summary>
    /// <exception cref="VmmException">51, 55, 67 it cannot be run, or rejects the configuration.</exception>
    internal static DovecotConfig Ask(Settings settings, CancellationToken ct) =>
        new(ChildProgram.Run(settings.Value(SettingOptions.BinDoveconf), ["-n"], ct));

    /// <summary>As it was when the installation was asked, or else now: doveconf takes a tenth of a second to start.</summary>
    /// <exception cref="VmmException">As for <see cref="Ask"/>.</exception>
    internal static DovecotConfig Read(DovecotInstallation dovecot, CancellationToken ct) =>
        new(dovecot.Printed ?? dovecot.Read(ct));

    /// <summary>Reads the output of doveconf.</summary>
    internal static DovecotConfig Read(string text) => new(text);

    /// <summary>A setting, or Dovecot's own default.</summary>
    /// <param name="name">Name of the setting.</param>
    /// <param name="otherwise">The default.</param>
    /// <param name="block">Names of the blocks around it, with " > " between.</param>
    internal string Value(string name, string otherwise = "", string block = "") =>
        Values(block).LastOrDefault(v => v.ContainsKey(name))?[name] ?? otherwise;

    /// <summary>The settings in each block of this name.</summary>
    internal IEnumerable<IReadOnlyDictionary<string, string>> Values(string block) =>
        blocks.Where(b => b.Path == block).Select(b => b.Values);

    /// <summary>Whether a passdb or userdb uses a database. In 2.3 a setting says so, in 2.4 it may be the block's name.</summary>
    internal bool AsksDatabase(string kind) => Databases(kind).Any(d => d.Driver == "sql");

    /// <summary>
    /// Whether users log in who are not in vmm's database: of the system, a file, a directory service, or a different database. A
    /// passdb of vmm is recognized by its query, or in 2.3 by the file that has it.
    /// </summary>
    internal bool HasOtherUsers => Databases("passdb").Any(IsOther);

    /// <summary>As <see cref="HasOtherUsers"/>, without the users of the system.</summary>
    internal bool HasUsersBesideSystem => Databases("passdb").Any(d => IsOther(d) && d.Driver != "pam");

    /// <summary>Whether users of the system log in.</summary>
    internal bool HasSystemUsers => Databases("passdb").Any(d => IsOther(d) && d.Driver == "pam");

    /// <summary>The files of a passdb with SQL that are not vmm's (2.3).</summary>
    internal IEnumerable<string> OtherQueries =>
        from d in Databases("passdb")
        where d.Driver == "sql" && IsOther(d) && d.Values.GetValueOrDefault("args", "").Length > 0
        select d.Values["args"];

    /// <summary>The settings of the passdb that asks vmm's database, or else a different one; null where none asks any.</summary>
    internal IReadOnlyDictionary<string, string>? UsersInDatabase => Databases("passdb")
        .Where(d => d.Driver == "sql" && HasUsers(d))
        .OrderBy(d => IsOwn(d) ? 0 : 1)
        .Select(d => d.Values)
        .FirstOrDefault();

    private static bool IsOther((string Driver, IReadOnlyDictionary<string, string> Values) database) =>
        HasUsers(database) && !IsOwn(database);

    /// <summary>A master user's passdb, or one that denies, has no users of its own.</summary>
    private static bool HasUsers((string Driver, IReadOnlyDictionary<string, string> Values) database) =>
        database.Values.GetValueOrDefault("master", "no") != "yes" && database.Values.GetValueOrDefault("deny", "no") != "yes";

    private static bool IsOwn((string Driver, IReadOnlyDictionary<string, string> Values) database) =>
        database.Driver == "sql"
        && (database.Values.GetValueOrDefault("query", "").Contains("dovecotpassword", StringComparison.Ordinal)
            || DovecotTemplates.HasQueries(database.Values.GetValueOrDefault("args", "")));

    /// <summary>The blocks of a kind with their drivers.</summary>
    private IEnumerable<(string Driver, IReadOnlyDictionary<string, string> Values)> Databases(string kind) =>
        from b in blocks
        where b.Path == kind || b.Path.StartsWith(kind + " ", StringComparison.Ordinal)
        where !b.Path.Contains(" > ", StringComparison.Ordinal)
        select (b.Values.GetValueOrDefault("driver", b.Path[kind.Length..].Trim()), (IReadOnlyDictionary<string, string>)b.Values);

    /// <summary>Whether there is a block whose name has this beginning.</summary>
    internal bool HasBlock(string beginning) => blocks.Any(b => b.Path.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>
    /// Whether a value of auth_username_format drops the domain: %n is the name without it in 2.3, and username in 2.4.
    /// </summary>
    internal static bool DropsDomain(string format) => LocalPart().IsMatch(format) && !Domain().IsMatch(format);

    private static string Unquoted(string value) => value is ['"', .. var inner, '"'] ? Escape().Replace(inner, "$1") : value;

    [GeneratedRegex(@"\A# (\S+)")]
    private static partial Regex FirstLine();

    [GeneratedRegex("%[LU]?n|username")]
    private static partial Regex LocalPart();

    [GeneratedRegex("%[LU]?d|domain")]
    private static partial Regex Domain();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
