namespace Vmm.Tests.Schema;

/// <summary>What each look-up must answer, told by a plain join of the tables.</summary>
public sealed class AnswerTests(PostgresCluster server, SampleDatabase sample) : IClassFixture<SampleDatabase>
{
    // k: the keys that are asked (l, d as typed). Every address there is, in lower and in upper case, and some that are not there.
    private const string Keys = """
        WITH part AS (SELECT local_part FROM users UNION SELECT address FROM alias UNION SELECT address FROM relocated
                      UNION SELECT 'nobody'),
             domain AS (SELECT domainname FROM domain_name UNION SELECT 'nowhere.example'),
             plain AS (SELECT local_part::text AS l, domainname::text AS d FROM part CROSS JOIN domain),
             k AS (SELECT l, d FROM plain UNION ALL SELECT upper(l), upper(d) FROM plain),
             n AS (SELECT k.l, k.d, lower(k.l) AS ll, lower(k.d) AS ld, lower(k.l) || '@' || lower(k.d) AS address, gid
                     FROM k JOIN domain_name ON domainname = lower(k.d)),
             u AS (SELECT n.address AS asked, n.d AS dtyped, n.ll || '@' || n.ld = n.l || '@' || n.d AS lower_key, u.*,
                          coalesce(u.qid, d.qid) AS q, coalesce(u.ssid, d.ssid) AS s, coalesce(u.tid, d.tid) AS t, d.domaindir
                     FROM n JOIN users u ON u.gid = n.gid AND u.local_part = n.ll JOIN domain_data d ON d.gid = u.gid)

        """;

    private const string Expanded = "replace(replace(replace(destination, '%n', ll), '%d', ld), '%=', ll || '=' || ld)";

    public static TheoryData<string, string> Functions =>
        new()
        {
            {
                "SELECT f.* FROM k, dovecotpassword(l, d) f",
                "SELECT asked, passwd, smtp, pop3, imap, sieve FROM u JOIN service_set ON service_set.ssid = s"
            },
            {
                "SELECT f.* FROM k, dovecotuser(l, d) f",
                "SELECT asked, uid, gid, domaindir || '/' || uid, format || ':~/' || directory FROM u JOIN maillocation USING "
                    + "(mid) JOIN mailboxformat USING (fid)"
            },
            {
                "SELECT f.* FROM k, dovecotquotauser(l, d) f",
                """
                    SELECT asked, uid, gid, domaindir || '/' || uid, format || ':~/' || directory,
                           '*:bytes=' || bytes || ':messages=' || messages
                      FROM u JOIN maillocation USING (mid) JOIN mailboxformat USING (fid) JOIN quotalimit ON quotalimit.qid = q
                    """
            },
            {
                "SELECT f.* FROM k, postfix_virtual_mailbox_map(l, d) f",
                "SELECT asked, domaindir || '/' || uid || '/' || directory || '/' FROM u JOIN maillocation USING (mid)"
            },
            { "SELECT f.* FROM k, postfix_virtual_uid_map(l, d) f", "SELECT asked, uid FROM u" },
            {
                "SELECT f.* FROM k, postfix_relocated_map(l, d) f",
                "SELECT n.address, destination FROM n JOIN relocated r ON r.gid = n.gid AND r.address = ll"
            },
            {
                "SELECT f.* FROM k, postfix_transport_map(l, d) f",
                """
                    SELECT asked, transport FROM u JOIN transport ON transport.tid = t
                    UNION ALL
                    SELECT address, transport FROM n JOIN domain_data USING (gid) JOIN transport USING (tid)
                     WHERE NOT EXISTS (SELECT FROM users u WHERE u.gid = n.gid AND local_part = ll)
                    """
            },
            {
                "SELECT f.* FROM k, postfix_virtual_alias_map(l, d) f",
                $"""
                    SELECT n.address, {Expanded} FROM n JOIN alias a ON a.gid = n.gid AND a.address = ll
                    UNION ALL
                    SELECT address, address FROM n WHERE EXISTS (SELECT FROM catchall c WHERE c.gid = n.gid)
                       AND EXISTS (SELECT FROM users u WHERE u.gid = n.gid AND local_part = ll)
                    UNION ALL
                    SELECT address, {Expanded} FROM n JOIN catchall USING (gid)
                     WHERE NOT EXISTS (SELECT FROM users u WHERE u.gid = n.gid AND local_part = ll)
                       AND NOT EXISTS (SELECT FROM relocated r WHERE r.gid = n.gid AND r.address = ll)
                       AND NOT EXISTS (SELECT FROM alias a WHERE a.gid = n.gid AND a.address = ll)
                    """
            },
            {
                "SELECT f.* FROM k, postfix_smtpd_sender_login_map(l, d) f",
                $"""
                    SELECT asked, local_part || '@' || domainname FROM u JOIN domain_name USING (gid)
                    UNION ALL
                    SELECT n.address, r.login FROM n JOIN (
                           WITH RECURSIVE w (asked, ll, ld) AS (
                               SELECT address, ll, ld FROM n
                               UNION
                               SELECT asked, lower(split_part(to_, '@', 1)), lower(split_part(to_, '@', 2))
                                 FROM (SELECT w.asked, {Expanded} AS to_ FROM w JOIN domain_name ON domainname = ld
                                   JOIN alias a ON a.gid = domain_name.gid AND a.address = ll) AS next)
                           SELECT DISTINCT asked, local_part || '@' || o.domainname AS login
                             FROM w JOIN domain_name d ON d.domainname = ld JOIN users u ON u.gid = d.gid AND local_part = ll
                               JOIN domain_name o ON o.gid = d.gid) AS r ON r.asked = n.address
                     WHERE EXISTS (SELECT FROM alias a WHERE a.gid = n.gid AND a.address = ll)
                    """
            },
        };

