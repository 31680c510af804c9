namespace Vmm.Tests.Schema;

/// <summary>
/// Postfix up to 3.7 connects with client_encoding LATIN1. A result that is not LATIN1 must not be an error: after an error Postfix
/// leaves the server alone for a minute, and the mail of all domains waits.
/// </summary>
public class ReaderTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("SELECT transport FROM postfix_transport_map('user', 'example.com')", "smtp:[mail.łódź.example]")]
    [InlineData("SELECT transport FROM postfix_transport_map('nobody', 'example.com')", "smtp:[mail.łódź.example]")]
    [InlineData("SELECT transport FROM postfix_transport WHERE address = 'user@example.com'", "smtp:[mail.łódź.example]")]
    [InlineData("SELECT transport FROM postfix_transport_map('narrow', 'example.com')", "smtp:[mail.müller.example]")]
    [InlineData("SELECT transport FROM postfix_transport WHERE address = 'narrow@example.com'", "smtp:[mail.müller.example]")]
    [InlineData("SELECT destination FROM postfix_virtual_alias_map('latin', 'example.com')", "jörg@müller.example")]
    [InlineData("SELECT maildir FROM postfix_virtual_mailbox_map('user', 'example.com')", "/srv/почта/g/70000/70000/Maildir/")]
    [InlineData("SELECT maildir FROM postfix_maildir WHERE address = 'user@example.com'", "/srv/почта/g/70000/70000/Maildir/")]
    [InlineData("SELECT destination FROM postfix_virtual_alias_map('info', 'example.com')", "józef–@müller.example")]
    [InlineData("SELECT destination FROM postfix_virtual_alias_map('nobody', 'example.com')", "all–@example.net")]
    [InlineData("SELECT destination FROM postfix_alias WHERE address = 'info@example.com'", "józef–@müller.example")]
    [InlineData("SELECT destination FROM postfix_relocated_map('moved', 'example.com')", "zażółć@example.net")]
    [InlineData("SELECT destination FROM postfix_relocated WHERE address = 'moved@example.com'", "zażółć@example.net")]
    public async Task a_result_beyond_latin1_is_answered_in_the_bytes_of_utf_8(string question, string answer)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
        await world.DoAsync("aliasadd info@example.com user@example.com");
        await world.DoAsync("relocatedadd moved@example.com user@example.net");
        await world.SqlAsync(
            """
            UPDATE transport SET transport = 'smtp:[mail.łódź.example]';
            UPDATE domain_data SET domaindir = '/srv/почта/g/70000';
            UPDATE alias SET destination = 'józef–@müller.example';
            UPDATE relocated SET destination = 'zażółć@example.net';
            INSERT INTO transport (transport) VALUES ('smtp:[mail.müller.example]');
            INSERT INTO users (local_part, passwd, gid, mid, tid) SELECT 'narrow', '{PLAIN}x', gid, mid, (SELECT max(tid)
              FROM transport) FROM users LIMIT 1;
            INSERT INTO alias SELECT gid, 'latin', 'jörg@müller.example' FROM domain_data;
            INSERT INTO catchall SELECT gid, 'all–@example.net' FROM domain_data;
            """
        );
        foreach (var encoding in (string[])["UTF8", "LATIN1"])
        {
            var psql = $"psql -h {cluster.Socket} -U vmm -d {world.Database} -AtX";
            var answered = await Run.ShellAsync($"{psql} -c \"SET client_encoding = '{encoding}'\" -f {File(world, question)}");
            Assert.Equal($"SET\n{answer}\n", answered.Succeeded());
        }
    }

    /// <summary>As the bytes that Postfix sends, whatever it calls them.</summary>
    private static string File(World world, string question)
    {
        System.IO.File.WriteAllText(world.Directory + "/question.sql", question + ";\n");
        return world.Directory + "/question.sql";
    }
}
