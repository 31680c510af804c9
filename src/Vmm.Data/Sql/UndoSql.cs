using Vmm.Data.Rows;

namespace Vmm.Data.Sql;

/// <summary>
/// Objects as they were before the changes $1, or of these only the accounts $2. First goes what was added, then what was changed
/// is changed back, then comes what was deleted: so that no address is there twice.
/// </summary>
internal static class UndoSql
{
    internal const string PlanSql = """
        SELECT p.kind, p.number, coalesce(p.old_gid, 0),
               coalesce(p.old_local_part || '@', '') || coalesce(
                   (SELECT n.domainname FROM domain_name n
                     WHERE n.gid = p.old_gid AND n.is_primary AND p.kind NOT IN ('domain', 'domain name')),
                   p.old_domain, p.key),
               coalesce(p.gid, 0), coalesce(p.local_part || '@', '') || coalesce(p.domain, p.key),
               p.before IS NOT NULL, p.after IS NOT NULL, p.before->>'directory'
          FROM vmm_journal_net($1, $2, false) p
         ORDER BY p.kind, p.number
        """;

    /// <summary>The last change by $1.</summary>
    internal const string LastSql = "SELECT change FROM vmm_change WHERE login = $1 ORDER BY change DESC LIMIT 1";

    internal const string NamesSql = "SELECT gid, domainname FROM domain_name WHERE gid = ANY ($1)";

    internal const string DirectoriesSql = "SELECT gid, domaindir FROM domain_data WHERE gid = ANY ($1)";

    internal const string LockAccountsSql = """
        SELECT uid FROM users
         WHERE uid IN (SELECT CASE kind WHEN 'account' THEN number ELSE (coalesce(before, after)->>'uid')::bigint END
                         FROM vmm_journal_net($1, $2, false)
                        WHERE kind IN ('account', 'sender grant'))
         ORDER BY uid FOR UPDATE
        """;

    /// <summary>Domains that are there and are concerned, in the order in which everybody locks them.</summary>
    internal const string LockDomainsSql = """
        SELECT gid FROM domain_data
         WHERE gid IN (SELECT unnest(ARRAY[gid, old_gid]) FROM vmm_journal_net($1, $2, false))
         ORDER BY gid FOR UPDATE
        """;

    /// <summary>The password that an account had before the first of the changes.</summary>
    private const string Secret = """
        (SELECT k.passwd FROM vmm_journal_secret k WHERE k.uid = p.number AND k.change = ANY ($1) ORDER BY k.change LIMIT 1)
        """;

    /// <summary>When it had been set.</summary>
    private const string SecretTime = """
        (SELECT k.changed FROM vmm_journal_secret k WHERE k.uid = p.number AND k.change = ANY ($1) ORDER BY k.change LIMIT 1)
        """;

    /// <summary>The rows of service_set as the journal has them.</summary>
    internal const string Services = """
        SELECT ssid, concat_ws(' ', CASE WHEN smtp THEN 'smtp' END, CASE WHEN pop3 THEN 'pop3' END,
                                            CASE WHEN imap THEN 'imap' END, CASE WHEN sieve THEN 'sieve' END) AS words
                  FROM service_set
        """;

    /// <summary>Rows of the tables of choices that somebody has removed since.</summary>
    internal const string AddQuotasSql = """
        INSERT INTO quotalimit (bytes, messages)
        SELECT DISTINCT (p.before->>'quota_bytes')::bigint, (p.before->>'quota_messages')::integer
          FROM vmm_journal_net($1, $2, false) p
         WHERE p.kind IN ('account', 'domain') AND p.before ? 'quota_bytes'
            ON CONFLICT DO NOTHING
        """;

    internal const string AddTransportsSql = """
        INSERT INTO transport (transport)
        SELECT DISTINCT p.before->>'transport'
          FROM vmm_journal_net($1, $2, false) p
         WHERE p.kind IN ('account', 'domain') AND p.before ? 'transport'
            ON CONFLICT DO NOTHING
        """;

    private const string Choices = $"""
        LEFT JOIN quotalimit q ON q.bytes = (p.before->>'quota_bytes')::bigint
                                        AND q.messages = (p.before->>'quota_messages')::integer
                 LEFT JOIN ({Services}) s ON s.words = p.before->>'services'
                 LEFT JOIN transport t ON t.transport = p.before->>'transport'
        """;

    private const string OfAccounts = """
        LEFT JOIN (SELECT mid, concat_ws(':', format, directory, extra) AS mail
                              FROM maillocation JOIN mailboxformat USING (fid)) m ON m.mail = p.before->>'mail'
        """;

    internal const string DeleteAliasesSql = """
        DELETE FROM alias a USING vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'alias' AND p.before IS NULL AND a.gid = p.gid AND a.address = p.local_part
           AND a.destination = p.after->>'destination'
        """;

    internal const string DeleteRelocatedSql = """
        DELETE FROM relocated r USING vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'relocated user' AND p.before IS NULL AND r.gid = p.gid AND r.address = p.local_part
        """;

