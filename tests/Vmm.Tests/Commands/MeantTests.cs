namespace Vmm.Tests.Commands;

/// <summary>What people type instead of a subcommand or an option, and what vmm says then.</summary>
public class MeantTests(PostgresCluster cluster)
{
    [Theory]
    [InlineData("nosuch --help", "unknown subcommand 'nosuch'")]
    [InlineData("--help nosuch", "unknown subcommand 'nosuch'")]
    [InlineData("useraad -h", "unknown subcommand 'useraad'")]
    public async Task help_about_an_unknown_subcommand_is_an_error(string line, string message)
    {
        var outcome = await VmmAsync(line);
        Message.IsOneError(outcome, 2, message);
        Assert.Empty(outcome.Out);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("useradd --help")]
    [InlineData("useradd user@example.com --help")]
    [InlineData("domaininfo --frobnicate --help")]
    public async Task help_is_given_whatever_else_is_wrong_with_the_line(string line) =>
        Assert.Contains("Usage:", (await VmmAsync(line)).Succeeded(), StringComparison.Ordinal);

    [Theory]
    [InlineData("useradd user@example.com --frobnicate secret", "--frobnicate")]
    [InlineData("userinfo user@example.com --frobnicate value", "--frobnicate")]
    [InlineData("userpassword user@example.com --passwort secret --dry-run", "--passwort")]
    [InlineData("aliasadd info@example.com user@example.com --notes 'x'", "--notes")]
    [InlineData("domainadd example.com -x smtp:", "-x")]
    public async Task the_unknown_option_is_named_and_not_its_value(string line, string option)
    {
        var outcome = await VmmAsync(line);
        Message.IsOneError(outcome, 2, $"unknown option '{option}' for '{line.Split(' ')[0]}'");
        Assert.DoesNotContain("secret", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_prefix_of_several_options_is_said_to_be_one()
    {
        var outcome = await VmmAsync("userpassword user@example.com --pass secret");
        Message.IsOneError(outcome, 2, "'--pass' may be --password, --password-stdin or --password-file");
        Assert.DoesNotContain("secret", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("users", "listusers")]
    [InlineData("accounts", "listusers")]
    [InlineData("domains", "listdomains")]
    [InlineData("aliases", "listaliases")]
    [InlineData("list-users", "listusers")]
    [InlineData("userlist", "listusers")]
    [InlineData("adduser", "useradd")]
    [InlineData("usercreate", "useradd")]
    [InlineData("deluser", "userdelete")]
    [InlineData("rmdomain", "domaindelete")]
    [InlineData("usershow", "userinfo")]
    [InlineData("aliasdel", "aliasdelete")]
    [InlineData("mailboxadd", "useradd")]
    [InlineData("catch-all-add", "catchalladd")]
    [InlineData("passwd", "userpassword")]
    [InlineData("userpasswd", "userpassword")]
    [InlineData("user add new@example.com", "useradd")]
    [InlineData("list domains", "listdomains")]
    [InlineData("domain list", "listdomains")]
    [InlineData("useraad", "useradd")]
    [InlineData("renameuser a@example.com b@example.com", "userrename")]
    [InlineData("usermove a@example.com b@example.com", "userrename")]
    [InlineData("rename a@example.com b@example.com", "userrename")]
    [InlineData("rename domain example.com example.net", "domainrename")]
    [InlineData("alias-rename", "aliasrename")]
    public async Task a_word_that_other_programs_use_is_understood(string line, string meant)
    {
        var outcome = await VmmAsync(line);
        Message.IsOneError(outcome, 2, $"unknown subcommand '{line.Split(' ')[0]}'");
        Assert.Contains($"\nvmm: hint: Did you mean '{meant}'?\n", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aliasadd u@example.com x@example.org", 21, "A Sieve filter of the account can forward its mail")]
    [InlineData("useradd info@example.com --random", 28, "'vmm aliasdelete info@example.com' deletes the alias")]
    [InlineData("useradd u@example.com --random", 21, "'vmm userinfo u@example.com' shows it")]
    [InlineData("relocatedadd info@example.com x@example.org", 28, "'vmm aliasdelete info@example.com' deletes the alias")]
    [InlineData("aliasadd old@example.com x@example.org", 60, "'vmm relocateddelete old@example.com' deletes the relocated user")]
    [InlineData("userdelete info@example.com", 52, "It is an alias: 'vmm aliasinfo info@example.com'")]
    [InlineData("aliasdelete u@example.com", 53, "It is an account: 'vmm userinfo u@example.com'")]
    [InlineData("relocateddelete u@example.com", 58, "It is an account: 'vmm userinfo u@example.com'")]
    [InlineData("userquota old@example.com 1G", 52, "It is a relocated user: 'vmm relocatedinfo old@example.com'")]
    [InlineData("aliasadd @example.com u@example.com", 47, "'vmm catchalladd example.com ADDRESS'")]
    [InlineData("useradd @example.com --random", 47, "'vmm catchalladd example.com ADDRESS'")]
    [InlineData("aliasdelete @example.com", 47, "'vmm catchalldelete example.com'")]
    [InlineData("aliasinfo @example.com", 47, "'vmm catchallinfo example.com'")]
    [InlineData("userdelete @example.com", 47, "'vmm catchalldelete example.com'")]
    [InlineData("aliasadd info@example.com @example.org", 47, "A destination is a whole address.")]
    public async Task an_address_of_another_kind_points_to_the_command_for_it(string command, int exit, string hint)
    {
        using var world = await World.CreateAsync(cluster);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("u@example.com");
        await world.DoAsync("aliasadd info@example.com u@example.com");
        await world.DoAsync("relocatedadd old@example.com x@example.org");
        var outcome = await world.VmmAsync(command.Split(' '));
        Message.IsOneError(outcome, exit, "vmm: hint: ");
        Assert.Contains(hint, outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>Needs no world: the line is refused before anything is read.</summary>
    private static Task<Outcome> VmmAsync(string line) =>
        Run.ProgramAsync(Repository.Binary, line.Replace("'", "", StringComparison.Ordinal).Split(' '));
}
