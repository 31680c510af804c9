using Vmm.Tests.Schema;

namespace Vmm.Tests.Predecessor;

/// <summary>Both programs at work on one database, made by this project's schema, and below one base directory.</summary>
public sealed class InTurnTests(PostgresCluster cluster)
{
    /// <summary>
    /// Who does what. <c>=> text</c> must be in the result, <c>=> !text</c> must not, <c>=> exit N</c> is the exit code. What one
    /// made, the other changes.
    /// </summary>
    private const string Story = """
        0.7 domainadd example.com -n 'made by 0.7'
        now domaininfo example.com => made by 0.7
        now useradd alice@example.com -p secret
        0.7 useradd bob@example.com -p secret -n 'made by 0.7'
        now domainadd example.net -t smtp:[mx.example.net] -n 'made now'
        0.7 useradd carol@example.net -p secret
        now useradd dora@example.net -p secret
        0.7 domainadd example.com => exit 38
        now domainadd example.com => exit 38
        0.7 useradd dora@example.net -p secret => exit 21
        now useradd bob@example.com -p secret => exit 21

        0.7 userpassword alice@example.com -p changed -s SHA256
        now userpassword bob@example.com -p changed -s SHA256
        0.7 userquota alice@example.com 50M -m 5
        now userinfo alice@example.com => 0/50.00 MiB
        now userquota bob@example.com 60M
        0.7 userinfo bob@example.com => 0/60.00 MiB
        now userquota alice@example.com domain
        0.7 userquota bob@example.com domain
        0.7 domainquota example.net 1G
        now userinfo dora@example.net => 0/1.00 GiB [domain default]
        now domainquota example.com 2G -m 7 --force
        0.7 userinfo alice@example.com => 0/2.00 GiB [domain default]
        0.7 userservices alice@example.com -d pop3 imap
        now userservices alice@example.com -e imap
        0.7 userinfo alice@example.com => IMAP.............: enabled
        now domainservices example.net -d sieve --force
        0.7 domainservices example.net -e sieve
        0.7 domaininfo example.net => IMAP POP3 SIEVE SMTP
        0.7 usertransport dora@example.net smtp:x
        now usertransport dora@example.net domain
        now usertransport carol@example.net smtp:y
        0.7 userinfo carol@example.net => smtp:y
        0.7 domaintransport example.net dovecot: --force
        now userinfo carol@example.net => dovecot: [domain default]
        0.7 username alice@example.com -n 'Alice by 0.7'
        now userinfo alice@example.com => Alice by 0.7
        now username alice@example.com -n 'Alice now'
        0.7 userinfo alice@example.com => Alice now
        now usernote bob@example.com -d
        0.7 userinfo bob@example.com => !made by 0.7
        0.7 usernote carol@example.net -n 'a note'
        now userinfo carol@example.net => a note
        now domainnote example.com -n 'changed now'
        0.7 domaininfo example.com => changed now
        0.7 domainnote example.com -d
        now domaininfo example.com => !changed

        now aliasadd info@example.com alice@example.com bob@example.com
        0.7 aliasadd info@example.com %n@archive.example
        now aliasinfo info@example.com => * %n@archive.example
        0.7 aliasdelete info@example.com alice@example.com
        now aliasadd info@example.com carol@example.net
        0.7 aliasinfo info@example.com => * carol@example.net
        0.7 aliasadd made@example.net dora@example.net alice@example.com
        now aliasdelete made@example.net dora@example.net
        0.7 aliasinfo made@example.net => !dora
        now aliasdelete made@example.net
        0.7 aliasinfo made@example.net => exit 53
        0.7 useradd info@example.com -p secret => exit 28
        now aliasadd alice@example.com bob@example.com => exit 21
        0.7 aliasadd alice@example.com bob@example.com => exit 21

        0.7 aliasdomainadd example.de example.com
        now aliasdomaininfo example.de => * example.com
        now aliasdomainadd example.fr example.com
        0.7 aliasdomaininfo example.fr => * example.com
        0.7 aliasdomainswitch example.fr example.net
        now aliasdomainswitch example.de example.net
        0.7 aliasdomaininfo example.de => * example.net
        now aliasdomainswitch example.de example.com
        0.7 aliasdomaindelete example.fr
        now aliasdomaininfo example.fr => exit 54
        now aliasdomainadd example.fr example.net

        0.7 catchalladd example.com alice@example.com
        now catchalladd example.com all@elsewhere.example
        0.7 catchallinfo example.com => * all@elsewhere.example
        0.7 catchalldelete example.com alice@example.com
        now catchallinfo example.com => !alice
        now catchalladd example.net carol@example.net
        0.7 relocatedadd gone@example.com new@elsewhere.example
        now relocatedinfo gone@example.com => new@elsewhere.example
        now relocatedadd left@example.net there@elsewhere.example
        0.7 relocatedadd left@example.net elsewhere@elsewhere.example
        now relocatedinfo left@example.net => elsewhere@elsewhere.example
        0.7 useradd left@example.net -p secret => exit 60
        now useradd gone@example.com -p secret => exit 60

        """;