    internal const string DeleteCatchAllsSql = """
        DELETE FROM catchall c USING vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'catch-all' AND p.before IS NULL AND c.gid = p.gid AND c.destination = p.after->>'destination'
        """;

    internal const string DeleteAccountsSql = """
        DELETE FROM users u USING vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'account' AND p.before IS NULL AND u.uid = p.number
        """;

    internal const string DeleteNamesSql = """
        DELETE FROM domain_name n USING vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'domain name' AND p.before IS NULL AND n.domainname = p.key
        """;

    internal const string DeleteDomainsSql = """
        DELETE FROM domain_data d USING vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'domain' AND p.before IS NULL AND d.gid = p.number
        """;

    internal const string ChangeDomainsSql = $"""
        UPDATE domain_data d
           SET note = CASE WHEN p.before->'note' IS DISTINCT FROM p.after->'note' THEN p.before->>'note' ELSE d.note END,
               qid = CASE WHEN p.before->'quota_bytes' IS DISTINCT FROM p.after->'quota_bytes'
                               OR p.before->'quota_messages' IS DISTINCT FROM p.after->'quota_messages'
                          THEN q.qid ELSE d.qid END,
               ssid = CASE WHEN p.before->'services' IS DISTINCT FROM p.after->'services' THEN s.ssid ELSE d.ssid END,
               tid = CASE WHEN p.before->'transport' IS DISTINCT FROM p.after->'transport' THEN t.tid ELSE d.tid END,
               alias_senders = CASE WHEN p.before->'alias_senders' IS DISTINCT FROM p.after->'alias_senders'
                                    THEN NOT p.before ? 'alias_senders' ELSE d.alias_senders END,
               {UndoSuspensionSql.Back}
          FROM vmm_journal_net($1, $2, false) p
                 {Choices}
         WHERE p.kind = 'domain' AND p.before IS NOT NULL AND p.after IS NOT NULL AND d.gid = p.number
        """;

    internal const string ChangeNamesSql = """
        UPDATE domain_name n
           SET gid = (p.before->>'gid')::bigint, is_primary = (p.before->>'primary')::boolean
          FROM vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'domain name' AND p.before IS NOT NULL AND p.after IS NOT NULL AND n.domainname = p.key
        """;

    internal const string ChangeAccountsSql = $"""
        UPDATE users u
           SET gid = CASE WHEN p.old_gid <> p.gid THEN p.old_gid ELSE u.gid END,
               local_part = CASE WHEN p.old_local_part <> p.local_part THEN p.old_local_part ELSE u.local_part END,
               passwd = CASE WHEN p.password_changed THEN {Secret} ELSE u.passwd END,
               name = CASE WHEN p.before->'name' IS DISTINCT FROM p.after->'name' THEN p.before->>'name' ELSE u.name END,
               note = CASE WHEN p.before->'note' IS DISTINCT FROM p.after->'note' THEN p.before->>'note' ELSE u.note END,
               qid = CASE WHEN p.before->'quota_bytes' IS DISTINCT FROM p.after->'quota_bytes'
                               OR p.before->'quota_messages' IS DISTINCT FROM p.after->'quota_messages'
                          THEN q.qid ELSE u.qid END,
               ssid = CASE WHEN p.before->'services' IS DISTINCT FROM p.after->'services' THEN s.ssid ELSE u.ssid END,
               tid = CASE WHEN p.before->'transport' IS DISTINCT FROM p.after->'transport' THEN t.tid ELSE u.tid END,
               {UndoSuspensionSql.Back}
          FROM vmm_journal_net($1, $2, false) p
                 {Choices}
         WHERE p.kind = 'account' AND p.before IS NOT NULL AND p.after IS NOT NULL AND u.uid = p.number
        """;

    internal const string ChangeRelocatedSql = """
        UPDATE relocated r SET destination = p.before->>'destination'
          FROM vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'relocated user' AND p.before IS NOT NULL AND p.after IS NOT NULL AND r.gid = p.gid
           AND r.address = p.local_part
        """;

    internal const string InsertDomainsSql = $"""
        INSERT INTO domain_data (gid, domaindir, note, qid, ssid, tid, alias_senders, {UndoSuspensionSql.Columns})
        SELECT p.number, p.before->>'directory', p.before->>'note', q.qid, s.ssid, t.tid, NOT p.before ? 'alias_senders',
               {UndoSuspensionSql.Before}
          FROM vmm_journal_net($1, $2, false) p
                 {Choices}
         WHERE p.kind = 'domain' AND p.after IS NULL
        """;

    internal const string InsertNamesSql = """
        INSERT INTO domain_name (domainname, gid, is_primary)
        SELECT p.key, (p.before->>'gid')::bigint, (p.before->>'primary')::boolean
          FROM vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'domain name' AND p.after IS NULL
        """;

