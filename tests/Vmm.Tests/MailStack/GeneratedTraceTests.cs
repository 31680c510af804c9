using System.Text.Json;
using CsCheck;

namespace Vmm.Tests.MailStack;

/// <summary>
/// What <c>vmm trace</c> says is what Postfix and Dovecot answer: over generated databases, for thousands of addresses.
/// </summary>
[Collection(AsShipped.Name)]
public class GeneratedTraceTests(ShippedMailServer server) : MailStackTests(server)
{
    private static readonly string[] Primary = ["one", "two", "three", "xn--kln-sna"];
    private static readonly string[] Names =
    [
        .. Enumerable.Range(0, 16).Select(i => $"n{i}"),
        "postmaster",
        "o'brien",
        "a.b",
        "n1+tag",
        "owner-n2",
    ];
    private static readonly string[] Extensions = ["", "+x", "+X+y", "+", "+tag"];

    /// <summary>In every database, so that every outcome is among the answers.</summary>
    private static readonly (string Name, string Kind, string Value)[] Always =
    [
        ("here", "alias", "there@two.@.example"),
        ("there", "alias", "here@one.@.example"),
        ("itself", "alias", "itself@one.@.example"),
        ("away", "alias", "Friend@example.org"),
        ("moved", "relocated", "New.User@example.org"),
        ("to-moved", "alias", "Moved@also-one.@.example"),
        ("present", "account", ""),
    ];

    private static readonly Gen<string> Domain = Pick.From<string>([.. Primary, "also-one", "also-two"])
        .Select(d => d + ".@.example");

    /// <summary>Mostly addresses that exist, so that most aliases end somewhere.</summary>
    private static readonly Gen<string> Destination = Gen.Frequency(
        (12, Gen.Select(Pick.From(Names[..16]), Domain, (n, d) => $"{n}@{d}")),
        (3, Pick.From("Friend@example.org", "list@example.net", "%n@example.org", "%n-%d@example.net", "%=@example.org")),
        (1, Domain.Select(d => $"%n@{d}")),
        (1, Domain.Select(d => $"plus+tag@{d}")),
        (1, Domain.Select(d => $"nobody@{d}")));

    private static readonly Gen<string[]> CatchAll = Destination.Array[1, 2].Select(d => d.Distinct().ToArray());

    // Not for a catch-all: the address could grow at each step.
    private static readonly Gen<string[]> Destinations = Gen.Frequency((12, Destination), (1, Domain.Select(d => $"x-%n@{d}")))
        .Array[1, 3]
        .Select(d => d.Distinct().ToArray());

    /// <summary>One object of a domain: what it is, and its destinations or its transport.</summary>
    private static readonly Gen<(string Kind, string[] Values)> Thing = Gen.Frequency(
        (6, Pick.From("", "virtual:", "lmtp:unix:private/dovecot-lmtp").Select(t => ("account", (string[])[t]))),
        (5, Destinations.Select(d => ("alias", d))),
        (2, Pick.From("New.User@example.org", "n1@one.@.example").Select(d => ("relocated", (string[])[d]))),
        (4, Gen.Const(("", Array.Empty<string>()))));

    private static readonly Gen<(string Kind, string[] Values)[][]> Database = Thing.Array[Names.Length].Array[Primary.Length];

