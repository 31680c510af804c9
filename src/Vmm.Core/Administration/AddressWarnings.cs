using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>
/// Warnings of new addresses that vmm and the database accept, and Postfix or Dovecot do not. <c>check</c> has the same as
/// findings.
/// </summary>
internal static class AddressWarnings
{
    /// <summary>Warns of an account whose mail goes into another mailbox, or bounces.</summary>
    /// <param name="s">The session.</param>
    /// <param name="gid">Its domain.</param>
    /// <param name="account">Under the primary name of its domain.</param>
    internal static void OfAccount(Session s, long gid, EmailAddress account)
    {
        // A delimiter may be any character, but is hardly a letter: most accounts need no question.
        if (account.LocalPart.All(char.IsAsciiLetterOrDigit))
        {
            return;
        }

        var (user, extension) = DeliveredUser.Of(TraceKey.Parse(account.ToString()), PostfixRules.Read(s).Delimiters);
        if (extension.Length > 0 && DomainSql.Transport(s.Tx, gid) is { } transport && DeliveredUser.IsDovecot(transport))
        {
            var shorter = $"{user.LocalPart}@{user.Domain}";
            var kind = AddressSql.Kinds(s.Tx, [shorter]) is [var known] ? known.Kind : (AddressKind?)null;
            s.Warn(
                $"Dovecot cuts off {extension} before it looks for the mailbox: mail to '{account}'"
                + $" {DeliveredUser.Fate(shorter, kind)}; give the account another name, and make this address an alias of it");
        }
    }
}
