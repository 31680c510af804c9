using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>An address and the primary name of its domain.</summary>
internal sealed record AddressOfDomain(string Address, string Domain);

/// <summary>An account whose local part has a delimiter.</summary>
/// <param name="Address">The account.</param>
/// <param name="Domain">Primary name of its domain.</param>
/// <param name="Shorter">Its address without the delimiter and what follows.</param>
/// <param name="Extension">The delimiter and what follows.</param>
/// <param name="Kind">What the shorter address is; null if it does not exist.</param>
internal sealed record SplitAccount(string Address, string Domain, string Shorter, string Extension, AddressKind? Kind);

/// <summary>A name of a domain.</summary>
/// <param name="Name">The primary name, or an alias domain name.</param>
/// <param name="Domain">Primary name of the domain.</param>
internal sealed record NameOfDomain(string Name, string Domain);

/// <summary>An address that is looked up in the running servers.</summary>
/// <param name="LocalPart">As it is stored; empty for a domain name alone.</param>
/// <param name="Name">The primary name of its domain, or an alias domain name.</param>
/// <param name="Domain">The primary name.</param>
internal sealed record SampleAddress(string LocalPart, string Name, string Domain);

/// <summary>Accounts with a name that Dovecot rejects at login.</summary>
/// <param name="Accounts">Number of accounts.</param>
/// <param name="Example">The address of the first.</param>
internal sealed record RefusedNames(long Accounts, string? Example);

/// <summary>A number that Dovecot refuses.</summary>
/// <param name="Subject">The account, or the domain.</param>
/// <param name="Domain">Primary name of the domain.</param>
/// <param name="Kind">uid or gid.</param>
/// <param name="Id">The number.</param>
internal sealed record HighId(string Subject, string Domain, string Kind, long Id);

/// <summary>The queries of <c>check</c>: the directories that must exist, and the state of aliases.</summary>
internal static class CheckSql
{
    internal const string DomainsSql = """
        SELECT d.gid, d.domaindir, coalesce(n.domainname, '')
          FROM domain_data d LEFT JOIN domain_name n ON n.gid = d.gid AND n.is_primary
         WHERE $1::bigint IS NULL OR d.gid = $1
        """;

    internal const string NamesSql = """
        SELECT n.domainname, p.domainname
          FROM domain_name n JOIN domain_name p ON p.gid = n.gid AND p.is_primary
         WHERE $1::bigint IS NULL OR n.gid = $1
         ORDER BY 1
        """;

    internal const string AccountsSql = """
        SELECT u.uid, u.gid, u.local_part, l.directory
          FROM users u JOIN maillocation l USING (mid)
         WHERE $1::bigint IS NULL OR u.gid = $1
        """;

    /// <summary>
    /// Addresses that Postfix rejects: with $1 those that begin with a hyphen, with $2 those with a route in them.
    /// </summary>
    internal const string UnreachableSql = """
        SELECT a.local_part || '@' || n.domainname, n.domainname
          FROM vmm_address a
          JOIN domain_name n ON n.is_primary AND n.domainname = substr(a.address, length(a.local_part) + 2)
         WHERE ($1::boolean AND a.local_part LIKE '-%' OR $2::boolean AND a.local_part ~ '[%!@]')
           AND ($3::bigint IS NULL OR n.gid = $3)
         ORDER BY 1
        """;

    /// <summary>
    /// Destinations of aliases and catch-alls that begin with a hyphen, and are no alias that is replaced before Postfix looks at
    /// them. One that does not exist is dangling, not this.
    /// </summary>
    internal const string HyphenDestinationsSql = """
        SELECT t.subject, t.domain, t.destination, t.target
          FROM (SELECT l.address || '@' || n.domainname AS subject, n.domainname::text AS domain, l.destination::text,
                       _interpolate_destination(l.destination, l.address, n.domainname)::text AS target
                  FROM alias l JOIN domain_name n ON n.gid = l.gid AND n.is_primary
                 WHERE (l.destination LIKE '-%' OR l.destination LIKE '\%%') AND ($1::bigint IS NULL OR l.gid = $1)
                UNION ALL
                SELECT '@' || n.domainname, n.domainname, c.destination, c.destination
                  FROM catchall c JOIN domain_name n ON n.gid = c.gid AND n.is_primary
                 WHERE c.destination LIKE '-%' AND ($1::bigint IS NULL OR c.gid = $1)) AS t
          LEFT JOIN domain_name o ON o.domainname = lower(split_part(t.target, '@', 2))
          LEFT JOIN vmm_address v ON v.address = lower(t.target)
         WHERE t.target LIKE '-%' AND (o.gid IS NULL OR v.kind = 'account')
         ORDER BY 1, 3
        """;

