using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Core.MailServers;
using Vmm.Core.Unix;
using Vmm.Data.Failures;




namespace Vmm.Core.Tracing;

/// <summary>The same questions, asked of the running servers: postmap for the maps that main.cf names, doveadm for Dovecot's user database.</summary>
internal static class LiveAnswers
{
    /// <summary>Stands for Dovecot among the names of maps.</summary>
    internal const string UserDatabase = "userdb";

    private const int NoSuchUser = 67;

    /// <summary>The questions, each with the answer that it got.</summary>
    /// <exception cref="VmmException">51, 55, 67.</exception>
    internal static List<TraceQuestion> Add(Session s, IReadOnlyList<TraceQuestion> questions)
    {
        var names = questions.Select(q => q.Map).Where(m => m != UserDatabase).Distinct().ToList();
        var tables = names.Count == 0 ? [] : Tables(s, names);
        var found = new Dictionary<(string Map, string Key), IReadOnlyList<string>>();
        foreach (var (map, index) in names.Select((m, i) => (m, i)))
        {
            foreach (var (key, values) in LookUp(s.Settings, map, tables[index], [.. questions.Where(q => q.Map == map).Select(q => q.Key)], s.Ct))
            {
                found[(map, key)] = values;
            }
        }

        var live = new List<TraceQuestion>();
        foreach (var question in questions)
        {
            live.Add(question with { Live = question.Map == UserDatabase ? User(s, question) : found.GetValueOrDefault((question.Map, question.Key), []) });
        }

        return live;
    }

    /// <summary>What main.cf has for each of these parameters, in their order.</summary>
    private static List<string> Tables(Session s, List<string> parameters)
    {
        var postconf = s.Settings.Value(SettingOptions.BinPostconf);
        var output = ChildProgram.Run(postconf, ["-x", "-h", .. parameters], s.Ct);
        var lines = output.Split('\n')[..^1].ToList();
        if (lines.Count == parameters.Count && parameters.IndexOf(TraceMaps.Senders) is var senders and >= 0 && lines[senders].Length == 0)
        {
            lines[senders] = SubmissionTables(s, postconf);
        }

        return lines.Count == parameters.Count
            ? lines
            : throw new VmmException(ErrorCode.VmmError, $"'{postconf}' does not know all of {string.Join(", ", parameters)}", "Correct its path in section [bin] of the configuration.");
    }

    /// <summary>Who may use a sender address is often a setting of one service only (master.cf, -o).</summary>
    private static string SubmissionTables(Session s, string postconf)
    {
        var answer = ChildProgram.Ask(postconf, ["-x", "-P", $"*/inet/{TraceMaps.Senders}"], "", s.Ct);
        var tables = answer.Output.Split('\n').Select(l => l.Split('=', 2)).FirstOrDefault(l => l.Length == 2)?[1].Trim() ?? "";
        if (tables.Length == 0)
        {
            s.Warn($"{TraceMaps.Senders} is not set: Postfix does not ask who may use a sender address");
        }

        return tables;
    }

