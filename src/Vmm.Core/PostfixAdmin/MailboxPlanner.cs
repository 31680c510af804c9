using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Core.Mailboxes;
using Vmm.Data.Failures;
using Vmm.Data.Sql.PostfixAdmin;
using Vmm.Data.Values;

namespace Vmm.Core.PostfixAdmin;

/// <summary>Plans the accounts of an import, with their mail.</summary>
internal sealed class MailboxPlanner(
    SourceTables source, ImportChoices choices, Settings settings, ImportPlan plan, HashSet<DomainName> domains)
{
    private const string Table = "mailbox";

    private readonly HashSet<EmailAddress> seen = [];
    private readonly HashSet<string> directories = [];

    internal void Plan()
    {
        using var mail = choices.MailDirectory is null ? null : new MailDirectories(choices.MailDirectory, settings);
        foreach (var row in source.Mailboxes)
        {
            plan.Take(Table, row.Address, () => Add(row, mail));
        }

        foreach (var address in source.Fetched.Distinct())
        {
            plan.LeaveOut("fetchmail", address, "vmm does not fetch mail");
        }

        foreach (var user in source.AppPasswords.GroupBy(a => a))
        {
            plan.LeaveOut(
                "mailbox_app_password",
                user.Key,
                $"{Errors.Count(user.Count(), "app password")}: an account has one password, which mail programs must use instead");
        }

        foreach (var address in source.SecondFactors)
        {
            plan.Change(Table, address, "its second factor (totp_secret) is left out: it protected PostfixAdmin's pages");
        }
    }

    private void Add(SourceMailbox row, MailDirectories? mail)
    {
        var address = EmailAddress.Parse(row.Address);
        var hash = ForeignHash.Read(row.Password, choices.Scheme);
        var reason = !domains.Contains(address.Domain) ? $"its domain '{address.Domain}' is not imported as one"
            : seen.Contains(address) ? $"it is the same as a different mailbox, '{address}'"
            : hash is null ? "its password hash has an unknown form; pass its scheme with --scheme"
            : null;
        if (reason is not null)
        {
            plan.Refuse(Table, row.Address, reason);
            return;
        }

        var move = mail is null ? null : Find(row, address, mail);
        seen.Add(address);
        var account = new NewAccount(address, hash!, null) { Name = NameOf(row), Quota = QuotaOf(row), Services = ServicesOf(row) };
        plan.Accounts.Add(new ImportedAccount(account, move));
    }

    private MailMove? Find(SourceMailbox row, EmailAddress address, MailDirectories mail)
    {
        var found = mail.Find(row.Directory);
        if (found is null)
        {
            plan.Change(Table, row.Address, $"there is no maildir '{row.Directory}'; it gets an empty one");
            return null;
        }

        if (!directories.Add(found.Move.Source))
        {
            throw Errors.InvalidArgument($"a different mailbox has the same maildir '{row.Directory}'");
        }

        plan.Moves.Add(new MailDirectory(address.ToString(), found.Move.Source, found.Bytes));
        if (found.Others.Count > 0)
        {
            plan.Change(
                Table,
                row.Address,
                $"these are not mail, and no program finds them after the move: {string.Join(", ", found.Others)}");
        }

        return found.Move;
    }

    private string? NameOf(SourceMailbox row)
    {
        var name = string.Concat((row.Name ?? "").Where(c => !char.IsControl(c)));
        if (name.Length > PersonName.MaxLength)
        {
            // A surrogate pair is not cut in two.
            var isPair = char.IsHighSurrogate(name[PersonName.MaxLength - 1]);
            name = name[..(PersonName.MaxLength - (isPair ? 1 : 0))].TrimEnd();
        }

        if (name.Length < (row.Name ?? "").Length)
        {
            plan.Change(Table, row.Address, $"its name is shortened to '{name}'");
        }

        return PersonName.Parse(name);
    }

    /// <summary>The account's quota, or null where it equals that of its new domain.</summary>
    private Quota? QuotaOf(SourceMailbox row)
    {
        var quota = new Quota(Math.Max(row.Quota, 0), 0);
        return quota == settings.NewDomainQuota ? null : quota;
    }

    private ServiceSet? ServicesOf(SourceMailbox row)
    {
        if (!row.IsActive)
        {
            plan.Change(
                Table,
                row.Address,
                "it is inactive: all its services are off, but mail to it is accepted, which it was not before");
            return ServiceSet.None;
        }

        return row.MaySend ? null : settings.NewDomainServices & ~ServiceSet.Smtp;
    }
}
