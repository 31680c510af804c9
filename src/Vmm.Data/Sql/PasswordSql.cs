using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>Passwords in one scheme.</summary>
/// <param name="Scheme">In upper case, without an encoding; empty where the passwords name none.</param>
/// <param name="Kind">For {CRYPT} and no scheme, the kind of hash: $1$, $2y$ and so on; else empty.</param>
/// <param name="Accounts">Number of accounts that have them.</param>
/// <param name="Example">The address of one of these.</param>
/// <param name="Changed">Of a single account: when its password was changed last, UTC; null where that is not known.</param>
internal sealed record StoredScheme(string Scheme, string Kind, long Accounts, string Example, DateTime? Changed);

/// <summary>In which schemes passwords are stored. No part of a hash or a password leaves the database.</summary>
internal static class PasswordSql
{
    /// <summary>
    /// Accounts by scheme, of all domains or of $1: the many rows are grouped by what they begin with, and only the few groups are
    /// looked at more closely.
    /// </summary>
    internal const string SchemesSql = $"""
        SELECT s.scheme, s.kind, s.accounts, u.local_part, n.domainname
          FROM (SELECT {Scheme} AS scheme, p.kind, sum(p.accounts)::bigint AS accounts, min(p.uid) AS uid
                  FROM (SELECT {Prefix} AS prefix, {Kind} AS kind, count(*) AS accounts, min(u.uid) AS uid
                          FROM users u
                         WHERE $1::bigint IS NULL OR u.gid = $1
                         GROUP BY 1, 2) AS p
                 GROUP BY 1, 2) AS s
          JOIN users u ON u.uid = s.uid
          LEFT JOIN domain_name n ON n.gid = u.gid AND n.is_primary
         ORDER BY s.scheme, s.kind
        """;

    /// <summary>
    /// The accounts with one of the schemes $2 and kinds $3, of all domains or of $1, after the local part $5 of the domain $4;
    /// only those with a password from before $7, if that is given. A page costs the domains that it goes through.
    /// </summary>
    internal const string AccountsSql = $"""
        SELECT a.local_part, n.domainname, a.scheme, a.kind, a.changed
          FROM (SELECT m.gid, m.domainname, m.domainname COLLATE "C" AS sorted
                  FROM domain_name m
                 WHERE m.is_primary AND ($1::bigint IS NULL OR m.gid = $1)
                   AND ($4::text IS NULL OR m.domainname COLLATE "C" >= $4)
                 ORDER BY m.domainname COLLATE "C"
                OFFSET 0) AS n
         CROSS JOIN LATERAL (
                   SELECT s.local_part, s.local_part COLLATE "C" AS sorted, s.scheme, s.kind, s.changed
                     FROM (SELECT p.local_part, {Scheme} AS scheme, p.kind, p.changed
                             FROM (SELECT u.local_part, {Prefix} AS prefix, {Kind} AS kind, u.passwd_changed AS changed
                                     FROM users u
                                    WHERE u.gid = n.gid AND ($7::timestamptz IS NULL OR u.passwd_changed < $7)
                                      AND u.local_part COLLATE "C" > CASE WHEN n.domainname = $4 THEN $5::text ELSE '' END
                                  ) AS p) AS s
                     JOIN unnest($2::text[], $3::text[]) AS k (scheme, kind) ON k.scheme = s.scheme AND k.kind = s.kind
                    ORDER BY s.local_part COLLATE "C"
                    LIMIT $6
               ) AS a
         ORDER BY n.sorted, a.sorted
         LIMIT $6
        """;

    /// <summary>Accounts of which it is not known when their password was changed; of all domains or of $1.</summary>
    internal const string UndatedSql = """
        SELECT count(*) FROM users WHERE passwd_changed IS NULL AND ($1::bigint IS NULL OR gid = $1)
        """;

    /// <summary>
    /// The scheme in its braces, as it is stored; empty where there is none. A hash that begins with $1$ is MD5-CRYPT to Dovecot,
    /// whatever its default is.
    /// </summary>
    private const string Prefix = """
        CASE
            WHEN u.passwd LIKE '{%}%' THEN left(u.passwd, strpos(u.passwd, '}'))
            WHEN u.passwd LIKE '$1$%$%' THEN '{MD5-CRYPT}'
            ELSE ''
        END
        """;

    /// <summary>
    /// What {CRYPT}, or no scheme, is followed by: $6$ and so on; $ for any other, since a password may begin with it; or nothing.
    /// </summary>
    private const string Kind = """
        CASE
            WHEN u.passwd LIKE '$1$%$%' THEN ''
            WHEN u.passwd LIKE '$%' OR lower(left(u.passwd, 8) COLLATE "C") = '{crypt}$' THEN
                coalesce(substring(u.passwd FROM '^(?:\{[^}]*\})?(\$(?:1|2[abxy]?|3|5|6|7|y|gy|md5|sha1)\$)'), '$')
            ELSE ''
        END
        """;

    /// <summary>Of a prefix the name in upper case, without an encoding. What cannot be one may be a part of a password.</summary>
    private const string Scheme = """
        CASE
            WHEN p.prefix = '' THEN ''
            WHEN p.prefix ~ '^\{[A-Za-z0-9._-]{1,30}\}$' THEN split_part(upper(btrim(p.prefix, '{}') COLLATE "C"), '.', 1)
            ELSE 'malformed'
        END
        """;

    internal static List<StoredScheme> Schemes(Transaction tx, long? gid) => tx.List(
        SchemesSql,
        r => new StoredScheme(r.GetString(0), r.GetString(1), r.GetInt64(2), $"{r.GetString(3)}@{r.TextOrNull(4)}", null),
        Parameter.LongOrNull(gid));

    /// <summary>Accounts with one of these schemes and kinds, by domain and local part.</summary>
    internal static IEnumerable<StoredScheme> Accounts(
        Transaction tx, long? gid, IReadOnlyCollection<StoredScheme> schemes, DateTime? before, EmailAddress? after, long? limit) =>
        tx.Stream(
        AccountsSql,
        r => new StoredScheme(
            r.GetString(2),
            r.GetString(3),
            1,
            $"{r.GetString(0)}@{r.GetString(1)}",
            r.TimeOrNull(4)),
        Parameter.LongOrNull(gid),
        Parameter.Texts(schemes.Select(s => s.Scheme)),
        Parameter.Texts(schemes.Select(s => s.Kind)),
        Parameter.Text(after?.Domain.Ascii),
        Parameter.Text(after?.LocalPart),
        Parameter.LongOrNull(limit),
        Parameter.TimeOrNull(before));

    /// <summary>Accounts of which it is not known when their password was changed.</summary>
    internal static long Undated(Transaction tx, long? gid) => tx.Scalar<long>(UndatedSql, Parameter.LongOrNull(gid));
}
