using Npgsql;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>Statements about sender grants: table vmm_sender_grant, one row per sender and account.</summary>
internal static class SenderSql
{
    /// <summary>The grants in the domain $1, or for the local part $2 alone; an empty one is the whole domain.</summary>
    internal const string GrantsSql = """
        SELECT g.address, g.uid, u.local_part || '@' || n.domainname, g.expires, coalesce(g.expires <= now(), false)
          FROM vmm_sender_grant g
          JOIN users u ON u.uid = g.uid
          JOIN domain_name n ON n.gid = u.gid AND n.is_primary
         WHERE g.gid = $1 AND ($2::text IS NULL OR g.address = $2)
         ORDER BY g.address COLLATE "C", n.domainname COLLATE "C", u.local_part COLLATE "C"
        """;

    /// <summary>What was granted to the account $1.</summary>
    internal const string OfAccountSql = """
        SELECT g.address || '@' || n.domainname, g.expires, coalesce(g.expires <= now(), false)
          FROM vmm_sender_grant g
          JOIN domain_name n ON n.gid = g.gid AND n.is_primary
         WHERE g.uid = $1
         ORDER BY n.domainname COLLATE "C", g.address COLLATE "C"
        """;

    internal const string IsAnsweredSql = "SELECT EXISTS (SELECT FROM postfix_smtpd_sender_login_map($1, $2))";

    /// <summary>The accounts that an alias ends in, each under the primary name of its domain.</summary>
    internal const string OfAliasSql = """
        SELECT DISTINCT u.local_part || '@' || n.domainname COLLATE "C"
          FROM vmm_alias_senders($1) AS s (login)
          JOIN vmm_address a ON a.address = s.login
          JOIN users u ON u.uid = a.uid
          JOIN domain_name n ON n.gid = u.gid AND n.is_primary
         ORDER BY 1
        """;

    internal const string AliasSendersSql = "SELECT alias_senders FROM domain_data WHERE gid = $1";

    internal const string SetAliasSendersSql = "UPDATE domain_data SET alias_senders = $2 WHERE gid = $1";

    /// <summary>Accounts that are there, and cannot be deleted until the end; in the order in which everybody locks them.</summary>
    internal const string LockAccountsSql = """
        SELECT uid FROM users WHERE uid = ANY ($1::bigint[]) ORDER BY uid FOR KEY SHARE
        """;

    /// <summary>The same for the accounts that may send as the local part $2 of the domain $1.</summary>
    internal const string LockGranteesSql = """
        SELECT uid FROM users
         WHERE uid IN (SELECT g.uid FROM vmm_sender_grant g WHERE g.gid = $1 AND g.address = $2)
         ORDER BY uid FOR KEY SHARE
        """;

    internal const string PutSql = """
        INSERT INTO vmm_sender_grant (gid, address, uid, expires)
        SELECT $1, $2, k.uid, $4 FROM unnest($3::bigint[]) AS k (uid) ORDER BY k.uid
            ON CONFLICT (gid, address, uid) DO UPDATE SET expires = excluded.expires
        """;

    internal const string DeleteSql = "DELETE FROM vmm_sender_grant WHERE gid = $1 AND address = $2 AND uid = ANY ($3::bigint[])";

    internal const string DeleteOfAccountSql = "DELETE FROM vmm_sender_grant WHERE uid = $1";

    internal const string DeleteInDomainSql = "DELETE FROM vmm_sender_grant WHERE gid = $1";

    internal const string DeleteOfAccountsSql = """
        DELETE FROM vmm_sender_grant WHERE uid IN (SELECT u.uid FROM users u WHERE u.gid = $1)
        """;

    /// <summary>
    /// Of two grants to the same account the longer one stays. The new ones are there before the old ones go: no sender is refused.
    /// </summary>
    internal const string MoveSql = """
        INSERT INTO vmm_sender_grant AS g (gid, address, uid, expires)
        SELECT $3, $4, o.uid, o.expires FROM vmm_sender_grant o WHERE o.gid = $1 AND o.address = $2 ORDER BY o.uid
            ON CONFLICT (gid, address, uid) DO UPDATE
           SET expires = CASE WHEN g.expires IS NULL OR excluded.expires IS NULL THEN NULL
                              ELSE greatest(g.expires, excluded.expires) END
        """;

