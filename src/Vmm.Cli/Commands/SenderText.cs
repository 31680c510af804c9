using Vmm.Cli.Output;
using Vmm.Core.Administration;

namespace Vmm.Cli.Commands;

/// <summary>How sender grants look to people.</summary>
internal static class SenderText
{
    internal static string Info(SenderInfo info)
    {
        var isDomain = info.Sender.StartsWith('@');
        var of = info.AskedFor is null ? "" : $" (Postfix asks for {info.AskedFor})";
        var lines = isDomain ? info.Accounts.Select(a => $"{a.Account} as {a.Sender}{Until(a)}")
            : info.Accounts.Select(a => $"{a.Account}: {Reason(a)}{Until(a)}");
        return TextBlock.Heading("Sender information")
            + TextBlock.Field(isDomain ? "Domain" : "Address", info.Sender.TrimStart('@') + of)
            + TextBlock.Field("Alias Senders", AliasSenders(info.AliasSenders))
            + "\n"
            + TextBlock.List(isDomain ? "sender grants" : "senders", [.. lines]);
    }

    /// <summary>Whether the accounts of an alias may send as it.</summary>
    internal static string AliasSenders(bool may) => may ? "on" : "off";

    /// <summary>What an account may send as.</summary>
    internal static string Line(Data.Rows.SendAs grant) => $"{grant.Sender}{Until(grant.Expires, grant.IsExpired)}";

    private static string Reason(SenderAccount a) => a.Reason switch
    {
        "account" => "its own address",
        "alias" => "the alias ends in it",
        _ => $"granted {a.Sender}",
    };

    private static string Until(SenderAccount a) => Until(a.Expires, a.IsExpired);

    private static string Until(DateTime? expires, bool isExpired) =>
        expires is not { } at ? "" : isExpired ? $", expired {JournalText.Time(at)}" : $", until {JournalText.Time(at)}";
}