    /// <summary>The first table that has an answer gives it, as in Postfix. All keys are asked at once; those without an answer are left out.</summary>
    /// <exception cref="VmmException">51, 55, 67.</exception>
    internal static Dictionary<string, IReadOnlyList<string>> LookUp(Settings settings, string map, string tables, IReadOnlyList<string> keys, CancellationToken ct)
    {
        // In the directory of postconf, as Postfix installs it.
        var postmap = Path.Combine(Path.GetDirectoryName(settings.Value(SettingOptions.BinPostconf)) ?? "/", "postmap");
        var found = new Dictionary<string, string>();
        foreach (var table in Words(tables))
        {
            var open = keys.Where(k => !found.ContainsKey(k)).ToList();
            if (!IsTable(table))
            {
                // A list of domains may have names in it.
                open.Where(k => k.Equals(table, StringComparison.OrdinalIgnoreCase)).ToList().ForEach(k => found[k] = k);
            }
            else if (open.Count > 0)
            {
                var answer = ChildProgram.Ask(postmap, ["-q", "-", table], string.Concat(open.Select(k => k + "\n")), ct);
                // 1 says that nothing was found, but an error has that status too.
                if (answer.Status is not (0 or 1) || answer.Errors.Contains("fatal:", StringComparison.Ordinal))
                {
                    // The server's words come before postmap's own. Where a map connects to may be a URI with a password in it.
                    var said = answer.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                    var reason = InstalledPasswords.Hide(said.FirstOrDefault(l => l.Contains("pgsql", StringComparison.Ordinal)) ?? said.LastOrDefault($"exit status {answer.Status}"));
                    throw new VmmException(ErrorCode.VmmError, $"the map '{table}' cannot be asked: {reason.Trim()}", "Postfix could not ask it either: mail is deferred until that is mended.");
                }

                foreach (var fields in answer.Output.Split('\n').Select(l => l.Split('\t', 2)).Where(f => f.Length == 2))
                {
                    found.TryAdd(fields[0], fields[1]);
                }
            }
        }

        return found.ToDictionary(f => f.Key, f => (IReadOnlyList<string>)Values(map, f.Key, f.Value));
    }

    /// <summary>What doveadm tells of the fields that were expected; nothing for a user whom Dovecot does not know.</summary>
    private static List<string> User(Session s, TraceQuestion question)
    {
        var doveadm = s.Settings.Value(SettingOptions.BinDoveadm);
        if (question.Key.AsSpan().IndexOfAny('*', '?') >= 0)
        {
            s.Warn($"doveadm takes '{question.Key}' for a pattern and was not asked about it");
            return [.. question.Answers];
        }

        return Expected(question, UserFields(doveadm, question.Key, s.Ct) ?? []);
    }

    /// <summary>What Dovecot's user database says of a user, by the names of the fields; null for one that it does not know.</summary>
    /// <exception cref="VmmException">51, 55, 67.</exception>
    internal static Dictionary<string, string>? UserFields(string doveadm, string user, CancellationToken ct)
    {
        var answer = ChildProgram.Ask(doveadm, ["user", "--", user], "", ct);
        return answer.Status switch
        {
            NoSuchUser => null,
            0 => answer.Output.Split('\n').Select(l => l.Split('\t', 2)).Where(f => f.Length == 2).DistinctBy(f => f[0]).ToDictionary(f => f[0], f => f[1]),
            _ => throw ChildProgram.Failed(doveadm, answer),
        };
    }

    /// <summary>Those fields that were expected, in the words of the question.</summary>
    internal static List<string> Expected(TraceQuestion question, Dictionary<string, string> fields)
    {
        // Dovecot 2.4 has two settings where 2.3 has one.
        if (fields.TryGetValue("mail_driver", out var driver) && fields.TryGetValue("mail_path", out var path))
        {
            fields["mail"] = $"{driver}:{path}";
        }

        // A home that is written out is the same place.
        if (fields.TryGetValue("mail", out var mail) && fields.TryGetValue("home", out var home))
        {
            fields["mail"] = mail.Replace($":{home}/", ":~/", StringComparison.Ordinal);
        }

        return [.. question.Answers.Select(a => a.Split('=')[0]).Where(fields.ContainsKey).Select(f => $"{f}={fields[f]}")];
    }

    /// <summary>Destinations and logins are a list; a domain is ours whatever the answer says; whatever else a map answers is one value.</summary>
    private static string[] Values(string map, string key, string value) => map switch
    {
        TraceMaps.Aliases or TraceMaps.Senders => value.Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries),
        TraceMaps.Domains => [key],
        _ => [value],
    };

    private static bool IsTable(string word) => word.Contains(':', StringComparison.Ordinal);

    /// <summary>Tables are separated by commas and blanks, but not within braces.</summary>
    private static IEnumerable<string> Words(string tables)
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
}