    private const string End = """
        0.7 userdelete alice@example.com --delete-directory
        now userinfo alice@example.com => exit 52
        now userdelete carol@example.net --force --delete-directory
        0.7 userinfo carol@example.net => exit 52
        0.7 useradd alice@example.com -p again
        now useradd carol@example.net -p again
        0.7 relocateddelete left@example.net
        now relocatedinfo left@example.net => exit 58
        now relocateddelete gone@example.com
        0.7 relocatedinfo gone@example.com => exit 58
        0.7 userdelete dora@example.net --delete-directory
        now domaindelete example.net => exit 20
        0.7 domaindelete example.com => exit 20
        now catchalldelete example.com
        0.7 domaindelete example.com --force --delete-directory
        now domaindelete example.net --force --delete-directory
        0.7 listdomains => None
        now listaddresses => None

        """;

    /// <summary>In the middle of the story both must show the same.</summary>
    private static readonly string[] Shown =
    [
        "domaininfo example.com -d full",
        "domaininfo example.net -d full",
        "userinfo alice@example.com -d full",
        "userinfo carol@example.net",
        "aliasinfo info@example.com",
        "aliasdomaininfo example.fr",
        "catchallinfo example.net",
        "relocatedinfo gone@example.com",
        "listaddresses",
        "listusers",
        "listaliases",
        "listrelocated",
        "listdomains",
        "listaddresses -p %@example.com",
    ];

    [Fact]
    public async Task vmm_0_7_and_this_vmm_work_in_turn_on_one_database()
    {
        using var world = await World.CreateAsync(cluster);
        using var old = OldVmm.In(world, cluster);
        await PlayAsync(world, old, Story);
        foreach (var command in Shown)
        {
            var words = command.Split(' ');
            // In lists of addresses they sort alias domains differently.
            Assert.Equal(
                (await old.VmmAsync(words)).Succeeded().Split('\n').Order(),
                (await world.VmmAsync(words)).Succeeded().Split('\n').Order()
            );
        }

        Assert.All(await FindingsAsync(world), f => Assert.Matches("^wrong-mode\t.*/[0-9a-z](/[0-9]+)?$", f));
        await PlayAsync(world, old, End);
        Assert.All(await FindingsAsync(world), f => Assert.StartsWith("wrong-mode\t", f, StringComparison.Ordinal));
        var rest = await Run.ProgramAsync("find", [world.Base, "-mindepth", "2"]);
        Assert.Equal("", rest.Succeeded());
    }

    private async Task PlayAsync(World world, OldVmm old, string story)
    {
        await using var connection = await cluster.OpenAsync(world.Database);
        foreach (var line in CommandLine.Lines(story))
        {
            var parts = line.Split(" => ");
            string[] words = [.. CommandLine.Split(parts[0]).Skip(1)];
            var outcome = line.StartsWith("0.7 ", StringComparison.Ordinal)
                ? await old.VmmAsync(words)
                : await world.VmmAsync(words);
            var wanted = parts.Length > 1 ? parts[1] : "";
            var exit = wanted.StartsWith("exit ", StringComparison.Ordinal) ? int.Parse(wanted[5..]) : 0;
            Assert.True(outcome.ExitCode == exit, $"{line}: exit {outcome.ExitCode}\n{outcome.Out}{outcome.Error}");
            var (text, present) = wanted.StartsWith('!') ? (wanted[1..], false) : (wanted, true);
            Assert.True(exit != 0 || outcome.Out.Contains(text, StringComparison.Ordinal) == present, $"{line}\n{outcome.Out}");
            Assert.Empty(await PostgresCluster.ListAsync(connection, Keeping.Faults));
        }
    }

    private static async Task<List<string>> FindingsAsync(World world) =>
        [
            .. (await world.VmmAsync("check"))
                .Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => string.Join('\t', l.Split('\t').Skip(1).Take(2))),
        ];
}
