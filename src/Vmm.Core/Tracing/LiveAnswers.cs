using System.Globalization;
using Vmm.Core.Configuration;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Tracing;

/// <summary>
/// Makes the same lookups in the running servers: by postmap in the maps of main.cf, by doveadm in Dovecot's user database.
/// </summary>
internal static class LiveAnswers
{
    /// <summary>The name of Dovecot's user database among the names of maps.</summary>
    internal const string UserDatabase = "userdb";

    private const int NoSuchUser = 67;

    /// <summary>Adds its live answer to each question.</summary>
    /// <exception cref="VmmException">51, 55, 67.</exception>
    internal static List<TraceQuestion> Add(Session s, IReadOnlyList<TraceQuestion> questions)
    {
        var names = questions.Select(q => q.Map).Where(m => m != UserDatabase).Distinct().ToList();
        var tables = names.Count == 0 ? [] : Tables(s, names);
        var found = new Dictionary<(string Map, string Key), IReadOnlyList<string>>();
        foreach (var (map, index) in names.Select((m, i) => (m, i)))
        {
            List<string> keys = [.. questions.Where(q => q.Map == map).Select(q => q.Key)];
            foreach (var (key, values) in LookUp(s.Settings, map, tables[index], keys, s.Ct))
            {
                found[(map, key)] = values;
            }
        }

        var live = new List<TraceQuestion>();
        foreach (var question in questions)
        {
            live.Add(question with
            {
                Live = question.Map == UserDatabase
                    ? User(s, question)
                    : found.GetValueOrDefault((question.Map, question.Key), []),
            });
        }

        return live;
    }

    /// <summary>The values of these parameters in main.cf, in their order.</summary>
    private static List<string> Tables(Session s, List<string> parameters)
    {
        var postconf = s.Settings.Value(SettingOptions.BinPostconf);
        var output = ChildProgram.Run(postconf, ["-x", "-h", .. parameters], s.Ct);
        var lines = output.Split('\n')[..^1].ToList();
        if (lines.Count != parameters.Count)
        {
            throw new VmmException(
                ErrorCode.VmmError,
                $"'{postconf}' does not know all of {string.Join(", ", parameters)}",
                "Correct its path in section [bin] of the configuration.");
        }

        if (parameters.IndexOf(TraceMaps.Senders) is var senders and >= 0 && lines[senders].Length == 0)
        {
            lines[senders] = SubmissionTables(s, postconf);
        }

        return lines;
    }

    /// <summary>The tables of sender addresses, which are often set for one service only (master.cf, -o).</summary>
    private static string SubmissionTables(Session s, string postconf)
    {
        var answer = ChildProgram.Ask(postconf, ["-x", "-P", $"*/inet/{TraceMaps.Senders}"], "", s.Ct);
        var tables = answer.Output.Split('\n').Select(l => l.Split('=', 2)).FirstOrDefault(l => l.Length == 2)?[1].Trim() ?? "";
        if (tables.Length == 0)
        {
            s.Warn($"{TraceMaps.Senders} is not set: Postfix does not check who may use a sender address");
        }

        return tables;
    }

    /// <summary>
    /// Looks keys up in tables, all keys at once. As in Postfix, the first table
    /// with an answer decides; keys without an answer are left out.
    /// </summary>
    /// <exception cref="VmmException">51, 55, 67.</exception>
    internal static Dictionary<string, IReadOnlyList<string>> LookUp(
        Settings settings, string map, string tables, IReadOnlyList<string> keys, CancellationToken ct) =>
        PostfixTables.Find(settings, tables, keys, ct)
            .ToDictionary(f => f.Key, f => (IReadOnlyList<string>)Values(map, f.Key, f.Value));

    /// <summary>Those fields from doveadm that were expected; empty for a user whom Dovecot does not know.</summary>
    private static List<string> User(Session s, TraceQuestion question)
    {
        var doveadm = s.Settings.Value(SettingOptions.BinDoveadm);
        if (question.Key.AsSpan().IndexOfAny('*', '?') >= 0)
        {
            s.Warn($"'{question.Key}' was not looked up, because doveadm would take it for a pattern");
            return [.. question.Answers];
        }

        try
        {
            return Expected(question, UserFields(doveadm, question.Key, s.Ct) ?? []);
        }
        catch (VmmException e) when (e.Code == ErrorCode.VmmError)
        {
            throw new VmmException(e.Code, e.Message, RefusedId(s, question) ?? e.Hint, e);
        }
    }

    /// <summary>What Dovecot may have failed at: the uid or the gid of the account; null if it accepts both.</summary>
    private static string? RefusedId(Session s, TraceQuestion question)
    {
        return ValidIds.Read(s.Settings, s.Ct).Refusal(Id("uid="), Id("gid=")) is { } reason
            ? $"Dovecot refuses '{question.Key}', because its {reason}: run 'vmm check'."
            : null;

        long Id(string field) => long.Parse(
            question.Answers.First(a => a.StartsWith(field, StringComparison.Ordinal))[field.Length..],
            CultureInfo.InvariantCulture);
    }

    /// <summary>The fields of a user in Dovecot's user database, by their names; null for an unknown user.</summary>
    /// <exception cref="VmmException">51, 55, 67.</exception>
    internal static Dictionary<string, string>? UserFields(string doveadm, string user, CancellationToken ct)
    {
        var answer = ChildProgram.Ask(doveadm, ["user", "--", user], "", ct);
        return answer.Status switch
        {
            NoSuchUser => null,
            0 => answer.Output.Split('\n')
                .Select(l => l.Split('\t', 2))
                .Where(f => f.Length == 2)
                .DistinctBy(f => f[0])
                .ToDictionary(f => f[0], f => f[1]),
            _ => throw ChildProgram.Failed(doveadm, answer),
        };
    }

    /// <summary>Those fields that were expected, in the form of the question.</summary>
    internal static List<string> Expected(TraceQuestion question, Dictionary<string, string> fields)
    {
        // Dovecot 2.4 has two settings where 2.3 has one.
        if (fields.TryGetValue("mail_driver", out var driver) && fields.TryGetValue("mail_path", out var path))
        {
            fields["mail"] = $"{driver}:{path}";
        }

        // A path with the home written out is the same.
        if (fields.TryGetValue("mail", out var mail) && fields.TryGetValue("home", out var home))
        {
            fields["mail"] = mail.Replace($":{home}/", ":~/", StringComparison.Ordinal);
        }

        var expected = question.Answers.Select(a => a.Split('=')[0]);
        return [.. expected.Where(fields.ContainsKey).Select(f => $"{f}={fields[f]}")];
    }

    /// <summary>
    /// The values in an answer. Destinations and logins are lists. A domain
    /// with any answer is local. Any other answer is one value.
    /// </summary>
    private static string[] Values(string map, string key, string value) => map switch
    {
        TraceMaps.Aliases or TraceMaps.Senders => value.Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries),
        TraceMaps.Domains => [key],
        _ => [value],
    };
}
