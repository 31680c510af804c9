using System.Text.Json;

namespace Vmm.Tests.Commands;

/// <summary>What becomes of a suspension when objects are renamed, deleted and restored; what is refused.</summary>
public sealed class SuspendTests(PostgresCluster cluster) : IDisposable
{
    private const string Own = """
        SELECT suspended, suspended_until, suspended_reason, suspended_text FROM users WHERE local_part IN ('user', 'new')
        """;

    private const string OfDomain = "SELECT suspended, suspended_until, suspended_reason, suspended_text FROM domain_data";

    private World world = null!;

    public void Dispose() => world?.Dispose();

    [Theory]
    [InlineData("keep")]
    [InlineData("trash")]
    public async Task a_suspension_goes_with_its_account_and_its_domain(string onDelete)
    {
        await StartAsync($"[account]\non_delete = \"{onDelete}\"\n");
        await SuspendAsync("usersuspend", "user@example.com");
        await SuspendAsync("domainsuspend", "example.com");
        var (own, whole) = (await world.QueryAsync(Own), await world.QueryAsync(OfDomain));
        Assert.StartsWith("refuse|", own.Single(), StringComparison.Ordinal);
        Assert.EndsWith("|unpaid since May|Closed: ask us.", whole.Single(), StringComparison.Ordinal);
        foreach (var command in (string[])
            ["userrename user@example.com new@example.com --leave nothing",
             "domainrename example.com other.example --leave nothing"])
        {
            await world.DoAsync(command);
            Assert.Equal((own.Single(), whole.Single()), (await OneAsync(Own), await OneAsync(OfDomain)));
        }

        await world.DoAsync("userdelete new@other.example");
        await world.DoAsync("undo --yes");
        Assert.Equal(own, await world.QueryAsync(Own));
        await world.DoAsync("domaindelete other.example --force");
        await world.DoAsync("undo --yes");
        Assert.Equal((own.Single(), whole.Single()), (await OneAsync(Own), await OneAsync(OfDomain)));
        Assert.Equal(
            ["new@other.example|error:5.2.1 Closed: ask us."],
            await world.QueryAsync("SELECT * FROM postfix_transport_map('new', 'other.example')"));
        if (onDelete == "trash")
        {
            await world.DoAsync("userdelete new@other.example");
            await world.DoAsync($"trash restore new@other.example --as user@other.example");
            Assert.Equal(own, await world.QueryAsync(Own));
        }

        Assert.Equal("", await world.DoAsync("check"));
    }

    [Fact]
    public async Task an_account_that_moves_into_a_suspended_domain_is_suspended_with_it()
    {
        await StartAsync();
        await world.DoAsync("domainadd suspended.example");
        await world.DoAsync("domainsuspend suspended.example");
        var renamed = await world.VmmAsync("userrename", "user@example.com", "user@suspended.example", "--leave", "nothing");
        renamed.Succeeded();
        Assert.Equal(
            "vmm: warning: the domain 'suspended.example' is suspended, and 'user@suspended.example' with it:"
                + " 'vmm domainresume suspended.example' ends that\n",
            renamed.Error);
        Assert.Equal(["False"], await world.QueryAsync("SELECT imap FROM dovecotpassword('user', 'suspended.example')"));
    }

    [Fact]
    public async Task what_is_not_said_stays_and_what_is_over_begins_again()
    {
        await StartAsync();
        await SuspendAsync("usersuspend", "user@example.com");
        var until = (await OneAsync(Own)).Split('|')[1];
        await world.DoAsync("usersuspend user@example.com --mode defer");
        Assert.Equal($"defer|{until}|unpaid since May|Closed: ask us.", await OneAsync(Own));
        // A text is for senders, and goes with their refusal.
        await world.DoAsync("usersuspend user@example.com --mode nologin --until never");
        Assert.Equal("nologin||unpaid since May|", await OneAsync(Own));
        await world.VmmAsync("usersuspend", "user@example.com", "--reason", "");
        Assert.Equal("nologin|||", await OneAsync(Own));
        await SuspendAsync("usersuspend", "user@example.com");
        await world.SqlAsync("UPDATE users SET suspended_until = now() - '1 s'::interval");
        Assert.DoesNotContain("Suspended", await world.DoAsync("userinfo user@example.com"), StringComparison.Ordinal);
        Assert.Equal("\t[+] user@example.com", (await world.DoAsync("listusers")).Split('\n')[2]);
        await world.DoAsync("usersuspend user@example.com");
        Assert.Equal("nologin|||", await OneAsync(Own));
    }

