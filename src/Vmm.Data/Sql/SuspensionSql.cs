using Npgsql;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>Statements about suspensions: columns of users and domain_data. One that is over is none, though it stays.</summary>
internal static class SuspensionSql
{
    /// <summary>The columns of a row that is suspended now.</summary>
    private const string InForce = "suspended IS NOT NULL AND (suspended_until IS NULL OR suspended_until > now())";

    /// <summary>The mode in force of a row of vmm_address v, for lists.</summary>
    internal const string ModeNow = """
        CASE WHEN v.refused_until > now() THEN 'refuse'
                          WHEN v.deferred_until > now() THEN 'defer'
                          WHEN v.suspended_until > now() THEN 'nologin' END
        """;

    internal const string OfAccountSql = $"""
        SELECT suspended, suspended_until, suspended_reason, suspended_text FROM users WHERE uid = $1 AND {InForce}
        """;

    internal const string OfDomainSql = $"""
        SELECT suspended, suspended_until, suspended_reason, suspended_text FROM domain_data WHERE gid = $1 AND {InForce}
        """;

    internal const string SuspendAccountSql = """
        UPDATE users SET suspended = $2, suspended_until = $3, suspended_reason = $4, suspended_text = $5 WHERE uid = $1
        """;

    internal const string SuspendDomainSql = """
        UPDATE domain_data SET suspended = $2, suspended_until = $3, suspended_reason = $4, suspended_text = $5 WHERE gid = $1
        """;

    internal const string CountSql = $"""
        SELECT count(*) FROM users WHERE gid = $1 AND {InForce}
        """;

    /// <summary>The account's own, in force; or null.</summary>
    internal static Suspension? OfAccount(Transaction tx, long uid) => tx.One(OfAccountSql, Row, Parameter.Long(uid));

    /// <summary>The domain's, in force; or null.</summary>
    internal static Suspension? OfDomain(Transaction tx, long gid) => tx.One(OfDomainSql, Row, Parameter.Long(gid));

    /// <summary>Number of accounts of a domain with a suspension of their own.</summary>
    internal static long Count(Transaction tx, long gid) => tx.Scalar<long>(CountSql, Parameter.Long(gid));

    /// <summary>Suspends an account, or ends its suspension with null.</summary>
    internal static int SetAccount(Transaction tx, long uid, Suspension? suspension) =>
        tx.Execute(SuspendAccountSql, Parameters(uid, suspension));

    /// <summary>Suspends a domain, or ends its suspension with null.</summary>
    internal static int SetDomain(Transaction tx, long gid, Suspension? suspension) =>
        tx.Execute(SuspendDomainSql, Parameters(gid, suspension));

    private static Suspension Row(NpgsqlDataReader r) => new(
        EnumWords.Read<SuspensionMode>(r.GetString(0)),
        r.TimeOrNull(1),
        r.TextOrNull(2),
        r.TextOrNull(3));

    private static NpgsqlParameter[] Parameters(long number, Suspension? suspension) =>
    [
        Parameter.Long(number),
        Parameter.Text(suspension is null ? null : EnumWords.Of(suspension.Mode)),
        Parameter.TimeOrNull(suspension?.Until),
        Parameter.Text(suspension?.Reason),
        Parameter.Text(suspension?.Text),
    ];
}