    [Fact]
    public async Task a_trace_agrees_with_postmap_and_doveadm_for_thousands_of_addresses() =>
        await Gen.Select(Database, CatchAll.Array[2], Gen.Int[0, 3])
            .SampleAsync(
                async world =>
                {
                    var place = $"t{Guid.NewGuid():N}"[..8];
                    await FillAsync(place, world.Item1, world.Item2, world.Item3);
                    var addresses = Addresses(place);
                    Assert.True(addresses.Count > 2000, $"only {addresses.Count} addresses");
                    var oracle = new CleanupOracle(Server);
                    await oracle.LearnAsync(addresses);
                    var traces = Session.Read(
                        SettingsFile.Load(Server.Place + "/vmm.toml"),
                        s =>
                        {
                            var all = new List<TraceResult>();
                            foreach (var address in addresses)
                            {
                                all.Add(AddressTrace.Run(s, address));
                            }

                            return all;
                        },
                        TestContext.Current.CancellationToken
                    );
                    var wrong = addresses
                        .Zip(traces, (address, trace) => (Address: address, Said: Said(trace), Is: Shown(oracle.Of(address))))
                        .Where(a => a.Said != a.Is)
                        .ToList();
                    Assert.True(wrong.Count == 0, $"{wrong.Count} of {addresses.Count}: {string.Join('\n', wrong.Take(5))}");
                    // Every outcome is among them, or nothing was proved.
                    Assert.Equal(
                        ["accepted", "deferred", "elsewhere", "refused"],
                        traces.Select(t => t.Outcome).Distinct().Order(StringComparer.Ordinal)
                    );
                    Assert.Equal(
                        ["elsewhere", "mailbox", "relocated", "unknown"],
                        traces
                            .SelectMany(t => t.Deliveries)
                            .Select(d => d.Outcome)
                            .Where(o => o != "bounced")
                            .Distinct()
                            .Order(StringComparer.Ordinal)
                    );
                    await DovecotAgreesAsync(traces);
                    await PostfixAnswersAsync(traces);
                    await LiveAgreesAsync(addresses);
                },
                iter: 1,
                threads: 1
            );

    /// <summary>doveadm user, once for each account that gets mail.</summary>
    private async Task DovecotAgreesAsync(List<TraceResult> traces)
    {
        var accounts = traces
            .SelectMany(t => t.Deliveries)
            .Select(d => d.Account)
            .OfType<TraceAccount>()
            .DistinctBy(a => a.Address)
            .ToList();
        Assert.True(accounts.Count > 10, $"only {accounts.Count} accounts");
        foreach (var account in accounts)
        {
            var fields = (await Server.DoveadmAsync("user", "--", account.Address)).Succeeded().Split('\n');
            Assert.Contains($"uid\t{account.Uid}", fields);
            Assert.Contains($"gid\t{account.Gid}", fields);
            Assert.Contains($"home\t{account.Home}", fields);
            // One setting up to Dovecot 2.3, two from 2.4.
            Assert.Contains(fields, f =>
                f == $"mail\t{account.MailLocation}"
                || f == $"mail_path\t{account.MailLocation.Split(':')[1]}"
                || f == $"mail_path\t{account.MailDirectory}"
            );
            Assert.All(fields.Where(f => f.StartsWith("quota_rule\t", StringComparison.Ordinal)), f =>
                Assert.Equal($"quota_rule\t*:bytes={account.QuotaBytes}:messages={account.QuotaMessages}", f)
            );
        }

        // And nobody whom the trace calls unknown.
        foreach (
            var delivery in traces
                .SelectMany(t => t.Deliveries)
                .Where(d => d.Outcome == "unknown")
                .DistinctBy(d => d.Address)
                .Take(20)
        )
        {
            (await Server.DoveadmAsync("user", "--", delivery.Address)).ShouldExit(67);
        }
    }

    /// <summary>The answer of the SMTP server itself to some of each kind.</summary>
    private async Task PostfixAnswersAsync(List<TraceResult> traces)
    {
        foreach (
            var trace in traces
                .Where(t => t.Outcome is not "deferred" && !t.Address.Contains("+@", StringComparison.Ordinal))
                .GroupBy(t => t.Text.Split(": ")[^1].Split(" moved")[0])
                .SelectMany(g => g.Take(8))
        )
        {
            var answer = await Mail.AnswerToAsync(Server, trace.Address);
            var expected = trace.Outcome switch
            {
                "accepted" => "250 ",
                "elsewhere" => "554 5.7.1 ",
                _ => trace.Text.Split(": ")[^1][..10],
            };
            Assert.True(answer.StartsWith(expected, StringComparison.Ordinal), $"{trace.Address}: {trace.Text}, but {answer}");
            Assert.True(
                trace.Outcome != "refused" || answer.Contains(trace.Text.Split(": ")[^1][10..], StringComparison.Ordinal),
                $"{trace.Text}, but {answer}"
            );
        }
    }

