using System.Data;
using Npgsql;
using NpgsqlTypes;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>Statements about accounts: table users.</summary>
internal static class AccountSql
{
    internal const string FindSql = """
        SELECT u.uid, u.gid, d.domaindir FROM users u JOIN domain_data d USING (gid) WHERE u.gid = $1 AND u.local_part = $2
        """;

    internal const string LockSql = "SELECT uid FROM users WHERE uid = $1 FOR UPDATE";

    internal const string InsertSql = """
        INSERT INTO users (local_part, passwd, gid, mid, note) VALUES ($1, $2, $3, $4, $5) RETURNING uid
        """;

    /// <summary>Gives a new uid to an account that was just inserted, because a home with its uid exists already.</summary>
    internal const string RenumberSql = "UPDATE users SET uid = nextval('users_uid') WHERE uid = $1 RETURNING uid";

    /// <summary>Many uids at once, from the sequence that Insert takes them from one by one.</summary>
    internal const string NextUidsSql = "SELECT nextval('users_uid') FROM generate_series(1, $1)";

    internal const string CopySql =
        "COPY users (local_part, passwd, name, uid, gid, mid, note, qid, ssid) FROM STDIN (FORMAT binary)";

    internal const string UidsSql = "SELECT uid FROM users WHERE uid = ANY ($1::bigint[])";

    internal const string SetPasswordSql = "UPDATE users SET passwd = $2 WHERE uid = $1";

    internal const string SetNameSql = "UPDATE users SET name = $2 WHERE uid = $1";

    internal const string SetNoteSql = "UPDATE users SET note = $2 WHERE uid = $1";

    /// <summary>NULL means the domain's default.</summary>
    internal const string SetQuotaSql = "UPDATE users SET qid = $2 WHERE uid = $1";

    /// <inheritdoc cref="SetQuota"/>
    internal const string SetServicesSql = "UPDATE users SET ssid = $2 WHERE uid = $1";

    /// <inheritdoc cref="SetQuota"/>
    internal const string SetTransportSql = "UPDATE users SET tid = $2 WHERE uid = $1";

    /// <summary>The use of quota belongs to the uid, which stays.</summary>
    internal const string RenameSql = "UPDATE users SET gid = $2, local_part = $3 WHERE uid = $1";

    internal const string PasswordSql = "SELECT passwd FROM users WHERE uid = $1";

    /// <summary>
    /// The accounts of a domain whose password is stored with one of these schemes; each begins with its brace.
    /// </summary>
    internal const string WithSchemesSql = """
        SELECT local_part
          FROM users
         WHERE gid = $1 AND split_part(split_part(upper(passwd COLLATE "C"), '}', 1), '.', 1) = ANY ($2::text[])
         ORDER BY local_part COLLATE "C"
        """;

    internal const string DeleteSql = "DELETE FROM users WHERE uid = $1";

    /// <summary>One of these accounts that is in another domain than $1, with its address.</summary>
    internal const string OfOtherDomainsSql = """
        SELECT u.uid, u.local_part || '@' || n.domainname
          FROM unnest($2::bigint[]) AS k (uid)
          JOIN users u ON u.uid = k.uid AND u.gid <> $1
          JOIN domain_name n ON n.gid = u.gid AND n.is_primary
         ORDER BY u.uid
         LIMIT 1
        """;

    internal const string InfoSql = """
        SELECT u.name, d.domaindir, f.format, l.directory,
               q.bytes AS quota_bytes, q.messages AS quota_messages, u.qid IS NULL AS quota_inherited,
               coalesce(w.bytes, 0) AS used_bytes, coalesce(w.messages, 0) AS used_messages,
               t.transport, u.tid IS NULL AS transport_inherited,
               s.smtp, s.pop3, s.imap, s.sieve, u.ssid IS NULL AS services_inherited, u.note, u.passwd_changed
          FROM users u
          JOIN domain_data d USING (gid)
          JOIN maillocation l USING (mid)
          JOIN mailboxformat f USING (fid)
          JOIN quotalimit q ON q.qid = coalesce(u.qid, d.qid)
          JOIN transport t ON t.tid = coalesce(u.tid, d.tid)
          JOIN service_set s ON s.ssid = coalesce(u.ssid, d.ssid)
          LEFT JOIN userquota w USING (uid)
         WHERE u.uid = $1
        """;

    internal const string ByUidSql = """
        SELECT u.local_part, coalesce(n.domainname, ''), u.gid, u.note
          FROM users u LEFT JOIN domain_name n ON n.gid = u.gid AND n.is_primary
         WHERE u.uid = $1
        """;

    internal static AccountRow? Find(Transaction tx, long gid, EmailAddress address) => tx.One(
        FindSql,
        r => new AccountRow(r.GetInt64(0), r.GetInt64(1), address, r.GetString(2)),
        Parameter.Long(gid),
        Parameter.Text(address.LocalPart));

    /// <summary>Locks the account's row. True when the account still exists after the wait.</summary>
    internal static bool Lock(Transaction tx, long uid) => tx.Scalar<long>(LockSql, Parameter.Long(uid)) == uid;

    internal static long Insert(Transaction tx, EmailAddress address, PasswordHash hash, long gid, long mid, string? note) =>
        tx.Scalar<long>(
            InsertSql,
            Parameter.Text(address.LocalPart),
            Parameter.Text(hash.Stored),
            Parameter.Long(gid),
            Parameter.Long(mid),
            Parameter.Text(note));