    /// <summary>A password that came back is as old as it was; the trigger takes it for a new one.</summary>
    internal const string DateAccountsSql = $"""
        UPDATE users u SET passwd_changed = {SecretTime}
          FROM vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'account' AND p.password_changed AND u.uid = p.number
        """;

    /// <summary>Accounts that are gone.</summary>
    internal const string GoneAccounts = $"""
        {Secret}, p.before->>'name', p.before->>'note', m.mid, q.qid, s.ssid, t.tid, {SecretTime}, {UndoSuspensionSql.Before}
          FROM vmm_journal_net($1, $2, false) p
                 {Choices}
                 {OfAccounts}
         WHERE p.kind = 'account' AND p.after IS NULL
        """;

    internal const string Columns =
        $"users (uid, gid, local_part, passwd, name, note, mid, qid, ssid, tid, passwd_changed, {UndoSuspensionSql.Columns})";

    internal const string InsertAccountsSql = $"""
        INSERT INTO {Columns}
        SELECT p.number, p.old_gid, p.old_local_part, {GoneAccounts}
        """;

    internal const string InsertRelocatedSql = """
        INSERT INTO relocated (gid, address, destination)
        SELECT p.old_gid, p.old_local_part, p.before->>'destination'
          FROM vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'relocated user' AND p.after IS NULL
        """;

    internal const string InsertAliasesSql = """
        INSERT INTO alias (gid, address, destination)
        SELECT p.old_gid, p.old_local_part, p.before->>'destination'
          FROM vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'alias' AND p.after IS NULL
            ON CONFLICT DO NOTHING
        """;

    internal const string InsertCatchAllsSql = """
        INSERT INTO catchall (gid, destination)
        SELECT p.old_gid, p.before->>'destination'
          FROM vmm_journal_net($1, $2, false) p
         WHERE p.kind = 'catch-all' AND p.after IS NULL
            ON CONFLICT DO NOTHING
        """;

    /// <summary>What the changes did, undone: each object once.</summary>
    internal static List<UndoRow> Plan(
        Transaction tx, IReadOnlyCollection<long> changes, IReadOnlyCollection<long>? uids) => tx.List(
        PlanSql,
        r => new UndoRow(
            r.GetString(0),
            r.GetInt64(1),
            r.GetInt64(2),
            r.GetString(3),
            r.GetInt64(4),
            r.GetString(5),
            r.GetBoolean(6),
            r.GetBoolean(7),
            r.TextOrNull(8)),
        Parameter.Longs(changes),
        Parameter.LongsOrNull(uids));

    /// <summary>The last change of an administrator, or null.</summary>
    internal static long? Last(Transaction tx, string login) =>
        tx.List(LastSql, r => r.GetInt64(0), Parameter.Text(login)) is [var change] ? change : null;

    /// <summary>All names of domains that are there.</summary>
    internal static List<(long Gid, string Name)> Names(Transaction tx, IEnumerable<long> gids) =>
        tx.List(NamesSql, r => (r.GetInt64(0), r.GetString(1)), Parameter.Longs(gids));

    /// <summary>Where the mail of domains that are there is.</summary>
    internal static List<(long Gid, string Directory)> Directories(Transaction tx, IEnumerable<long> gids) =>
        tx.List(DirectoriesSql, r => (r.GetInt64(0), r.GetString(1)), Parameter.Longs(gids));

    /// <summary>Nobody else changes the domains until the end, nor accounts in them.</summary>
    internal static void LockDomains(Transaction tx, IReadOnlyCollection<long> changes, IReadOnlyCollection<long>? uids) =>
        tx.Execute(LockDomainsSql, Parameter.Longs(changes), Parameter.LongsOrNull(uids));

    /// <summary>Nobody else changes the accounts until the end.</summary>
    internal static void LockAccounts(Transaction tx, IReadOnlyCollection<long> changes, IReadOnlyCollection<long>? uids) =>
        tx.Execute(LockAccountsSql, Parameter.Longs(changes), Parameter.LongsOrNull(uids));

    /// <summary>Makes all objects as they were.</summary>
    internal static void Run(Transaction tx, IReadOnlyCollection<long> changes, IReadOnlyCollection<long>? uids)
    {
        foreach (
            var statement in (string[])
                [
                    AddQuotasSql, AddTransportsSql, UndoSenderSql.DeleteSql, DeleteAliasesSql, DeleteRelocatedSql,
                    DeleteCatchAllsSql,
                    DeleteAccountsSql, DeleteNamesSql,
                    ChangeDomainsSql, InsertDomainsSql, ChangeNamesSql, InsertNamesSql, ChangeAccountsSql,
                    DateAccountsSql, ChangeRelocatedSql,
                    InsertAccountsSql, InsertRelocatedSql, InsertAliasesSql, InsertCatchAllsSql,
                    UndoSenderSql.ChangeSql, UndoSenderSql.InsertSql,
                    // Last: names and accounts may have moved out of them.
                    DeleteDomainsSql,
                ])
        {
            tx.Execute(statement, Parameter.Longs(changes), Parameter.LongsOrNull(uids));
        }
    }
}