    /// <summary>The same through the program, which asks the servers itself.</summary>
    private async Task LiveAgreesAsync(List<string> addresses)
    {
        for (var i = 0; i < addresses.Count; i += addresses.Count / 36)
        {
            var outcome = await Server.VmmAsync(null, "trace", addresses[i], "--live", "--json");
            var trace = JsonDocument.Parse(outcome.Succeeded()).RootElement;
            Assert.Equal(0, trace.GetProperty("differences").GetInt32());
            Assert.True(
                trace.GetProperty("questions").EnumerateArray().All(q => !q.GetProperty("differs").GetBoolean()),
                outcome.Out
            );
        }
    }

    private static List<string> Addresses(string place)
    {
        string[] domains = [.. Primary, "also-one", "ALSO-two", "foreign"];
        string[] localParts = [.. Names, .. Always.Select(a => a.Name), "nobody", "plus", "N3"];
        return
        [
            .. from domain in domains
            from name in localParts
            from extension in Extensions
            select $"{name}{extension}@{domain}.{place}.example",
            .. from domain in domains[..4]
            from name in localParts
            from extension in Extensions
            select $"{name.ToUpperInvariant()}{extension}@{domain.ToUpperInvariant()}.{place}.example",
            .. from domain in domains from name in Names select $"x-{name}@{domain}.{place}.example",
            .. Enumerable.Range(0, 700).Select(i => $"{Names[i % 21]}{Extensions[i % 5]}r{i}@{domains[i % 7]}.{place}.example"),
        ];
    }

    /// <summary>Straight into the tables: also loops, which vmm itself refuses.</summary>
    private async Task FillAsync(string place, (string Kind, string[] Values)[][] database, string[][] catchAlls, int first)
    {
        foreach (var domain in Primary)
        {
            await Server.DoAsync($"domainadd {domain}.{place}.example");
        }

        await Server.DoAsync($"aliasdomainadd also-one.{place}.example one.{place}.example");
        await Server.DoAsync($"aliasdomainadd also-two.{place}.example two.{place}.example");
        var sql = new List<string> { "INSERT INTO transport (transport) VALUES ('virtual:') ON CONFLICT DO NOTHING" };
        for (var d = 0; d < Primary.Length; d++)
        {
            var gid = $"(SELECT gid FROM domain_name WHERE domainname = '{Primary[d]}.{place}.example')";
            foreach (
                var (name, kind, value) in Names
                    .Zip(database[d])
                    .SelectMany(t => t.Second.Values.Select(v => (t.First, t.Second.Kind, v)))
                    .Concat(Always)
            )
            {
                sql.Add(Row(kind, gid, Quoted(name), value.Replace("@.", place + ".", StringComparison.Ordinal)));
            }

            if (d < catchAlls.Length)
            {
                var own =
                    $"(SELECT gid FROM domain_name WHERE domainname = '{Primary[(d + first) % Primary.Length]}.{place}.example')";
                sql.AddRange(
                    catchAlls[d]
                        .Select(v =>
                            $"INSERT INTO catchall VALUES ({own}, "
                                + $"{Quoted(v.Replace("@.", place + ".", StringComparison.Ordinal))}) ON CONFLICT DO NOTHING"
                        )
                );
            }
        }

        await Server.SqlAsync(string.Join(";\n", sql));
    }

    private static string Row(string kind, string gid, string name, string value) =>
        kind switch
        {
            "account" =>
                $"INSERT INTO users (local_part, passwd, gid, tid) VALUES ({name}, '{{PLAIN}}secret', {gid}, (SELECT tid FROM "
                    + $"transport WHERE transport = {Quoted(value)}))",
            "alias" => $"INSERT INTO alias VALUES ({gid}, {name}, {Quoted(value)})",
            _ => $"INSERT INTO relocated VALUES ({gid}, {name}, {Quoted(value)})",
        };

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Said(TraceResult trace) => Shown((trace.Outcome, [.. trace.Deliveries.Select(d => d.Outcome switch
    {
        "mailbox" => $"{d.Address} mailbox {d.Account!.MailDirectory}/ {d.Transport}",
        "relocated" => $"{d.Address} relocated {d.Text.Split(" moved to ")[^1]}",
        _ => $"{d.Address} {d.Outcome}",
    }).Order(StringComparer.Ordinal)]));

    private static string Shown((string Outcome, string[] Ends) result) => $"{result.Outcome}: {string.Join("; ", result.Ends)}";
}
