using System.CommandLine;

namespace Vmm;

/// <summary>What <c>userpassword</c> changed.</summary>
internal sealed record ChangedPassword(string Address, string? GeneratedPassword);

/// <summary>useradd, userinfo, userdelete, userpassword, listusers, getuser.</summary>
internal static class AccountCommands
{
    internal static IEnumerable<Command> All(App app) =>
    [
        Add(app),
        AddressCommands.Info(app, "userinfo", "ui", "show an account", "account", Arguments.Details("aliases", "du", "full")),
        Delete(app),
        Password(app),
        AddressCommands.List(app, "listusers", "lu", "user accounts", "accounts", Accounts.ListAsync),
        ByUid(app),
    ];

    private static Command Add(App app)
    {
        var address = Arguments.Address();
        var note = Arguments.Note();
        var password = new PasswordOptions();
        var command = Arguments.Command("useradd", "ua", "add an account with its mailbox", [address, note, .. password.All]);
        command.SetAction((parse, ct) => app.ChangeAsync(
            parse,
            asking =>
            {
                var name = EmailAddress.Parse(parse.GetRequiredValue(address));
                var remark = NoteText.Parse(parse.GetValue(note));
                var secret = password.Ask(asking, name);
                return (Account: new NewAccount(name, secret.Hash, remark), secret.Generated);
            },
            async (s, wanted) => await Accounts.AddAsync(s, wanted.Account) with { GeneratedPassword = wanted.Generated },
            AccountText.Added,
            JsonContext.Default.AddedAccount,
            parse.GetRequiredValue(address),
            ct));
        return command;
    }

    private static Command Delete(App app)
    {
        var address = Arguments.Address();
        var directory = new Option<bool>("--delete-directory") { Description = "also remove its home with all mail" };
        var force = new Option<bool>("--force") { Description = "also delete the alias destinations that name it" };
        var command = Arguments.Command("userdelete", "ud", "delete an account", address, directory, force);
        command.SetAction((parse, ct) => app.ChangeAsync(
            parse,
            asking => (
                Address: EmailAddress.Refer(parse.GetRequiredValue(address)),
                Force: parse.GetValue(force),
                Directory: parse.GetValue(directory) || asking.Settings.Flag("account.delete_directory")),
            (s, wanted) => Accounts.DeleteAsync(s, wanted.Address, wanted.Force, wanted.Directory),
            _ => "",
            JsonContext.Default.DeletedAccount,
            parse.GetRequiredValue(address),
            ct));
        return command;
    }

    private static Command Password(App app)
    {
        var address = Arguments.Address();
        var password = new PasswordOptions();
        var command = Arguments.Command("userpassword", "up", "change an account's password", [address, .. password.All]);
        command.SetAction((parse, ct) => app.ChangeAsync(
            parse,
            asking =>
            {
                var name = EmailAddress.Refer(parse.GetRequiredValue(address));
                return (Address: name, Secret: password.Ask(asking, name));
            },
            async (s, wanted) => new ChangedPassword(await Accounts.SetPasswordAsync(s, wanted.Address, wanted.Secret.Hash), wanted.Secret.Generated),
            changed => AccountText.Generated(changed.GeneratedPassword),
            JsonContext.Default.ChangedPassword,
            parse.GetRequiredValue(address),
            ct));
        return command;
    }

    private static Command ByUid(App app)
    {
        var uid = Arguments.Uid();
        var command = Arguments.Command("getuser", "gu", "find the account with a uid", uid);
        command.SetAction((parse, ct) => app.ReadAsync(
            parse, _ => parse.GetRequiredValue(uid), Accounts.ByUidAsync, AccountText.ByUid, JsonContext.Default.AccountByUid, ct));
        return command;
    }
}