    public static TheoryData<string, string> Views =>
        new()
        {
            {
                """SELECT "user", password, smtp, pop3, imap, managesieve, sieve, submission, lmtp, lda, doveadm """
                    + "FROM dovecot_password",
                "SELECT asked, passwd, smtp, pop3, imap, sieve, sieve, smtp, true, true, true FROM u JOIN service_set ON "
                    + "service_set.ssid = s WHERE lower_key"
            },
            {
                "SELECT userid, uid, gid, home, mail, mail_location, quota_rule FROM dovecot_user",
                """
                    SELECT asked, uid, gid, domaindir || '/' || uid, '~/' || directory, format || ':~/' || directory,
                           '*:bytes=' || bytes || ':messages=' || messages
                      FROM u JOIN maillocation USING (mid) JOIN mailboxformat USING (fid) JOIN quotalimit ON quotalimit.qid = q
                        WHERE lower_key
                    """
            },
            {
                "SELECT address, destination, gid FROM postfix_alias",
                $"SELECT n.address, {Expanded}, n.gid FROM n JOIN alias a ON a.gid = n.gid AND a.address = ll WHERE l = ll"
            },
            { "SELECT gid, domainname FROM postfix_gid", "SELECT gid, domainname FROM domain_name" },
            {
                "SELECT address, maildir FROM postfix_maildir",
                "SELECT asked, domaindir || '/' || uid || '/' || directory || '/' FROM u JOIN maillocation USING (mid) WHERE "
                    + "lower_key"
            },
            {
                "SELECT address, destination FROM postfix_relocated",
                "SELECT n.address, destination FROM n JOIN relocated r ON r.gid = n.gid AND r.address = ll WHERE l = ll"
            },
            {
                "SELECT address, transport FROM postfix_transport",
                "SELECT asked, transport FROM u JOIN transport ON transport.tid = t WHERE lower_key"
            },
            { "SELECT address, uid FROM postfix_uid", "SELECT asked, uid FROM u WHERE lower_key" },
        };

    [Theory]
    [MemberData(nameof(Functions))]
    [MemberData(nameof(Views))]
    public async Task a_look_up_answers_every_key_as_a_plain_join_does(string lookup, string join)
    {
        Assert.NotEmpty(await server.QueryAsync(sample.Name, $"{Keys} {lookup}"));
        var differences = await server.QueryAsync(
            sample.Name,
            $"{Keys}, had AS ({lookup}), want AS ({join}) (TABLE had EXCEPT ALL TABLE want) UNION ALL (TABLE want EXCEPT ALL "
                + "TABLE had)"
        );
        Assert.Empty(differences);
    }

    [Fact]
    public async Task the_counts_of_a_domain_are_those_of_its_tables() =>
        Assert.Equal(
            ["70000|6|3|1|1|1", "70001|4|2|2|0|0", "70002|0|0|0|0|2"],
            await server.QueryAsync(
                sample.Name,
                "SELECT gid, accounts, aliases, relocated, aliasdomains, catchall FROM vmm_domain_info ORDER BY gid"
            )
        );
}
