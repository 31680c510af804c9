using System.Globalization;
using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Tracing;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <summary>
/// What the running servers are asked, and what the database answers: a few addresses of each kind, always the same, in one
/// snapshot.
/// </summary>
/// <param name="Maps">Questions of Postfix's.</param>
/// <param name="Users">Questions of Dovecot's, one for each account.</param>
/// <param name="Domains">Primary names of the domains of all keys that are local addresses or names.</param>
internal sealed record StackSample(
    IReadOnlyList<TraceQuestion> Maps, IReadOnlyList<TraceQuestion> Users, IReadOnlyDictionary<string, string> Domains)
{
    /// <summary>Stands for the owner of a mailbox among the maps.</summary>
    internal const string Owners = "virtual_uid_maps";

    /// <summary>The same for the group.</summary>
    internal const string Groups = "virtual_gid_maps";

    /// <summary>A local part that nobody has: no more than a catch-all may answer.</summary>
    private const string Nobody = "vmm-check.nobody";

    /// <summary>A domain that nobody can have (RFC 2606).</summary>
    private const string Foreign = "vmm-check.invalid";

    /// <summary>Of one domain with <paramref name="gid"/>, else of the first fifty and one with a catch-all.</summary>
    internal static StackSample Read(Session s, long? gid)
    {
        var rows = CheckSql.Sample(s.Tx, gid);
        // An account is asked about under every name of its domain.
        var names = rows.Where(r => r.LocalPart.Length == 0).ToLookup(r => r.Domain, r => r.Name);
        var locals = rows.Where(r => r.LocalPart.Length > 0).ToList();
        var known = locals.SelectMany(r => names[r.Domain].Select(n => (Key: new TraceKey(r.LocalPart, n), r.Domain)));
        var unknown = rows.Where(r => r.LocalPart.Length == 0).Select(r => (Key: new TraceKey(Nobody, r.Name), r.Domain));
        var addresses = known.Concat(unknown)
            .Where(a => a.Key.Text.IndexOf('\n', StringComparison.Ordinal) < 0).DistinctBy(a => a.Key.Folded).ToList();
        var keys = addresses.Select(a => a.Key).Append(new TraceKey(Nobody, Foreign)).ToList();

        var maps = new TraceMaps(s, PostfixRules.Read(s));
        maps.AskDomains(keys);
        string[] asked = [TraceMaps.Aliases, TraceMaps.Mailboxes, TraceMaps.Relocated, TraceMaps.Transports, TraceMaps.Senders];
        foreach (var map in asked)
        {
            maps.Ask(map, keys);
        }

        var mailboxes = keys.Where(k => maps.Find(TraceMaps.Mailboxes, k) is { Extension: "" });
        var found = mailboxes.Select(k => k with { LocalPart = k.LocalPart.ToLowerInvariant() }).ToList();
        var accounts = TraceSql.Accounts(s.Tx, found);
        var domains = addresses.ToDictionary(a => a.Key.Folded, a => a.Domain);
        foreach (var row in rows.Where(r => r.LocalPart.Length == 0))
        {
            domains[row.Name] = row.Domain;
        }

        var owners = accounts.Select(a => OfNumber(Owners, a, a.Uid));
        var groups = accounts.Select(a => OfNumber(Groups, a, a.Gid));
        // Dovecot fails at one that it cannot have, which is a finding of its own, and so at all that are asked about with it.
        var users = accounts.Where(a => Math.Max(a.Uid, a.Gid) <= ValidIds.Highest).Select(User);
        return new StackSample([.. maps.Questions, .. owners, .. groups], [.. users], domains);
    }

    private static TraceQuestion OfNumber(string map, TraceAccount account, long answer) =>
        new(map, account.Address, [answer.ToString(CultureInfo.InvariantCulture)]);

    private static TraceQuestion User(TraceAccount account)
    {
        var question = TraceExplainer.UserQuestion(account);
        var quota = $"{DovecotAnswers.Quota}={account.QuotaBytes}:{account.QuotaMessages}";
        return question with { Answers = [.. question.Answers, quota] };
    }
}