    [Fact]
    public async Task the_result_for_programs_tells_the_state()
    {
        await StartAsync();
        await SuspendAsync("domainsuspend", "example.com");
        await world.DoAsync("usersuspend user@example.com --until 12h");
        var info = (await world.JsonAsync("userinfo user@example.com")).GetProperty("account");
        Assert.Equal("nologin", info.GetProperty("suspension").GetProperty("mode").GetString());
        var end = info.GetProperty("suspension").GetProperty("until").GetDateTime();
        Assert.InRange(end - DateTime.UtcNow, TimeSpan.FromHours(11), TimeSpan.FromHours(12));
        Assert.Equal("refuse", info.GetProperty("domain_suspension").GetProperty("mode").GetString());
        var listed = (await world.JsonAsync("listusers")).GetProperty("accounts")[0];
        Assert.Equal("refuse", listed.GetProperty("suspended").GetString());
        listed = (await world.JsonAsync("listusers --long")).GetProperty("accounts")[0];
        Assert.Equal("refuse", listed.GetProperty("suspended").GetString());
        listed = (await world.JsonAsync("listdomains")).GetProperty("domains")[0];
        Assert.Equal("refuse", listed.GetProperty("suspended").GetString());
        var resumed = await world.JsonAsync("userresume user@example.com");
        Assert.True(resumed.GetProperty("resumed").GetBoolean());
        Assert.False((await world.JsonAsync("userresume user@example.com")).GetProperty("resumed").GetBoolean());
        await world.DoAsync("domainresume example.com");
        Assert.Equal(JsonValueKind.Undefined, Suspended(await world.JsonAsync("listdomains")));

        static JsonValueKind Suspended(JsonElement list) =>
            list.GetProperty("domains")[0].TryGetProperty("suspended", out var value) ? value.ValueKind : JsonValueKind.Undefined;
    }

    [Theory]
    [InlineData("--mode gone", ErrorCode.Usage, "'gone' is not one of nologin, defer, refuse")]
    [InlineData("--until 2001-01-31", ErrorCode.InvalidArgument, "'2001-01-31' is in the past")]
    [InlineData("--until soon", ErrorCode.Usage, "'soon' is not a point in time")]
    [InlineData("--mode refuse --text schließt", ErrorCode.InvalidArgument, "the text has characters that are not ASCII")]
    [InlineData("--text closed", ErrorCode.InvalidArgument, "the text is for senders, and mail is received")]
    public async Task what_makes_no_sense_is_refused(string options, ErrorCode code, string error)
    {
        await StartAsync();
        string[] commands = ["usersuspend user@example.com", "domainsuspend example.com"];
        foreach (var command in commands)
        {
            Message.IsOneError(await world.VmmAsync($"{command} {options}".Split(' ')), (int)code, error);
        }

        Assert.Equal(("|||", "|||"), (await OneAsync(Own), await OneAsync(OfDomain)));
    }

    [Fact]
    public async Task a_text_as_long_as_it_may_be_fits_a_transport()
    {
        await StartAsync();
        var text = new string('x', RefusalText.MaxLength);
        (await world.VmmAsync("usersuspend", "user@example.com", "--mode", "refuse", "--text", text)).Succeeded();
        var transport = await OneAsync("SELECT transport FROM postfix_transport_map('user', 'example.com')");
        Assert.InRange(transport.Length, text.Length, Transport.MaxLength);
        Message.IsOneError(
            await world.VmmAsync("usersuspend", "user@example.com", "--mode", "refuse", "--text", text + "x"),
            (int)ErrorCode.InvalidArgument,
            "the text is longer than 250 characters");
    }

    private async Task StartAsync(string extra = "")
    {
        world = await World.CreateAsync(cluster, extra);
        await world.DoAsync("domainadd example.com");
        await world.AddAccountAsync("user@example.com");
    }

    private async Task SuspendAsync(string command, string name) => (await world.VmmAsync(
        command, name, "--mode", "refuse", "--until", "2099-01-31 18:00", "--reason", "unpaid since May", "--text",
        "Closed: ask us.")).Succeeded();

    private async Task<string> OneAsync(string sql) => (await world.QueryAsync(sql)).Single();
}