    internal static long Renumber(Transaction tx, long uid) => tx.Scalar<long>(RenumberSql, Parameter.Long(uid));

    internal static List<long> NextUids(Transaction tx, int count) =>
        tx.List(NextUidsSql, r => r.GetInt64(0), Parameter.Int(count));

    internal static void Copy(Transaction tx, IEnumerable<NewAccountRow> rows) => tx.Copy(CopySql, rows, (import, row) =>
    {
        import.Write(row.LocalPart, NpgsqlDbType.Varchar);
        import.Write(row.Password.Stored, NpgsqlDbType.Varchar);
        Write(import, row.Name);
        import.Write(row.Uid, NpgsqlDbType.Bigint);
        import.Write(row.Gid, NpgsqlDbType.Bigint);
        import.Write(row.MailLocationId, NpgsqlDbType.Bigint);
        Write(import, row.Note);
        Write(import, row.QuotaId);
        Write(import, row.ServicesId);
    });

    /// <summary>Which of these uids belong to accounts.</summary>
    internal static List<long> Uids(Transaction tx, IEnumerable<long> uids) =>
        tx.List(UidsSql, r => r.GetInt64(0), Parameter.Longs(uids));

    private static void Write(NpgsqlBinaryImporter import, long? number)
    {
        if (number is { } value)
        {
            import.Write(value, NpgsqlDbType.Bigint);
        }
        else
        {
            import.WriteNull();
        }
    }

    private static void Write(NpgsqlBinaryImporter import, string? text)
    {
        if (text is null)
        {
            import.WriteNull();
        }
        else
        {
            import.Write(text, NpgsqlDbType.Text);
        }
    }

    internal static int SetPassword(Transaction tx, long uid, PasswordHash hash) =>
        tx.Execute(SetPasswordSql, Parameter.Long(uid), Parameter.Text(hash.Stored));

    internal static int SetName(Transaction tx, long uid, string? name) =>
        tx.Execute(SetNameSql, Parameter.Long(uid), Parameter.Text(name));

    internal static int SetNote(Transaction tx, long uid, string? note) =>
        tx.Execute(SetNoteSql, Parameter.Long(uid), Parameter.Text(note));

    internal static int SetQuota(Transaction tx, long uid, long? qid) =>
        tx.Execute(SetQuotaSql, Parameter.Long(uid), Parameter.LongOrNull(qid));

    internal static int SetServices(Transaction tx, long uid, long? ssid) =>
        tx.Execute(SetServicesSql, Parameter.Long(uid), Parameter.LongOrNull(ssid));

    internal static int SetTransport(Transaction tx, long uid, long? tid) =>
        tx.Execute(SetTransportSql, Parameter.Long(uid), Parameter.LongOrNull(tid));

    internal static int Rename(Transaction tx, long uid, long gid, string localPart) =>
        tx.Execute(RenameSql, Parameter.Long(uid), Parameter.Long(gid), Parameter.Text(localPart));

    internal static string? Password(Transaction tx, long uid) => tx.Scalar<string>(PasswordSql, Parameter.Long(uid));

    internal static List<string> WithSchemes(Transaction tx, long gid, IEnumerable<string> schemes) => tx.List(
        WithSchemesSql, r => r.GetString(0), Parameter.Long(gid), Parameter.Texts(schemes.Select(s => $"{{{s}")));

    internal static int Delete(Transaction tx, long uid) => tx.Execute(DeleteSql, Parameter.Long(uid));

    internal static List<(long Uid, string Address)> OfOtherDomains(Transaction tx, long gid, IReadOnlyCollection<long> uids) =>
        uids.Count == 0 ? [] : tx.List(
            OfOtherDomainsSql, r => (r.GetInt64(0), r.GetString(1)), Parameter.Long(gid), Parameter.Longs(uids));

    internal static AccountInfo? Info(Transaction tx, AccountRow account) => tx.One(
        InfoSql,
        r => new AccountInfo
        {
            Address = account.Address.ToString(),
            Uid = account.Uid,
            Gid = account.Gid,
            Name = r.TextOrNull(r.GetOrdinal("name")),
            Home = $"{r.GetString("domaindir")}/{account.Uid}",
            MailLocation = new MailLocation(r.GetString("format"), r.GetString("directory")).ToString(),
            QuotaBytes = r.GetInt64("quota_bytes"),
            QuotaMessages = r.GetInt32("quota_messages"),
            QuotaInherited = r.GetBoolean("quota_inherited"),
            UsedBytes = r.GetInt64("used_bytes"),
            UsedMessages = r.GetInt32("used_messages"),
            Transport = r.GetString("transport"),
            TransportInherited = r.GetBoolean("transport_inherited"),
            Services = ChoiceTables.Services(r, r.GetOrdinal("smtp")),
            ServicesInherited = r.GetBoolean("services_inherited"),
            Note = r.TextOrNull(r.GetOrdinal("note")),
            PasswordChanged = r.IsDBNull("passwd_changed") ? null : r.GetDateTime("passwd_changed"),
            MailDirectory = $"{r.GetString("domaindir")}/{account.Uid}/{r.GetString("directory")}",
        },
        Parameter.Long(account.Uid));

    internal static AccountByUid? ByUid(Transaction tx, long uid) => tx.One(
        ByUidSql,
        r => new AccountByUid
        {
            Address = EmailAddress.Stored(r.GetString(0), r.GetString(1)).ToString(),
            Uid = uid,
            Gid = r.GetInt64(2),
            Note = r.TextOrNull(3),
        },
        Parameter.Long(uid));
}
