using Vmm.Tests.Install;
using Vmm.Tests.MailStack;

namespace Vmm.Tests.InstalledConfiguration;

/// <summary>
/// Fifty messages and logins at a server with users, domains and tables of an administrator's own, and what came of each: one line
/// for each, to be compared with those of another day.
/// </summary>
internal static class FiftyAttempts
{
    private static readonly string[] Recipients =
    [
        "sales@legacy.example", "SALES@Legacy.Example", "team@legacy.example", "away@legacy.example", "gone@legacy.example",
        "nobody@legacy.example", "sales+x@legacy.example", "bert@legacy.example", "list-request@legacy.example",
        "sales@old.example", "anything@old.example", "x+y@old.example", "team@old.example", "%n@old.example",
        "anna@mail.example.com", "bert@mail.example.com", "ANNA@MAIL.example.com", "anna+x@mail.example.com",
        "office@mail.example.com", "postmaster@mail.example.com", "root@mail.example.com", "missing@mail.example.com",
        "blocked@mail.example.com", "anna@localhost", "office@localhost", "anna", "postmaster",
        "someone@foreign.example", "user@closed.example", "user@relayed.example", "anna@sub.mail.example.com", "anna@example.com",
        "-anna@mail.example.com", "anna%foreign.example@mail.example.com", "foreign.example!anna@mail.example.com",
        "anna@[127.0.0.1]",
    ];

    private static readonly (string Service, string User, string Password)[] Logins =
    [
        .. from service in (string[])["smtp", "imap"]
           from user in (string[])["anna", "bert", "ANNA", "missing", "anna@mail.example.com", "root"]
           select (service, user, "secret"),
        ("smtp", "anna", "wrong"),
        ("imap", "bert", "wrong"),
    ];

    /// <summary>What happens to all fifty.</summary>
    public static async Task<string> MakeAsync(PrivateSystem system, MailServer server)
    {
        Assert.Equal(50, Recipients.Length + Logins.Length);
        await system.DoAsync("rm -f /srv/*/post/new/* /srv/*/post/cur/*");
        var lines = new List<string>();
        var sent = new Dictionary<string, string>();
        for (var i = 0; i < Recipients.Length; i++)
        {
            var (answer, id) = await SendAsync(server, Recipients[i], $"token-{i}-");
            sent[id ?? $"refused {i}"] = $"{Recipients[i]}: {answer}";
        }

        // Bounces too.
        await server.AllDeliveriesEndAsync();
        var ends = DeliveryLog.Read(await File.ReadAllTextAsync(server.PostfixLog)).ToLookup(e => e.Id, e => $"{e.To} {e.Code}");
        lines.AddRange(sent.Select(s => $"{s.Value} {string.Join("; ", ends[s.Key].Order(StringComparer.Ordinal))}"));
        lines.Add(await system.DoAsync("cd /srv && grep -lr token- */post/new | sed 's,/new/.*,,' | sort | uniq -c"));
        foreach (var (service, user, password) in Logins)
        {
            lines.Add($"{user} {password} {service}: {await Mail.MayLogInAsync(server, service, user, password)}");
        }

        return string.Join('\n', lines);
    }

    /// <summary>The last answer, and the name of the message in the queue; none for one that was not accepted.</summary>
    private static async Task<(string Answer, string? Id)> SendAsync(MailServer server, string recipient, string token)
    {
        using var smtp = await Mail.GreetAsync(server.Smtp);
        await smtp.SayAsync("MAIL FROM:<sender@example.org>", Mail.IsLastReply);
        var answer = await smtp.SayAsync($"RCPT TO:<{recipient}>", Mail.IsLastReply);
        if (answer[0] != '2')
        {
            return (answer.Trim(), null);
        }

        await smtp.SayAsync("DATA", Mail.IsLastReply);
        answer = (await smtp.SayAsync($"Subject: x\r\n\r\n{token}\r\n.", Mail.IsLastReply)).Trim();
        return answer[0] == '2' ? ("accepted", answer.Split(' ')[^1]) : (answer, null);
    }
}
