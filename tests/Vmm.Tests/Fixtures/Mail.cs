using System.Text;

namespace Vmm.Tests;

/// <summary>What mail clients do, in a few words.</summary>
internal static class Mail
{
    /// <summary>Hands a message in as another mail server does; returns a word that stands in it.</summary>
    public static Task<string> SendAsync(MailServer server, params string[] recipients) => SendAsync(server, "", recipients);

    /// <summary>The same with SMTPUTF8 (RFC 6531).</summary>
    public static Task<string> SendUtf8Async(MailServer server, params string[] recipients) =>
        SendAsync(server, " SMTPUTF8", recipients);

    private static async Task<string> SendAsync(MailServer server, string option, string[] recipients)
    {
        var token = $"token-{Guid.NewGuid():N}";
        using var smtp = await GreetAsync(server.Smtp);
        await ExpectAsync(smtp, $"MAIL FROM:<sender@example.org>{option}", "250");
        foreach (var recipient in recipients)
        {
            await ExpectAsync(smtp, $"RCPT TO:<{recipient}>", "250");
        }

        await ExpectAsync(smtp, "DATA", "354");
        await ExpectAsync(smtp, $"From: <sender@example.org>\r\nSubject: {token}\r\n\r\n{token}\r\n.", "250");
        await ExpectAsync(smtp, "QUIT", "221");
        return token;
    }

    /// <summary>The answer to RCPT TO, from a client that has not logged in.</summary>
    public static Task<string> AnswerToAsync(MailServer server, string recipient) =>
        AnswerToAsync(server.Smtp, Encoding.Latin1.GetBytes(recipient));

    public static async Task<string> AnswerToAsync(int port, byte[] recipient, string option = "")
    {
        using var smtp = await GreetAsync(port);
        await ExpectAsync(smtp, $"MAIL FROM:<sender@example.org>{option}", "250");
        return await smtp.SayAsync([.. "RCPT TO:<"u8, .. recipient, .. ">"u8], IsLastReply);
    }

    /// <summary>True: logged in. False: refused for good. Anything else, above all a temporary failure, fails the test.</summary>
    public static async Task<bool> MayLogInAsync(MailServer server, string service, string user, string password = "secret")
    {
        var plain = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));
        var (answer, yes, no) = service switch
        {
            "smtp" => (await SubmissionAsync(server, $"AUTH PLAIN {plain}"), "235 ", "535 5.7.8 "),
            "imap" => (
                await AskAsync(server.Imap, "* ", $"a AUTHENTICATE PLAIN {plain}", "a "),
                "a OK ",
                "a NO [AUTHENTICATIONFAILED]"
            ),
            "pop3" => (await AskAsync(server.Pop3, "+OK", $"AUTH PLAIN {plain}", ""), "+OK", "-ERR [AUTH] Authentication failed"),
            "sieve" => (
                await AskAsync(server.Sieve, "OK", $"AUTHENTICATE \"PLAIN\" \"{plain}\"", ""),
                "OK",
                "NO \"Authentication failed"
            ),
            _ => throw new ArgumentException(service),
        };
        var last = answer.TrimEnd().Split('\n')[^1];
        var allowed = last.StartsWith(yes, StringComparison.Ordinal);
        Assert.True(allowed || last.StartsWith(no, StringComparison.Ordinal), $"{service}, {user}: {answer}");
        return allowed;
    }

    /// <summary>The services that let the account in, in one text.</summary>
    public static async Task<string> ServicesOfAsync(MailServer server, string user)
    {
        var open = new List<string>();
        foreach (var service in new[] { "smtp", "pop3", "imap", "sieve" })
        {
            if (await MayLogInAsync(server, service, user))
            {
                open.Add(service);
            }
        }

        return string.Join(' ', open);
    }

    public static async Task<LineDialogue> GreetAsync(int port)
    {
        var smtp = await LineDialogue.OpenAsync(port);
        await smtp.HearAsync(IsLastReply);
        await ExpectAsync(smtp, "EHLO client.example.org", "250");
        return smtp;
    }

    public static bool IsLastReply(string line) => line.Length > 3 && line[3] == ' ';

    private static async Task<string> SubmissionAsync(MailServer server, string line)
    {
        using var smtp = await GreetAsync(server.Submission);
        return await smtp.SayAsync(line, IsLastReply);
    }

    private static async Task<string> AskAsync(int port, string greeting, string line, string answer)
    {
        using var dialogue = await LineDialogue.OpenAsync(port);
        await dialogue.HearAsync(l => l.StartsWith(greeting, StringComparison.Ordinal));
        return await dialogue.SayAsync(line, l => l.StartsWith(answer, StringComparison.Ordinal));
    }

    private static async Task ExpectAsync(LineDialogue smtp, string line, string code)
    {
        var answer = await smtp.SayAsync(Encoding.UTF8.GetBytes(line), IsLastReply);
        Assert.True(answer.StartsWith(code, StringComparison.Ordinal), $"{line}: {answer}");
    }
}
