namespace Vmm.Data.Sql.Upgrade;

/// <summary>
/// The views that Postfix and Dovecot ask by one key, each with all of its rows: also those that belong to no row of a table, since
/// an administrator may have added them to the view. In an answer, the kind is the name of the view.
/// </summary>
internal static class ViewAnswersSql
{
    /// <summary>The domains of Postfix, in each release.</summary>
    internal const string DomainsBefore = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'postfix_gid', domainname, array_agg(gid::text ORDER BY gid) FROM postfix_gid GROUP BY domainname
        """;

    /// <summary>The same now. Names with U-labels are new.</summary>
    internal const string DomainsAfter = """
        INSERT INTO pg_temp.vmm_after
        SELECT 'postfix_gid', domainname, array_agg(gid::text ORDER BY gid)
          FROM postfix_gid
         WHERE domainname IN (SELECT domainname FROM domain_name)
            OR domainname IN (SELECT address FROM pg_temp.vmm_before WHERE kind = 'postfix_gid')
         GROUP BY domainname
        """;

    /// <summary>Up to 0.5: the ids of accounts, for which 0.6 has a function.</summary>
    internal const string UidsBefore = """
        INSERT INTO pg_temp.vmm_before
        SELECT 'postfix_uid', address, array_agg(uid::text ORDER BY uid) FROM postfix_uid GROUP BY address
        """;

    /// <summary>The same now.</summary>
    internal const string UidsAfter = """
        INSERT INTO pg_temp.vmm_after
        SELECT 'postfix_uid', address, array_agg(uid::text ORDER BY uid)
          FROM postfix_uid
         WHERE address IN (SELECT address FROM vmm_address WHERE kind = 'account')
            OR address IN (SELECT address FROM pg_temp.vmm_before WHERE kind = 'postfix_uid')
         GROUP BY address
        """;

    /// <summary>Up to 0.5: what these views answer besides the accounts. No view does so afterwards.</summary>
    internal const string Strangers = """
        INSERT INTO pg_temp.vmm_before
        SELECT DISTINCT v.name, v.key, ARRAY['']
          FROM (SELECT 'dovecot_user' AS name, userid AS key FROM dovecot_user
                UNION ALL SELECT 'postfix_maildir', address FROM postfix_maildir) AS v
         WHERE NOT EXISTS (SELECT FROM pg_temp.vmm_before b WHERE b.kind = 'account' AND b.address = v.key)
        """;

    /// <summary>The same for passwords, which the release of 0.4 had no view of.</summary>
    internal const string StrangersWithPassword = """
        INSERT INTO pg_temp.vmm_before
        SELECT DISTINCT 'dovecot_password', v."user", ARRAY['']
          FROM dovecot_password v
         WHERE NOT EXISTS (SELECT FROM pg_temp.vmm_before b WHERE b.kind = 'account' AND b.address = v."user")
        """;

    /// <summary>The same for transports, of accounts since 0.4.</summary>
    internal const string StrangersWithTransport = """
        INSERT INTO pg_temp.vmm_before
        SELECT DISTINCT 'postfix_transport', v.address, ARRAY['']
          FROM postfix_transport v
         WHERE NOT EXISTS (SELECT FROM pg_temp.vmm_before b WHERE b.kind = 'account' AND b.address = v.address)
        """;

    /// <summary>The same for transports of domains, in 0.3.</summary>
    internal const string StrangeDomainsWithTransport = """
        INSERT INTO pg_temp.vmm_before
        SELECT DISTINCT 'postfix_transport', v.domainname, ARRAY['']
          FROM postfix_transport v
         WHERE NOT EXISTS (SELECT FROM domains d WHERE d.domainname = v.domainname)
        """;
}
