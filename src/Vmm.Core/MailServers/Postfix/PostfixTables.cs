using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers.Postfix;

/// <summary>Lookups by postmap in the tables that a parameter of main.cf names.</summary>
internal static class PostfixTables
{
    /// <summary>
    /// The answers about keys, in the way of Postfix: the first table with an answer decides; keys without an answer are left out.
    /// </summary>
    /// <param name="settings">Where the programs are.</param>
    /// <param name="tables">The value of the parameter.</param>
    /// <param name="keys">What is looked up.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">51, 55, 67.</exception>
    internal static Dictionary<string, string> Find(
        Settings settings, string tables, IReadOnlyList<string> keys, CancellationToken ct)
    {
        var found = new Dictionary<string, string>();
        foreach (var table in Words(tables))
        {
            var open = keys.Where(k => !found.ContainsKey(k)).ToList();
            if (!IsTable(table))
            {
                // A list of domains may contain names.
                open.Where(k => k.Equals(table, StringComparison.OrdinalIgnoreCase)).ToList().ForEach(k => found[k] = k);
            }
            else if (open.Count > 0)
            {
                foreach (var (key, value) in Ask(settings, table, open, ct))
                {
                    found.TryAdd(key, value);
                }
            }
        }

        return found;
    }

    /// <summary>The answers of one table.</summary>
    /// <exception cref="VmmException">51, 55, 67.</exception>
    internal static List<(string Key, string Value)> Ask(
        Settings settings, string table, IReadOnlyCollection<string> keys, CancellationToken ct)
    {
        // Postfix installs it in the directory of postconf.
        var postmap = Path.Combine(Path.GetDirectoryName(settings.Value(SettingOptions.BinPostconf)) ?? "/", "postmap");
        var answer = ChildProgram.Ask(postmap, ["-q", "-", Direct(table)], string.Concat(keys.Select(k => k + "\n")), ct);
        // 1 means that nothing was found, but an error has that status too.
        if (answer.Status is not (0 or 1) || answer.Errors.Contains("fatal:", StringComparison.Ordinal))
        {
            // The server's message comes before postmap's own. It may contain a URI with a password.
            var lines = answer.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var line = lines.FirstOrDefault(l => l.Contains("pgsql", StringComparison.Ordinal))
                ?? lines.LastOrDefault($"exit status {answer.Status}");
            throw new VmmException(
                ErrorCode.VmmError,
                $"the map '{table}' does not answer: {InstalledPasswords.Hide(line).Trim()}",
                "Postfix gets no answer either: it defers mail until this is repaired.");
        }

        return
        [
            .. answer.Output.Split('\n').Select(l => l.Split('\t', 2)).Where(f => f.Length == 2).Select(f => (f[0], f[1])),
        ];
    }

    internal static bool IsTable(string word) => word.Contains(':', StringComparison.Ordinal);

    /// <summary>Tables and names are separated by commas and blanks, but not within braces.</summary>
    internal static IEnumerable<string> Words(string tables)
    {
        var depth = 0;
        var word = "";
        foreach (var c in tables + " ")
        {
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth > 0 || !(c is ',' || char.IsWhiteSpace(c)))
            {
                word += c;
            }
            else if (word.Length > 0)
            {
                yield return word;
                word = "";
            }
        }
    }

    /// <summary>
    /// In the process of postmap, which ends. After an error proxymap, which all of Postfix shares, leaves the server alone for a
    /// minute: a question of vmm would stop the mail.
    /// </summary>
    private static string Direct(string table) =>
        table.StartsWith("proxy:pgsql:", StringComparison.Ordinal) ? table["proxy:".Length..] : table;
}