    /// <summary>
    /// Accounts whose local part has one of the delimiters $1, with what the part before it is, by which Dovecot delivers. Those
    /// with a transport among $2 are not delivered by Dovecot. For its LDA it is Postfix that cuts, not in owner-list and such.
    /// </summary>
    internal const string SplitAccountsSql = """
        SELECT u.local_part || '@' || n.domainname, n.domainname, left(u.local_part, k.cut - 1) || '@' || n.domainname,
               substr(u.local_part, k.cut), v.kind
          FROM users u
          JOIN domain_name n ON n.gid = u.gid AND n.is_primary
          JOIN domain_data d ON d.gid = u.gid
          JOIN transport t ON t.tid = coalesce(u.tid, d.tid)
         CROSS JOIN LATERAL (
                   SELECT strpos(translate(u.local_part, $1::text, repeat(chr(1), length($1))), chr(1)) OFFSET 0
               ) AS c (at)
         CROSS JOIN LATERAL (
                   SELECT CASE
                              WHEN t.transport LIKE 'lmtp:%' THEN c.at
                              WHEN c.at = 1
                                   OR lower(u.local_part) IN ('postmaster', 'mailer-daemon', 'double-bounce')
                                   OR strpos($1, '-') > 0
                                      AND (lower(u.local_part) LIKE 'owner-%' OR lower(u.local_part) LIKE '_%-request') THEN 0
                              ELSE c.at
                          END
                   OFFSET 0
               ) AS k (cut)
          LEFT JOIN vmm_address v ON v.address = lower(left(u.local_part, k.cut - 1)) || '@' || n.domainname
         WHERE k.cut > 0 AND split_part(t.transport, ':', 1) <> ALL ($2::text[]) AND ($3::bigint IS NULL OR u.gid = $3)
         ORDER BY 1
        """;

    /// <summary>All aliases, and with the local part (any) all catch-alls; or those of one domain.</summary>
    internal const string AliasStartsSql = """
        SELECT a.address, n.domainname
          FROM vmm_address a
          JOIN domain_name n ON n.is_primary AND n.domainname = substr(a.address, length(a.local_part) + 2)
         WHERE a.kind = 'alias' AND ($1::bigint IS NULL OR n.gid = $1)
        UNION ALL
        SELECT DISTINCT '(any)@' || n.domainname, n.domainname
          FROM catchall c JOIN domain_name n ON n.gid = c.gid AND n.is_primary
         WHERE $1::bigint IS NULL OR c.gid = $1
         ORDER BY 1
        """;

    /// <summary>
    /// A few addresses of each kind in the first fifty domains, or in one, and alias domain names; also in the first domain with a
    /// catch-all, because the views of vmm 0.4 answer everything else. Always the same sample.
    /// </summary>
    internal const string SampleSql = """
        SELECT a.local_part, a.name, d.domainname
          FROM ((SELECT gid, domainname
                   FROM domain_name
                  WHERE is_primary AND ($1::bigint IS NULL OR gid = $1)
                  ORDER BY domainname
                  LIMIT 50)
                 UNION
                (SELECT n.gid, n.domainname
                   FROM domain_name n
                  WHERE n.is_primary AND ($1::bigint IS NULL OR n.gid = $1) AND n.gid IN (SELECT gid FROM catchall)
                  ORDER BY n.domainname
                  LIMIT 1)) AS d
         CROSS JOIN LATERAL (
               SELECT u.local_part, d.domainname AS name
                 FROM (SELECT local_part FROM users WHERE gid = d.gid ORDER BY local_part LIMIT 2) AS u
                UNION ALL
               SELECT l.address, d.domainname
                 FROM (SELECT DISTINCT address FROM alias WHERE gid = d.gid ORDER BY address LIMIT 2) AS l
                UNION ALL
               SELECT r.address, d.domainname
                 FROM (SELECT address FROM relocated WHERE gid = d.gid ORDER BY address LIMIT 1) AS r
                UNION ALL
               SELECT '', n.domainname
                 FROM (SELECT domainname FROM domain_name WHERE gid = d.gid ORDER BY is_primary DESC, domainname LIMIT 2) AS n) AS a
         ORDER BY d.domainname, a.name, a.local_part
        """;

