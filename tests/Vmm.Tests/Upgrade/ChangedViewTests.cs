namespace Vmm.Tests.Upgrade;

/// <summary>
/// Every view that Postfix and Dovecot asked is compared as a whole: what an administrator changed in it is not lost.
/// </summary>
public sealed class ChangedViewTests(PostgresCluster server)
{
    private const string Account = "SELECT local_part || '@' || domainname";

    public static TheoryData<string, string, string> Views =>
        new()
        {
            { "0.3", Gid("domains UNION ALL SELECT 70000, 'more.example'::varchar(255)"), "postfix_gid more.example" },
            { "0.7", Gid("domain_name UNION ALL SELECT 70000, 'more.example'::varchar(255)"), "postfix_gid more.example" },
            { "0.4", Gid("domains WHERE domainname <> 'example.net'"), "postfix_gid example.net" },
            { "0.7", Gid("domain_name WHERE domainname <> 'example.net'"), "postfix_gid example.net" },
            {
                "0.6 before Dovecot 1.2",
                "CREATE OR REPLACE VIEW postfix_gid AS SELECT CASE domainname WHEN 'example.org' THEN 70001 ELSE gid END AS gid, "
                    + "domainname FROM domain_name",
                "postfix_gid example.org"
            },
            {
                "0.5",
                $"CREATE OR REPLACE VIEW postfix_uid AS {Account} AS address, uid FROM users JOIN domain_name USING (gid) "
                    + "WHERE local_part <> 'bob'",
                "postfix_uid bob@example.com"
            },
            {
                "0.5.2",
                $"CREATE OR REPLACE VIEW postfix_maildir AS {Account} AS address, domaindir || '/' || uid || '/' || maillocation "
                    + "|| '/' AS maildir FROM users JOIN domain_name USING (gid) JOIN domain_data USING (gid) JOIN maillocation "
                    + "USING (mid) UNION ALL SELECT 'shared@example.com', '/srv/shared/'",
                "postfix_maildir shared@example.com"
            },
            {
                "0.4",
                $"CREATE OR REPLACE VIEW dovecot_password AS {Account} AS \"user\", passwd AS password, smtp, pop3, imap, "
                    + "managesieve FROM users JOIN domains USING (gid) UNION ALL SELECT 'root', 'x'::varchar(74), true, "
                    + "true, true, true",
                "dovecot_password root"
            },
            {
                "0.3",
                "CREATE OR REPLACE VIEW postfix_transport AS SELECT 'smtp:'::varchar(268) AS transport, domainname FROM domains",
                "account alice@example.com (transport)"
            },
        };

    [Theory]
    [MemberData(nameof(Views))]
    public async Task a_view_that_was_changed_by_hand_and_answers_differently_is_named(string origin, string sql, string named)
    {
        var database = await Origin.Of(origin).MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", sql);
        using var world = World.On(server, database);
        await RefusalTests.RefusedAsync(server, world, 87, named, "changed by hand");
    }

    [Fact]
    public async Task a_view_that_was_written_differently_and_answers_the_same_is_no_obstacle()
    {
        var database = await Origin.Of("0.7").MakeAsync(server);
        await server.ExecuteAsync(database, "vmm", Gid("domain_name WHERE true ORDER BY domainname"));
        using var world = World.On(server, database);
        await world.DoAsync("upgrade --yes --no-dump");
    }

    private static string Gid(string from) => $"CREATE OR REPLACE VIEW postfix_gid AS SELECT gid, domainname FROM {from}";
}
