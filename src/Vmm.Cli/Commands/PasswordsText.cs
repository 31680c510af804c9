using Vmm.Cli.Output;
using Vmm.Core.Administration;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>How password schemes look to people: columns without blanks in them, and what they mean.</summary>
internal static class PasswordsText
{
    internal static string Count(PasswordCount count) =>
        TextBlock.Heading("Password schemes")
        + (count.Schemes.Count == 0 ? "\tNone\n" : string.Concat(count.Schemes.Select(c => Line(c, count.Dovecot))))
        + "\n";

    /// <summary>An address and its scheme, with a tab between them.</summary>
    internal static string Line(AccountScheme account) => $"{TextBlock.OneLine(account.Address)}\t{account.Scheme}";

    /// <summary>The same, and when the password was changed, in local time.</summary>
    internal static string DatedLine(AccountScheme account) =>
        $"{Line(account)}\t{(account.PasswordChanged is { } time ? JournalText.Time(time) : "-")}";

    private static string Line(SchemeCount count, string? dovecot) => TextBlock.Row(
        $"{count.Accounts,10}  {count.Scheme,-16}  {EnumWords.Of(count.Verdict),-8}  {Meaning(count, dovecot ?? "2.4")}".TrimEnd());

    private static string Meaning(SchemeCount count, string dovecot)
    {
        var meaning = count.Verdict switch
        {
            SchemeVerdict.Weak => PasswordSchemeCommand.Weak,
            SchemeVerdict.Refused => $"Dovecot {dovecot} refuses it: they cannot log in",
            SchemeVerdict.Unknown => $"Dovecot {dovecot} does not know it: they cannot log in",
            SchemeVerdict.Depends => "Dovecot's default scheme is not known here",
            _ => null,
        };
        string?[] parts = [count.Kind, count.HasPrefix ? null : "no {SCHEME} in front", meaning];
        return string.Join("; ", parts.OfType<string>());
    }
}
