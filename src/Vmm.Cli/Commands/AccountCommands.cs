using System.CommandLine;
using Vmm.Cli.Text;
using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>What <c>userpassword</c> changed.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="GeneratedPassword">The password that vmm made up, shown once; left out when the administrator gave one.</param>
internal sealed record ChangedPassword(string Address, string? GeneratedPassword);

/// <summary>useradd, userinfo, userdelete, userpassword, listusers, getuser.</summary>
internal static class AccountCommands
{
    internal static IEnumerable<VmmCommand> All(App app) => [Add(app), Info(app), Delete(app), Password(app), List(app), ByUid(app)];

    private static VmmCommand Add(App app)
    {
        var address = Arguments.Address();
        var note = Arguments.Note();
        var password = new PasswordOptions();
        var command = Arguments.Command(
            "useradd",
            "ua",
            "add an account with its mailbox",
            "useradd user@example.com --random",
            [
                ErrorCode.AccountExists, ErrorCode.AliasExists, ErrorCode.RelocatedExists, ErrorCode.DomainIsAlias, ErrorCode.NoSuchDomain,
                ErrorCode.LocalPartInvalid, ErrorCode.MissingPassword, ErrorCode.TooManyFailures, ErrorCode.VmmError,
            ],
            [address, .. password.WithOld, note]);
        return command.Changes(app, new Change<(NewAccount Account, string? Generated), AddedAccount>(
            parse => parse.GetRequiredValue(address),
            asking =>
            {
                var name = EmailAddress.Parse(asking.Parse.GetRequiredValue(address));
                var remark = NoteText.Parse(asking.Parse.GetValue(note));
                var secret = password.Ask(asking, name);
                return (new NewAccount(name, secret.Hash, remark), secret.Generated);
            },
            (s, wanted) => Accounts.Add(s, wanted.Account) with { GeneratedPassword = wanted.Generated },
            AccountText.Added,
            JsonContext.Default.AddedAccount)
        {
            Tolerance = Tolerance.IfNotExists(ErrorCode.AccountExists),
        }).AlsoFromFile(
            app,
            new FileLines<AccountLine>(
                "address, [password or {SCHEME}hash], [name], [note]",
                (asking, fields) => new AccountLine(
                    EmailAddress.Parse(fields[0]),
                    password.OfLine(asking, fields.ElementAtOrDefault(1) ?? ""),
                    PersonName.Parse(fields.ElementAtOrDefault(2)),
                    NoteText.Parse(fields.ElementAtOrDefault(3))),
                (s, bulk) => AccountBatch.Add(s, bulk.Select(l => l.ToNew())))
            {
                Prepare = AccountLine.Hash,
                Generated = line => line.Password.IsGenerated ? new GeneratedPassword(line.Address.ToString(), line.Password.Text) : null,
            },
            1,
            4);
    }

    private static VmmCommand Info(App app) => AddressCommands.Info(
        app,
        "userinfo",
        "ui",
        "show an account",
        "userinfo user@example.com --details full",
        ErrorCode.NoSuchAccount,
        AddressKind.Account,
        ["aliases", "du", "full"]);

    private static VmmCommand Delete(App app)
    {
        var address = Arguments.Address();
        var directory = new Option<bool>("--delete-directory") { Description = "also remove its home with all mail" };
        var force = Arguments.Force("also delete the alias destinations that name it");
        var old = Arguments.Old("what");
        var command = Arguments.Command(
            "userdelete",
            "ud",
            "delete an account",
            "userdelete user@example.com --delete-directory",
            [ErrorCode.AliasPresent, ErrorCode.MaildirPermission, ErrorCode.NoSuchAccount, ErrorCode.NoSuchDomain, ErrorCode.DirectoryNotRemoved],
            address,
            old,
            directory,
            force);
        return command.Changes(app, new Change<(EmailAddress Address, bool Force, bool Directory), DeletedAccount>(
            parse => parse.GetRequiredValue(address),
            asking => (
                EmailAddress.Refer(asking.Parse.GetRequiredValue(address)),
                // The words are those of vmm 0.5 and 0.6.
                asking.Parse.GetValue(force) | Arguments.OneOf(asking.Parse.GetValue(old), "delalias", "force") is not null,
                asking.Parse.GetValue(directory) || asking.Settings.Value(SettingOptions.AccountDeleteDirectory)),
            (s, wanted) => Accounts.Delete(s, wanted.Address, wanted.Force, wanted.Directory),
            _ => "",
            JsonContext.Default.DeletedAccount)
        {
            Tolerance = Tolerance.IfExists(ErrorCode.NoSuchAccount),
        });
    }

    private static VmmCommand Password(App app)
    {
        var address = Arguments.Address();
        var password = new PasswordOptions();
        var command = Arguments.Command(
            "userpassword",
            "up",
            "change an account's password",
            "userpassword user@example.com --random",
            [ErrorCode.NoSuchAccount, ErrorCode.NoSuchDomain, ErrorCode.MissingPassword, ErrorCode.TooManyFailures, ErrorCode.VmmError, ErrorCode.InvalidArgument],
            [address, .. password.WithOld]);
        return command.Changes(app, new Change<(EmailAddress Address, Secret Secret), ChangedPassword>(
            parse => parse.GetRequiredValue(address),
            asking =>
            {
                var name = EmailAddress.Refer(asking.Parse.GetRequiredValue(address));
                return (name, password.Ask(asking, name));
            },
            (s, wanted) => new ChangedPassword(Accounts.SetPassword(s, wanted.Address, wanted.Secret.Hash), wanted.Secret.Generated),
            changed => AccountText.Generated(changed.GeneratedPassword),
            JsonContext.Default.ChangedPassword));
    }

    private static VmmCommand List(App app) =>
        AddressCommands.List(app, "listusers", "lu", "user accounts", "accounts", Accounts.List, AddressText.ListLine);

    private static VmmCommand ByUid(App app)
    {
        var uid = Arguments.Uid();
        var command = Arguments.Command("getuser", "gu", "find the account with a uid", "getuser 70000", [ErrorCode.InvalidArgument, ErrorCode.NoSuchAccount], uid);
        return command.Reads(app, asking => asking.Parse.GetRequiredValue(uid), Accounts.ByUid, AccountText.ByUid, JsonContext.Default.AccountByUid);
    }
}
