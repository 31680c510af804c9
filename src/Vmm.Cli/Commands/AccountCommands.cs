using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>What <c>userpassword</c> changed.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="GeneratedPassword">The password that vmm generated, shown once; left out when the administrator gave one.</param>
internal sealed record ChangedPassword(string Address, string? GeneratedPassword);

/// <summary>useradd, userinfo, userdelete, userpassword, listusers, getuser.</summary>
internal static class AccountCommands
{
    internal static Subcommand[] All =>
    [
        new("useradd", "ua", "add an account with its mailbox", Add),
        new("userinfo", "ui", "show an account", Info),
        new("userdelete", "ud", "delete an account", Delete),
        new("userpassword", "up", "change an account's password", Password),
        new("listusers", "lu", "list user accounts", List),
        new("getuser", "gu", "find the account with a uid", ByUid),
    ];

    private static void Add(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.NewAddress);
        var note = Arguments.Note();
        var password = new PasswordOptions();
        command.Details = $"Adds the account and creates its home and mailbox. The domain must exist. {PasswordOptions.Help}";
        command.Example = "useradd user@example.com --random";
        command.Codes =
        [
            ErrorCode.AccountExists, ErrorCode.AliasExists, ErrorCode.RelocatedExists, ErrorCode.DomainIsAlias,
            ErrorCode.NoSuchDomain, ErrorCode.LocalPartInvalid, ErrorCode.MissingPassword, ErrorCode.TooManyFailures,
            ErrorCode.VmmError,
        ];
        command.Old = [new("ADDRESS PASSWORD", "`--password` `PASSWORD`, which others can see")];
        command.Takes([address, .. password.WithOld, note]);
        command.Changes(app, new Change<(NewAccount Account, string? Generated), AddedAccount>
        {
            Target = asking => asking.Get(address),
            Ask = asking =>
            {
                var name = EmailAddress.Parse(asking.Get(address));
                var remark = NoteText.Parse(TextOptions.Typed(asking.Get(note), "note"));
                var secret = password.Ask(asking, name);
                return (new NewAccount(name, secret.Hash, remark), secret.Generated);
            },
            Act = (s, request) => Accounts.Add(s, request.Account) with { GeneratedPassword = request.Generated },
            Say = AccountText.Added,
            Json = () => CommandJson.Default.AddedAccount,
            Tolerance = Tolerance.IfNotExists(ErrorCode.AccountExists),
        });
        command.AlsoFromFile(app, new FileLines<AccountLine>(
            $"address, [password or {{SCHEME}}hash], [name], [note], [quota or '{AccountOverrideCommands.Inherit}'], "
                + $"[services or '{AccountOverrideCommands.Inherit}']",
            (asking, fields) => new AccountLine(
                EmailAddress.Parse(fields[0]),
                password.OfLine(asking, fields.ElementAtOrDefault(1) ?? ""),
                PersonName.Parse(fields.ElementAtOrDefault(2)),
                NoteText.Parse(fields.ElementAtOrDefault(3)))
            {
                Quota = Arguments.StorageField(fields.ElementAtOrDefault(4), AccountOverrideCommands.Inherit) is { } bytes
                    ? new Quota(bytes, 0)
                    : null,
                Services = ServiceOptions.Field(fields.ElementAtOrDefault(5), AccountOverrideCommands.Inherit),
            },
            (s, bulk) => AccountBatch.Add(s, bulk.Select(l => l.ToNew())))
        {
            Prepare = AccountLine.Hash,
            Generated = line => line.Password.IsGenerated
                ? new GeneratedPassword(line.Address.ToString(), line.Password.Text)
                : null,
        });
    }

    private static void Info(VmmCommand command, App app)
    {
        command.Details = "Shows ids, directories, quota with its usage, transport, services and note; --details adds the disk "
            + $"usage and the aliases that lead to it. {AddressCommands.OtherKind}";
        command.Example = "userinfo user@example.com --details full";
        command.Codes = [ErrorCode.NoSuchAccount, ErrorCode.NoSuchDomain];
        command.Old = [new("ADDRESS WORD", "`--details` `WORD`")];
        AddressCommands.Info(command, app, AddressKind.Account, Names.Account, ["aliases", "du", "full"]);
    }

    private static void Delete(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.Account);
        var directory = DeletionOptions.Directory("also remove its home with all mail, at once: there is no way back");
        var force = Arguments.Force("also delete the destinations that name it");
        var old = Arguments.Old("what");
        command.Details = DeletionOptions.Help + " An account that an alias or a "
            + "catch-all still leads to is kept, and the command fails, unless --force is given.";
        command.Example = "userdelete user@example.com";
        command.Codes =
        [
            ErrorCode.AliasPresent, ErrorCode.MaildirPermission, ErrorCode.NoSuchAccount, ErrorCode.NoSuchDomain,
            ErrorCode.DirectoryNotRemoved,
        ];
        command.Old = [new("ADDRESS delalias", "`--force`")];
        command.Takes(address, old, directory, force);
        command.Changes(app, new Change<(EmailAddress Address, bool Force, OnDelete OnDelete), DeletedAccount>
        {
            Target = asking => asking.Get(address),
            Ask = asking => (
                EmailAddress.Refer(asking.Get(address)),
                // The words are those of vmm 0.5 and 0.6.
                Arguments.EitherFlag(asking.Parse, force, old, "delalias", "force"),
                DeletionOptions.What(asking, directory, SettingOptions.AccountDeleteDirectory)),
            Act = (s, request) => Accounts.Delete(s, request.Address, request.Force, request.OnDelete),
            Json = () => CommandJson.Default.DeletedAccount,
            Details = AccountText.Deleted,
            Tolerance = Tolerance.IfExists(ErrorCode.NoSuchAccount),
        });
    }

    private static void Password(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.Account);
        var password = new PasswordOptions();
        command.Details = PasswordOptions.Help;
        command.Example = "userpassword user@example.com --random";
        command.Codes =
        [
            ErrorCode.NoSuchAccount, ErrorCode.NoSuchDomain, ErrorCode.MissingPassword, ErrorCode.TooManyFailures,
            ErrorCode.VmmError, ErrorCode.InvalidArgument,
        ];
        command.Old = [new("ADDRESS PASSWORD", "`--password` `PASSWORD`")];
        command.Takes([address, .. password.WithOld]);
        command.Changes(app, new Change<(EmailAddress Address, Secret Secret), ChangedPassword>
        {
            Target = asking => asking.Get(address),
            Ask = asking =>
            {
                var name = EmailAddress.Refer(asking.Get(address));
                return (name, password.Ask(asking, name));
            },
            Act = (s, request) => new ChangedPassword(
                Accounts.SetPassword(s, request.Address, request.Secret.Hash), request.Secret.Generated),
            Say = changed => AccountText.Generated(changed.GeneratedPassword),
            Json = () => CommandJson.Default.ChangedPassword,
        });
    }

    private static void List(VmmCommand command, App app)
    {
        var isLong = new Option<bool>("--long", "-l") { Description = "also show quota usage, services, name and note" };
        var overQuota = Arguments.OverQuota(
            "--over-quota", "list only accounts that use this much of their quota, or more; implies --long");
        command.Details = $"Lists all accounts, under every name of their domain. {ListOptions.Help}";
        AddressCommands.List(
            command,
            app,
            "user accounts",
            "accounts",
            Accounts.List,
            AddressText.ListLine,
            [isLong, overQuota],
            (asking, page) => page with { IsLong = asking.Get(isLong), OverQuota = asking.Get(overQuota) });
    }

    private static void ByUid(VmmCommand command, App app)
    {
        var uid = Arguments.Uid();
        command.Details = "Dovecot's log files and the owners of files show numbers; this command finds the account.";
        command.Example = "getuser 70000";
        command.Codes = [ErrorCode.InvalidArgument, ErrorCode.NoSuchAccount];
        command.Takes(uid);
        command.Reads(app, asking => asking.Get(uid), Accounts.ByUid, AccountText.ByUid, () => CommandJson.Default.AccountByUid);
    }
}
