using System.Globalization;
using CsCheck;

namespace Vmm.Tests.MailStack;

/// <summary>
/// What <c>vmm trace</c> says under a generated main.cf is what a real Postfix and Dovecot do with a message: the answer to RCPT
/// TO of every name with every extension in every domain (more than 2,000 in a usual run), and for each recipient of an accepted
/// message how its delivery ends and whose mailbox it is in.
/// </summary>
[Collection(AsShipped.Name)]
public class GeneratedRulesTests(ShippedMailServer server) : MailStackTests(server)
{
    /// <summary>Messages: for those addresses that lead to the most, and for some of each way of delivery.</summary>
    private const int Sent = 40;
    private const int SentOfEach = 3;

    /// <summary>Where vmm starts postmap for each question, one of so many is asked.</summary>
    private const int OneOf = 5;

    /// <summary>Which lists of main.cf have a domain too; the first domain is always vmm's alone.</summary>
    private static readonly Gen<string> Class = Gen.Frequency((1, Gen.Const("")), (1, Pick.From(MailRules.Lists)));

    private static readonly Gen<string> Name = Pick.From<string>([.. MailRules.Names]);
    private static readonly Gen<string> Address = Gen.Select(
        Name,
        Gen.Frequency((2, Gen.Const("")), (3, Pick.From(MailRules.Extensions))),
        Gen.Int[0, 4],
        (n, e, d) => $"{n}{e}@{MailRules.Domains[d]}");

    private static readonly Gen<string> Destination = Gen.Frequency(
        (8, Address), (1, Gen.Const("Friend@elsewhere.example")), (1, Gen.Const("%n@elsewhere.example")));

    private static readonly Gen<(string Kind, string[] Values)> Thing = Gen.Frequency(
        (3, Gen.Const(("account", Array.Empty<string>()))),
        (3, Pick.From(MailRules.Flavours).Select(f => ("account", (string[])[f]))),
        (3, Destination.Array[1, 3].Select(d => ("alias", d.Distinct().ToArray()))),
        (1, Gen.Const(("relocated", (string[])["New.User@elsewhere.example"]))),
        (3, Gen.Const(("", Array.Empty<string>()))));

