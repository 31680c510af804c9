using static Vmm.Tests.Tracing.TraceWorld;

namespace Vmm.Tests.Tracing;

/// <summary>The walk of an address, over databases that also older versions of vmm may have left.</summary>
public class WalkTests(PostgresCluster cluster)
{
    [Fact]
    public async Task a_loop_is_named_and_nothing_is_delivered()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await AliasAsync(world, "a", "user@example.com", "b@example.net");
        await AliasAsync(world, "b", "c@example.com");
        await AliasAsync(world, "c", "B@Example.com");
        var trace = await TraceAsync(world, "a@example.com");
        Assert.Equal("deferred", trace.Outcome);
        Assert.Equal(["c@example.com", "b@example.com", "c@example.com"], trace.Loop);
        Assert.Contains(
            "it leads back to itself: c@example.com -> b@example.com -> c@example.com",
            trace.Text,
            StringComparison.Ordinal
        );
        Assert.Empty(trace.Deliveries);
    }

    [Fact]
    public async Task an_alias_that_names_itself_is_replaced_once_and_has_no_mailbox()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await AliasAsync(world, "a", "a@example.com", "b@example.com");
        await AliasAsync(world, "b", "a@example.com", "user@example.com");
        var trace = await TraceAsync(world, "a@example.com");
        Assert.Equal(["a@example.com unknown", "user@example.com mailbox"], Ends(trace));
        Assert.Null(trace.Loop);
        Assert.Equal(
            "it bounces: 5.1.1 User unknown in virtual mailbox table",
            trace.Deliveries.Single(d => d.Outcome == "unknown").Text
        );
    }

    [Fact]
    public async Task a_list_of_exactly_the_limit_is_accepted_and_one_more_is_not()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await world.SqlAsync(
            "INSERT INTO alias SELECT gid, 'all', 'x' || i || '@example.org' FROM domain_name, generate_series(1, 1000) i WHERE "
                + "is_primary"
        );
        Assert.Equal(1000, (await TraceAsync(world, "all@example.com")).Deliveries.Count);
        await AliasAsync(world, "all", "one-more@example.org");
        var trace = await TraceAsync(world, "all@example.com");
        Assert.Equal("deferred", trace.Outcome);
        Assert.Contains("more than 1000 recipients (virtual_alias_expansion_limit)", trace.Text, StringComparison.Ordinal);
        Assert.Null(trace.Loop);
    }

    [Fact]
    public async Task a_chain_is_followed_as_far_as_postfix_follows_it()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await world.SqlAsync(
            "INSERT INTO alias SELECT gid, 'c' || i, 'c' || i + 1 || '@example.com' FROM domain_name, generate_series(1, 2000) i "
                + "WHERE is_primary"
        );
        await AliasAsync(world, "c2001", "user@example.com");
        Assert.Equal(["user@example.com mailbox"], Ends(await TraceAsync(world, "c1003@example.com")));
        var trace = await TraceAsync(world, "c1002@example.com");
        Assert.Contains("replaced 1000 times in a row (virtual_alias_recursion_limit)", trace.Text, StringComparison.Ordinal);
        Assert.Equal(1001, trace.Steps.Count);
        // A tree of any depth can be printed.
        Assert.Contains("virtual_alias_recursion_limit", await world.DoAsync("trace c1@example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task what_no_postfix_would_follow_is_not_followed_to_its_end()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await world.SqlAsync(
            "INSERT INTO alias SELECT gid, 'all', 'x' || i || '@example.org' FROM domain_name, generate_series(1, 30000) i WHERE "
                + "is_primary"
        );
        var trace = await TraceAsync(world, "all@example.com");
        Assert.Equal("deferred", trace.Outcome);
        Assert.Equal(20_000, trace.Steps.Count);
    }

    [Fact]
    public async Task an_address_that_grows_at_every_step_ends_at_postfixs_limit()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await AliasAsync(world, "a", "a+x@example.com");
        var trace = await TraceAsync(world, "a@example.com");
        Assert.Equal("deferred", trace.Outcome);
        Assert.Contains("more than 1000 bytes (virtual_alias_address_length_limit)", trace.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task placeholders_and_extensions_go_along()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await AliasAsync(world, "team", "%n-%d@example.net", "friend@example.org", "%=@example.com");
        await AliasAsync(world, "team-example.net", "user@example.com");
        var trace = await TraceAsync(world, "Team+News@Example.NET");
        Assert.Equal(
            ["friend+News@example.org elsewhere", "team=example.net+News@example.com unknown", "user+News@example.com mailbox"],
            Ends(trace)
        );
        Assert.Equal("user@example.com", trace.Deliveries.Single(d => d.Account is not null).Account!.Address);
    }

    [Fact]
    public async Task a_catch_all_takes_addresses_with_an_extension_too_and_the_trace_says_so()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await world.DoAsync("catchalladd example.com rest@example.org");
        Assert.Equal(["user@example.com mailbox"], Ends(await TraceAsync(world, "user@example.com")));
        var trace = await TraceAsync(world, "user+x@example.com");
        Assert.Equal(["rest@example.org elsewhere"], Ends(trace));
        Assert.Equal("catch-all", trace.Steps[0].Decision);
        Assert.Contains(trace.Steps[0].Rules, r =>
            r
                is
            {
                Rule: "account",
                Won: false,
                Text: "user@example.com is an account, but the catch-all, for the whole of user+x@example.com, is found "
                        + "before it"
            }
        );
    }

    [Fact]
    public async Task an_alias_without_the_extension_takes_the_mail_of_an_account_with_it()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await world.AddAccountAsync("a+b@example.com");
        Assert.Equal(["a+b@example.com bounced"], Ends(await TraceAsync(world, "a+b@example.com")));
        await AliasAsync(world, "a", "user@example.com");
        var trace = await TraceAsync(world, "a+b@example.com");
        Assert.Equal(["user+b@example.com mailbox"], Ends(trace));
        Assert.Contains(trace.Steps[0].Rules, r =>
            r
                is
            {
                Rule: "account",
                Won: false,
                Text: "a+b@example.com is an account, but an alias, a@example.com, is found before it"
            }
        );
    }

    [Fact]
    public async Task a_transport_of_its_own_holds_for_the_address_without_extension()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await world.DoAsync("usertransport user@example.com virtual:");
        var plain = await TraceAsync(world, "user@example.com");
        Assert.Equal("virtual:", plain.Deliveries[0].Transport);
        Assert.Contains(plain.Steps[0].Rules, r => r is { Rule: "transport", Won: true, Text: "virtual:, the account's own" });
        var extended = await TraceAsync(world, "user+x@example.com");
        Assert.Equal(
            (await world.QueryAsync("SELECT transport FROM postfix_transport_map('user+x', 'example.com')"))[0],
            extended.Deliveries[0].Transport
        );
    }

    [Fact]
    public async Task a_relocated_user_behind_an_alias_bounces_with_the_new_address()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await world.DoAsync("relocatedadd old@example.com new@example.org");
        await AliasAsync(world, "info", "old@example.com");
        var direct = await TraceAsync(world, "old+x@example.net");
        Assert.Equal(
            ("refused", "Postfix rejects mail to it: 550 5.1.6 User has moved to new@example.org"),
            (direct.Outcome, direct.Text)
        );
        var trace = await TraceAsync(world, "info@example.com");
        Assert.Equal(
            ("accepted", "it bounces: 5.1.6 User has moved to new@example.org"),
            (trace.Outcome, trace.Deliveries[0].Text)
        );
    }

    [Fact]
    public async Task any_text_has_an_answer()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        foreach (
            var (text, outcome) in ((string, string)[])
                [
                    ("someone@example.org", "elsewhere"),
                    ("user@-x.example", "elsewhere"),
                    ("nobody@example.com", "refused"),
                    (" USER@EXAMPLE.NET ", "accepted"),
                    ("nonsense", "no-address"),
                    ("", "no-address"),
                    ("@example.com", "no-address"),
                    ("user@", "no-address"),
                    ("a\nb@example.com", "no-address"),
                    ("a@b@example.com", "refused"),
                    ("'; DROP TABLE users; --@example.com", "refused"),
                    ("\\@example.com", "refused"),
                    ("üser@example.com", "refused"),
                ]
        )
        {
            Assert.Equal(outcome, (await TraceAsync(world, text)).Outcome);
        }

        foreach (var text in (string[])["", "a\nb@example.com", "'; DROP TABLE users; --@example.com"])
        {
            (await world.VmmAsync("trace", "--json", "--", text)).ShouldExit(0);
        }
    }

    [Fact]
    public async Task a_hostile_destination_cannot_pretend_to_be_a_line_of_its_own()
    {
        using var world = await TraceWorld.CreateAsync(cluster);
        await world.SqlAsync(
            "INSERT INTO alias SELECT gid, 'bad', E'x\\n\\u001b[2Jy\\u202e@example.org' FROM domain_name WHERE is_primary"
        );
        var text = await world.DoAsync("trace bad@example.com");
        Assert.Contains("x\\u000a\\u001b[2Jy\\u202e@example.org", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Theory]
    [InlineData("user+ext", "+", "user", "+ext")]
    [InlineData("user+a+b", "+", "user", "+a+b")]
    [InlineData("user-a+b", "+-", "user", "-a+b")]
    [InlineData("user+", "+", "user", "+")]
    [InlineData("+user", "+", null, null)]
    [InlineData("user", "+", null, null)]
    [InlineData("user+ext", "", null, null)]
    [InlineData("Postmaster", "o", null, null)]
    [InlineData("owner-list", "-", null, null)]
    [InlineData("list-request", "-", null, null)]
    [InlineData("-request", "-", null, null)]
    public static void an_extension_is_cut_off_where_postfix_cuts_it(
        string localPart,
        string delimiters,
        string? user,
        string? extension
    )
    {
        var cut = new TraceKey(localPart, "example.com").WithoutExtension(delimiters);
        Assert.Equal((user, extension), (cut?.Address.LocalPart, cut?.Extension));
    }

    private static IEnumerable<string> Ends(TraceResult trace) =>
        trace.Deliveries.Select(d => $"{d.Address} {d.Outcome}").Order(StringComparer.Ordinal);
}