    /// <summary>Accounts with a character in their address that is not among those given; or those of one domain.</summary>
    internal const string RefusedNamesSql = """
        SELECT count(*), min(u.local_part || '@' || n.domainname)
          FROM users u JOIN domain_name n ON n.gid = u.gid AND n.is_primary
         WHERE translate(u.local_part || '@' || n.domainname, $1, '') <> '' AND ($2::bigint IS NULL OR u.gid = $2)
        """;

    /// <summary>uids of accounts and gids of domains above $1; or those of one domain.</summary>
    internal const string HighIdsSql = """
        SELECT u.local_part || '@' || n.domainname, n.domainname, 'uid', u.uid
          FROM users u JOIN domain_name n ON n.gid = u.gid AND n.is_primary
         WHERE u.uid > $1 AND ($2::bigint IS NULL OR u.gid = $2)
        UNION ALL
        SELECT n.domainname, n.domainname, 'gid', n.gid
          FROM domain_name n
         WHERE n.is_primary AND n.gid > $1 AND ($2::bigint IS NULL OR n.gid = $2)
         ORDER BY 1
        """;

    internal static List<SampleAddress> Sample(Transaction tx, long? gid) =>
        tx.List(SampleSql, r => new SampleAddress(r.GetString(0), r.GetString(1), r.GetString(2)), Parameter.LongOrNull(gid));

    internal static RefusedNames RefusedNames(Transaction tx, string characters, long? gid) => tx.List(
        RefusedNamesSql,
        r => new RefusedNames(r.GetInt64(0), r.TextOrNull(1)),
        Parameter.Text(characters),
        Parameter.LongOrNull(gid))[0];

    internal static List<HighId> HighIds(Transaction tx, long highest, long? gid) => tx.List(
        HighIdsSql,
        r => new HighId(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3)),
        Parameter.Long(highest),
        Parameter.LongOrNull(gid));

    internal static List<NameOfDomain> Names(Transaction tx, long? gid) =>
        tx.List(NamesSql, r => new NameOfDomain(r.GetString(0), r.GetString(1)), Parameter.LongOrNull(gid));

    internal static List<AddressOfDomain> Unreachable(Transaction tx, bool hyphens, bool routes, long? gid) => tx.List(
        UnreachableSql,
        r => new AddressOfDomain(r.GetString(0), r.GetString(1)),
        Parameter.Bool(hyphens),
        Parameter.Bool(routes),
        Parameter.LongOrNull(gid));

    internal static List<DanglingDestination> HyphenDestinations(Transaction tx, long? gid) => tx.List(
        HyphenDestinationsSql,
        r => new DanglingDestination(r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), null, true),
        Parameter.LongOrNull(gid));

    internal static List<SplitAccount> SplitAccounts(
        Transaction tx, string delimiters, IEnumerable<string> otherTransports, long? gid) => tx.List(
        SplitAccountsSql,
        r => new SplitAccount(
            r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), AddressKinds.Find(r.TextOrNull(4))),
        Parameter.Text(delimiters),
        Parameter.Texts(otherTransports),
        Parameter.LongOrNull(gid));

    internal static List<AddressOfDomain> AliasStarts(Transaction tx, long? gid) =>
        tx.List(AliasStartsSql, r => new AddressOfDomain(r.GetString(0), r.GetString(1)), Parameter.LongOrNull(gid));

    internal static IEnumerable<ExpectedDomain> Domains(Transaction tx, long? gid) => tx.Stream(
        DomainsSql, r => new ExpectedDomain(r.GetInt64(0), r.GetString(1), r.GetString(2)), Parameter.LongOrNull(gid));

    internal static IEnumerable<ExpectedAccount> Accounts(Transaction tx, long? gid) => tx.Stream(
        AccountsSql,
        r => new ExpectedAccount(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetString(3)),
        Parameter.LongOrNull(gid));
}
