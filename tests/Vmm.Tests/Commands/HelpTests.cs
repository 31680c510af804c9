using System.CommandLine;
using System.Text;
using Vmm.Docs;

namespace Vmm.Tests.Commands;

/// <summary>Help teaches: what it says is pinned for every subcommand, and its examples work.</summary>
public class HelpTests(PostgresCluster cluster)
{
    private static RootCommand Tree { get; } = Documents.Tree();

    [Fact]
    public async Task the_help_of_every_subcommand_is_as_it_is_written_down()
    {
        using var world = await World.CreateAsync(cluster);
        var text = new StringBuilder();
        foreach (var words in Documents.Commands(Tree).Select(c => (string[])["help", c.Name]).Prepend(["help"]))
        {
            text.Append($"$ vmm {string.Join(' ', words)}\n{(await world.VmmAsync(words)).Succeeded()}\n");
        }

        Assert.All(text.ToString().Split('\n'), line => Assert.True(line.Length <= 80, line));
        Golden.Check("help", text.ToString());
    }

    [Fact]
    public void every_subcommand_has_details_an_example_and_a_group_and_its_words_are_explained()
    {
        Assert.All(HelpAction.All(Tree), topic =>
        {
            Assert.NotEmpty(topic.Details);
            Assert.NotEmpty(topic.Group);
            Assert.StartsWith($"vmm {topic.Name}", topic.Example, StringComparison.Ordinal);
            Assert.All(topic.Arguments, a => Assert.NotEmpty(a.Description));
            Assert.All(topic.Options.Concat(topic.CommonOptions), o => Assert.NotEmpty(o.Description));
            Assert.All(topic.ExitCodes, c => Assert.NotEmpty(c.Meaning));
        });
    }

    [Fact]
    public void nothing_that_is_hidden_is_shown()
    {
        Assert.DoesNotContain(HelpAction.All(Tree), t => t.Name == "complete");
        Assert.DoesNotContain("complete", HelpText.All("", HelpAction.All(Tree)), StringComparison.Ordinal);
        // The words of older versions are hidden arguments.
        Assert.Equal(["address"], HelpTopic.Of(Tree.Subcommands.Single(c => c.Name == "useradd")).Arguments.Select(a => a.Name));
    }

    [Theory]
    [InlineData(new[] { 1, 2, 3, 31, 35, 36 }, "1 to 3, 31, 35, 36")]
    [InlineData(new[] { 5 }, "5")]
    [InlineData(new[] { 5, 7, 8, 9 }, "5 and 7 to 9")]
    public void numbers_that_follow_each_other_are_a_range(int[] codes, string text) =>
        Assert.Equal(text, HelpText.Numbers(codes).Replace(" and 35, 36", ", 35, 36", StringComparison.Ordinal));

    [Fact]
    public async Task the_example_of_every_subcommand_works()
    {
        // With the machine's Postfix and Dovecot: mailconfig asks them.
        using var world = await World.CreateAsync(
            cluster, "[account]\non_delete = \"trash\"\n[bin]\ndu = \"/usr/bin/du\"\n");
        await world.DoAsync("domainadd example.org");
        await world.AddAccountAsync("old@example.org");
        await world.DoAsync("aliasadd info@example.org friend@elsewhere.example");
        await world.SqlAsync("SELECT setval('vmm_change_number', 4710)");
        await world.DoAsync("relocatedadd once@example.org other@elsewhere.example");
        await cluster.ExecuteAsync("postgres", "postgres", "CREATE DATABASE postfixadmin OWNER vmm");
        await cluster.ExecuteAsync(
            "postfixadmin",
            "vmm",
            await File.ReadAllTextAsync(
                Repository.PathOf("tests", "Vmm.Tests", "PostfixAdmin", "postfixadmin-3.3.pgsql"),
                TestContext.Current.CancellationToken
            )
        );
        // What adds comes first in its group and what deletes last; the domain goes when all others are through, then the other
        // domain is renamed.
        var groups = HelpAction
            .All(Tree)
            .GroupBy(t => t.Group)
            .SelectMany(g =>
                g.OrderBy(t =>
                    t.Name.EndsWith("add", StringComparison.Ordinal) ? 0
                    : t.Name.EndsWith("delete", StringComparison.Ordinal) ? 2
                    : 1
                )
            );
        foreach (var topic in groups.OrderBy(t => Array.IndexOf(["domaindelete", "domainrename"], t.Name)))
        {
            // configure asks; an empty answer keeps what is there.
            (
                await Run.ShellAsync(
                    $"yes '' | head -n 99 | {topic.Example}",
                    new Dictionary<string, string>(world.ShellEnvironment) { ["PGHOST"] = cluster.Socket, ["PGUSER"] = "vmm" }
                )
            ).Succeeded();
        }

        Assert.Equal(
            ["example.net", "example.org"], await world.QueryAsync("SELECT domainname FROM domain_name ORDER BY domainname"));
    }

    [Fact]
    public async Task the_words_of_older_versions_that_the_manual_names_are_accepted()
    {
        using var world = await World.CreateAsync(cluster);
        var lines = new Dictionary<string, string>
        {
            ["domainadd DOMAIN TRANSPORT"] = "domainadd example.com lmtp:unix:private/other",
            ["domaininfo DOMAIN WORD"] = "domaininfo example.com detailed",
            ["domaintransport DOMAIN TRANSPORT force"] = "domaintransport example.com dovecot: force",
            ["useradd ADDRESS PASSWORD"] = "useradd user@example.com secret-word",
            ["userpassword ADDRESS PASSWORD"] = "userpassword user@example.com another-word",
            ["username ADDRESS NAME"] = "username user@example.com Name",
            ["userinfo ADDRESS WORD"] = "userinfo user@example.com du",
            ["userenable ADDRESS managesieve"] = "userenable user@example.com managesieve",
            ["userdelete ADDRESS delalias"] = "userdelete user@example.com delalias",
            ["configure SECTION"] = "configure domain",
            ["listdomains PATTERN"] = "listdomains example%",
            ["domaindelete DOMAIN deluser|delalias|delall"] = "domaindelete example.com delall",
        };
        Assert.Equal(
            VmmManual.OldWords(Tree).Select(w => w.Line).Order(StringComparer.Ordinal),
            lines.Keys.Order(StringComparer.Ordinal)
        );
        foreach (var line in lines.Values)
        {
            (await world.VmmWithInputAsync(new string('\n', 99), line.Split(' '))).Succeeded();
        }
    }
}
