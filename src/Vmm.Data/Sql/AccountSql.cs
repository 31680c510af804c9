namespace Vmm.Sql;

/// <summary>Statements about accounts: table users.</summary>
internal static class AccountSql
{
    internal const string Find = """
        SELECT u.uid, u.gid, d.domaindir FROM users u JOIN domain_data d USING (gid) WHERE u.gid = $1 AND u.local_part = $2
        """;

    internal const string Lock = "SELECT uid FROM users WHERE uid = $1 FOR UPDATE";

    internal const string Insert = """
        INSERT INTO users (local_part, passwd, gid, mid, note) VALUES ($1, $2, $3, $4, $5) RETURNING uid
        """;

    internal const string SetPassword = "UPDATE users SET passwd = $2 WHERE uid = $1";

    internal const string Delete = "DELETE FROM users WHERE uid = $1";

    internal const string Info = """
        SELECT u.name, d.domaindir, f.format, l.directory,
               q.bytes, q.messages, u.qid IS NULL, coalesce(w.bytes, 0), coalesce(w.messages, 0),
               t.transport, u.tid IS NULL, s.smtp, s.pop3, s.imap, s.sieve, u.ssid IS NULL, u.note
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

    internal const string ByUid = """
        SELECT u.local_part, coalesce(n.domainname, ''), u.gid, u.note
          FROM users u LEFT JOIN domain_name n ON n.gid = u.gid AND n.is_primary
         WHERE u.uid = $1
        """;

    internal static Task<AccountRow?> FindAsync(Transaction tx, long gid, EmailAddress address) => tx.OneAsync(
        Find,
        r => new AccountRow(r.GetInt64(0), r.GetInt64(1), address, r.GetString(2)),
        P.Long(gid),
        P.Text(address.LocalPart));

    /// <summary>True when the account is still there once its row is ours.</summary>
    internal static async Task<bool> LockAsync(Transaction tx, long uid) => await tx.ScalarAsync<long>(Lock, P.Long(uid)) == uid;

    internal static Task<long> InsertAsync(Transaction tx, EmailAddress address, PasswordHash hash, long gid, long mid, string? note) =>
        tx.ScalarAsync<long>(Insert, P.Text(address.LocalPart), P.Text(hash.Stored), P.Long(gid), P.Long(mid), P.Text(note));

    internal static Task<int> SetPasswordAsync(Transaction tx, long uid, PasswordHash hash) =>
        tx.ExecuteAsync(SetPassword, P.Long(uid), P.Text(hash.Stored));

    internal static Task<int> DeleteAsync(Transaction tx, long uid) => tx.ExecuteAsync(Delete, P.Long(uid));

    internal static Task<AccountInfo?> InfoAsync(Transaction tx, AccountRow account) => tx.OneAsync(
        Info,
        r => new AccountInfo
        {
            Address = account.Address.ToString(),
            Uid = account.Uid,
            Gid = account.Gid,
            Name = r.TextOrNull(0),
            Home = $"{r.GetString(1)}/{account.Uid}",
            MailLocation = new MailLocation(r.GetString(2), r.GetString(3)).ToString(),
            QuotaBytes = r.GetInt64(4),
            QuotaMessages = r.GetInt32(5),
            QuotaInherited = r.GetBoolean(6),
            UsedBytes = r.GetInt64(7),
            UsedMessages = r.GetInt32(8),
            Transport = r.GetString(9),
            TransportInherited = r.GetBoolean(10),
            Services = Lookups.Services(r, 11),
            ServicesInherited = r.GetBoolean(15),
            Note = r.TextOrNull(16),
            MailDirectory = $"{r.GetString(1)}/{account.Uid}/{r.GetString(3)}",
        },
        P.Long(account.Uid));

    internal static Task<AccountByUid?> ByUidAsync(Transaction tx, long uid) => tx.OneAsync(
        ByUid,
        r => new AccountByUid
        {
            Address = EmailAddress.Stored(r.GetString(0), r.GetString(1)).ToString(),
            Uid = uid,
            Gid = r.GetInt64(2),
            Note = r.TextOrNull(3),
        },
        P.Long(uid));
}