    private static readonly Gen<MailRules> Rules = Gen.Select(
        Class.Array[3],
        Pick.From("canonical, virtual", "virtual", "canonical", ""),
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool),
        Gen.Select(Gen.Select(Address, Address).Array[0, 4], Gen.Select(Address, Address).Array[0, 2]),
        Thing.Array[MailRules.Names.Length * 4],
        Destination.Array[0, 2],
        (classes, propagated, flags, canonical, things, catchAll) => new MailRules(
            classes, propagated, flags.Item1, flags.Item2, flags.Item3, canonical.Item1, canonical.Item2, things, catchAll));

    /// <summary>For a search: so many generated databases for each delimiter instead of the one that is always the same.</summary>
    private static readonly int Rounds =
        int.Parse(Environment.GetEnvironmentVariable("VMM_TEST_RULES") ?? "0", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("+", true, "000aR68szSk2")]
    [InlineData("-", false, "a4yaKy5OQkM1")]
    [InlineData("_", false, "000aEdiYGqR1")]
    [InlineData("+-", true, "000aw864BZo6")]
    [InlineData("", false, "000aEdiYGqR1")]
    public async Task a_message_goes_where_the_trace_says(string delimiters, bool hasTables, string seed) =>
        await Gen.Select(Rules, Gen.Int[0, OneOf - 1]).SampleAsync(
            async (generated, first) =>
            {
                var rules = hasTables || Rounds > 0 ? generated : generated.WithoutTables;
                var place = $"r{Guid.NewGuid():N}"[..8];
                await using var changed = await ChangedMailServer.CreateAsync(Server, rules, delimiters, place);
                var all = from name in MailRules.Names
                          from extension in MailRules.Extensions
                          from domain in MailRules.Domains
                          select MailRules.In(place, $"{name}{extension}@{domain}");
                List<string> asked =
                [
                    .. all.Distinct().Where((_, i) => !rules.HasTables || i % OneOf == first)
                        .Concat(rules.Canonical.Concat(rules.Recipients).Select(c => MailRules.In(place, c.From))).Distinct(),
                ];
                var traces = Session.Read(
                    SettingsFile.Load(Server.Place + "/vmm.toml"),
                    s => asked.ConvertAll(a => AddressTrace.Run(s, a)),
                    TestContext.Current.CancellationToken);
                Assert.Contains(traces, t => t.Outcome == "accepted");
                await PostfixAnswersAsync(traces);
                await ItIsDeliveredAsync(traces);
            },
            seed: Rounds == 0 ? seed : null,
            iter: Math.Max(1, Rounds),
            threads: 1,
            print: t => $"{delimiters} {t.Item1}");

    /// <summary>The code of every answer. What is deferred is accepted here, and found out when the message comes.</summary>
    private async Task PostfixAnswersAsync(List<TraceResult> traces)
    {
        using var smtp = await Mail.GreetAsync(Server.Smtp);
        var wrong = new List<string>();
        foreach (var trace in traces)
        {
            await smtp.SayAsync("MAIL FROM:<sender@example.org>", Mail.IsLastReply);
            var answer = await smtp.SayAsync($"RCPT TO:<{trace.Address}>", Mail.IsLastReply);
            await smtp.SayAsync("RSET", Mail.IsLastReply);
            var expected = trace.Outcome is "accepted" or "deferred" ? "2.1.5"
                : trace.Outcome == "elsewhere" ? "5.7.1"
                : Code(trace.Text);
            if (Code(answer) != expected)
            {
                wrong.Add($"{trace.Address}: {trace.Outcome}, {trace.Text}, but {answer.Trim()}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {traces.Count}:\n{string.Join('\n', wrong.Take(8))}");
    }

    /// <summary>One message for each of some addresses, those first that lead to the most.</summary>
    private async Task ItIsDeliveredAsync(List<TraceResult> traces)
    {
        var sent = new Dictionary<string, (TraceResult Trace, string Token)>();
        var accepted = traces.Where(t => t.Outcome == "accepted").OrderByDescending(t => t.Steps.Count).ToList();
        var direct = accepted.Where(t => t.Steps.Count == 1).GroupBy(Way).SelectMany(g => g.Take(SentOfEach));
        foreach (var trace in accepted.Take(Sent).Concat(direct).Distinct())
        {
            var (id, token) = await SendAsync(trace.Address);
            sent.Add(id, (trace, token));
        }

        await Server.AllDeliveriesEndAsync();
        var ends = DeliveryLog.Read(Server.News(Server.PostfixLog)).ToLookup(e => e.Id);
        foreach (var (id, (trace, token)) in sent)
        {
            var expected = trace.Deliveries.Select(
                d => $"{Routed(d)} {(d.Outcome is "mailbox" or "elsewhere" or "discarded" ? "2" : Code(d.Text))}");
            // That nobody listens at the other server is not Postfix's fault.
            var real = ends[id].Select(e => $"{e.To} {(e.Code[0] == '2' || e.Code == "4.4.1" ? "2" : e.Code)}");
            Assert.True(
                expected.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(real),
                $"{trace.Address}: {string.Join("; ", expected)}; but {string.Join("; ", real)}\n"
                    + string.Join('\n', trace.Deliveries.Select(d => d.Text)));
            foreach (var account in trace.Deliveries.Where(d => d.Outcome == "mailbox").Select(d => d.Account!.Address).Distinct())
            {
                await Server.ArrivedAsync(account, token);
            }
        }

        (await Server.ProgramAsync("postsuper", ["-c", Server.MapDirectory, "-d", "ALL", "deferred"])).Succeeded();
        await WhoCanReadItAsync([.. sent.Values.SelectMany(s => s.Trace.Deliveries)]);
    }

    /// <summary>An account whose services are off gets mail, and its user cannot log in.</summary>
    private async Task WhoCanReadItAsync(List<TraceDelivery> deliveries)
    {
        foreach (var delivery in deliveries.Where(d => d.Outcome == "mailbox").DistinctBy(d => d.Account!.Address))
        {
            Assert.Equal(
                !delivery.Text.Contains("cannot log in", StringComparison.Ordinal),
                await Mail.MayLogInAsync(Server, "imap", delivery.Account!.Address));
        }
    }

    /// <summary>The address in the log: of a route the one that Postfix makes of it.</summary>
    private static string Routed(TraceDelivery delivery) =>
        delivery.Text.Split(" as a route to ") is [_, var rest] ? rest.Split(',')[0] : delivery.Address;

    private static string Way(TraceResult trace) =>
        string.Join(' ', trace.Deliveries.Select(d => $"{d.Outcome} {d.Transport} {d.Account?.Services == ServiceSet.None}"));

    private async Task<(string Id, string Token)> SendAsync(string recipient)
    {
        var token = $"token-{Guid.NewGuid():N}";
        using var smtp = await Mail.GreetAsync(Server.Smtp);
        var answer = "";
        string[] lines = ["MAIL FROM:<sender@example.org>", $"RCPT TO:<{recipient}>", "DATA", $"Subject: x\r\n\r\n{token}\r\n."];
        foreach (var line in lines)
        {
            answer = await smtp.SayAsync(line, Mail.IsLastReply);
            Assert.True(answer[0] is '2' or '3', $"{recipient}: {answer}");
        }

        return (answer.Trim().Split(' ')[^1], token);
    }

    /// <summary>The first enhanced status code (RFC 3463) of a text.</summary>
    private static string Code(string text) =>
        text.Split([' ', ':', '('], StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(w => w.Length == 5 && w[1] == '.' && w[3] == '.' && char.IsAsciiDigit(w[0])) ?? text;
}