    internal const string MovedSql = "DELETE FROM vmm_sender_grant WHERE gid = $1 AND address = $2";

    /// <summary>The grants in a domain, or for one local part in it.</summary>
    internal static List<SenderGrantRow> Grants(Transaction tx, long gid, string? localPart = null) => tx.List(
        GrantsSql,
        r => new SenderGrantRow(r.GetString(0), r.GetInt64(1), r.GetString(2), r.TimeOrNull(3), r.GetBoolean(4)),
        Parameter.Long(gid),
        Parameter.Text(localPart));

    /// <summary>What was granted to an account.</summary>
    internal static List<SendAs> OfAccount(Transaction tx, long uid) => tx.List(
        OfAccountSql, r => new SendAs(r.GetString(0), r.TimeOrNull(1), r.GetBoolean(2)), Parameter.Long(uid));

    /// <summary>Whether Postfix gets an answer about a sender address.</summary>
    internal static bool IsAnswered(Transaction tx, EmailAddress address) =>
        tx.Scalar<bool>(IsAnsweredSql, Parameter.Text(address.LocalPart), Parameter.Text(address.Domain.Ascii));

    /// <summary>The accounts that an alias ends in.</summary>
    internal static List<string> OfAlias(Transaction tx, EmailAddress alias) =>
        tx.List(OfAliasSql, r => r.GetString(0), Parameter.Text(alias.ToString()));

    /// <summary>Whether the accounts of an alias may send as it.</summary>
    internal static bool AliasSenders(Transaction tx, long gid) => tx.Scalar<bool>(AliasSendersSql, Parameter.Long(gid));

    internal static int SetAliasSenders(Transaction tx, long gid, bool may) =>
        tx.Execute(SetAliasSendersSql, Parameter.Long(gid), Parameter.Bool(may));

    /// <summary>Those of the accounts that are there after the wait.</summary>
    internal static List<long> LockAccounts(Transaction tx, IEnumerable<long> uids) =>
        tx.List(LockAccountsSql, r => r.GetInt64(0), Parameter.Longs(uids));

    /// <summary>Adds grants, or gives those that are there another end.</summary>
    internal static int Put(Transaction tx, long gid, string localPart, IEnumerable<long> uids, DateTime? expires) => tx.Execute(
        PutSql, Parameter.Long(gid), Parameter.Text(localPart), Parameter.Longs(uids), Parameter.TimeOrNull(expires));

    internal static int Delete(Transaction tx, long gid, string localPart, IEnumerable<long> uids) =>
        tx.Execute(DeleteSql, Parameter.Long(gid), Parameter.Text(localPart), Parameter.Longs(uids));

    /// <summary>Before the account is deleted: the journal has its name then.</summary>
    internal static int DeleteOfAccount(Transaction tx, long uid) => tx.Execute(DeleteOfAccountSql, Parameter.Long(uid));

    /// <summary>Before a domain is deleted: grants of its addresses, and to its accounts.</summary>
    internal static int DeleteOfDomain(Transaction tx, long gid) =>
        tx.Execute(DeleteInDomainSql, Parameter.Long(gid)) + tx.Execute(DeleteOfAccountsSql, Parameter.Long(gid));

    /// <summary>Gives the grants of an address to another one. Returns their number.</summary>
    internal static int Move(Transaction tx, long gid, string localPart, long newGid, string newLocalPart)
    {
        NpgsqlParameter[] Old() => [Parameter.Long(gid), Parameter.Text(localPart)];
        if (tx.List(LockGranteesSql, r => r.GetInt64(0), Old()).Count == 0)
        {
            return 0;
        }

        tx.Execute(MoveSql, [.. Old(), Parameter.Long(newGid), Parameter.Text(newLocalPart)]);
        return tx.Execute(MovedSql, Old());
    }
}
