using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.Tracing;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.Checks;

/// <summary>What <c>doveadm user</c> and <c>doveadm auth lookup</c> say of the accounts.</summary>
internal sealed class DovecotAnswers(string doveadm, CancellationToken ct)
{
    /// <summary>Stands for the fields that each version has for it: bytes and messages, 0 for no limit.</summary>
    internal const string Quota = "quota";

    private const int Seconds = 60;
    private const int NoSuchUser = 67;

    /// <summary>Not even a catch-all answers for it: Dovecot does not know of catch-alls.</summary>
    private const string Nobody = "vmm-check.nobody@vmm-check.invalid";

    /// <summary>Accounts for which the user database gives a different answer.</summary>
    internal List<TraceQuestion> Wrong { get; } = [];

    /// <summary>Fields that this Dovecot does not know.</summary>
    internal List<string> Ignored { get; } = [];

    /// <summary>Accounts that the password database does not know.</summary>
    internal List<string> Unknown { get; } = [];

    /// <summary>Whether anything is wrong.</summary>
    internal bool HasFaults => Wrong.Count + Ignored.Count + Unknown.Count > 0;

    /// <summary>Asks about a user who does not exist. Null where that is answered.</summary>
    internal (bool IsStopped, string Message)? Fault()
    {
        try
        {
            Limited(limit => LiveAnswers.UserFields(doveadm, Nobody, limit));
            return null;
        }
        catch (VmmException e) when (e.Code == ErrorCode.VmmError)
        {
            return (DovecotSessions.IsDown(e.Message), e.Message);
        }
    }

    /// <summary>Asks about accounts.</summary>
    /// <param name="questions">One for each.</param>
    /// <param name="ignored">Fields of another version.</param>
    /// <exception cref="VmmException">51, 55, 67.</exception>
    internal void Ask(IReadOnlyList<TraceQuestion> questions, IReadOnlyList<string> ignored)
    {
        // doveadm takes these for patterns.
        questions = [.. questions.Where(q => q.Key.AsSpan().IndexOfAny('*', '?') < 0)];
        string[] users = [.. questions.Select(q => q.Key)];
        if (users.Length == 0)
        {
            return;
        }

        foreach (var (question, fields) in questions.Zip(UserFields(users)))
        {
            Ignored.AddRange(ignored.Where(f => fields.ContainsKey(f) && !Ignored.Contains(f)));
            foreach (var field in ignored)
            {
                fields.Remove(field);
            }

            if (fields.Count > 0)
            {
                fields[Quota] = QuotaOf(fields);
            }

            var live = question with { Live = LiveAnswers.Expected(question, fields) };
            if (live.Differs == true)
            {
                Wrong.Add(live);
            }
        }

        if (LookUp(users) == NoSuchUser)
        {
            Unknown.AddRange(users.Where(u => LookUp(u) == NoSuchUser));
        }
    }

    /// <summary>
    /// The fields of each user, none for one who does not exist. Starting doveadm takes a tenth of a second, so all are asked at
    /// once. It prints the fields of one after those of another, and nothing for one who does not exist: then each is asked.
    /// </summary>
    private List<Dictionary<string, string>> UserFields(string[] users)
    {
        var answer = Limited(limit => ChildProgram.Ask(doveadm, ["user", "--", .. users], "", limit));
        var found = new List<Dictionary<string, string>>();
        foreach (var line in answer.Output.Split('\n').Where(l => !l.StartsWith("field\tvalue", StringComparison.Ordinal)))
        {
            if (line.Split('\t', 2) is [var name, var value])
            {
                // The first field again: the next user.
                if (found.Count == 0 || name == found[^1].Keys.First())
                {
                    found.Add([]);
                }

                found[^1].TryAdd(name, value);
            }
        }

        return answer.Status == 0 && found.Count == users.Length
            ? found
            : [.. users.Select(u => Limited(limit => LiveAnswers.UserFields(doveadm, u, limit)) ?? [])];
    }

    private int LookUp(params string[] users) =>
        Limited(limit => ChildProgram.Ask(doveadm, ["auth", "lookup", "--", .. users], "", limit)).Status;

    /// <summary>2.3: *:bytes=1:messages=2 in one field; 2.4: 1B and 2 in two, or unlimited.</summary>
    private static string QuotaOf(Dictionary<string, string> fields)
    {
        var rule = fields.GetValueOrDefault("quota_rule", "").Split([':', '=']);
        var bytes = rule is [_, "bytes", var b, ..] ? b : fields.GetValueOrDefault("quota_storage_size", "0");
        var messages = rule is [.., "messages", var m] ? m : fields.GetValueOrDefault("quota_message_count", "0");
        return $"{Number(bytes).TrimEnd('B')}:{Number(messages)}";

        static string Number(string text) => text.Replace("unlimited", "0", StringComparison.Ordinal);
    }

    private T Limited<T>(Func<CancellationToken, T> ask) => ChildProgram.Within(doveadm, Seconds, ask, ct);
}
