using System.CommandLine;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Administration;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.Commands;

/// <summary>usersuspend, userresume, domainsuspend, domainresume.</summary>
internal static class SuspendCommands
{
    internal static Subcommand[] OfAccount =>
    [
        new("usersuspend", "", "suspend an account: no login; mail is received, refused or deferred", SuspendAccount),
        new("userresume", "", "end the suspension of an account", ResumeAccount),
    ];

    internal static Subcommand[] OfDomain =>
    [
        new("domainsuspend", "", "suspend all accounts of a domain", SuspendDomain),
        new("domainresume", "", "end the suspension of a domain", ResumeDomain),
    ];

    private static void SuspendAccount(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.Account);
        var options = new SuspendOptions();
        command.Details = "Its sessions end, and nobody can log in to it. Mail is received (--mode nologin, the default), refused "
            + "with a text, or deferred: the sending server tries again, and mail that came through an alias waits in "
            + "Postfix's queue, which bounces it after some days. Services, password and "
            + $"mail stay as they are. {SuspendOptions.Help} If its domain is suspended too, the stricter mode applies.";
        command.Example = "usersuspend user@example.com --mode refuse --until 30d";
        command.Codes = [ErrorCode.InvalidArgument, ErrorCode.NoSuchAccount, ErrorCode.NoSuchDomain];
        command.Takes([address, .. options.All]);
        command.Changes(app, new Change<(EmailAddress Address, SuspensionChange Change), SuspendedAccount>
        {
            Target = asking => asking.Get(address),
            Ask = asking => (EmailAddress.Refer(asking.Get(address)), options.Read(asking)),
            Act = (s, request) => Suspensions.Suspend(s, request.Address, request.Change),
            Json = () => CommandJson.Default.SuspendedAccount,
        });
    }

    private static void ResumeAccount(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.Account);
        command.Details = "Its user can log in again at once; mail that waits in Postfix's queue is delivered when Postfix tries "
            + "again, or after 'postqueue -f'. An account that is not suspended stays as it is, with a warning.";
        command.Example = "userresume user@example.com";
        command.Codes = [ErrorCode.NoSuchAccount, ErrorCode.NoSuchDomain];
        command.Takes(address);
        command.Changes(app, new Change<EmailAddress, ResumedAccount>
        {
            Target = asking => asking.Get(address),
            Ask = asking => EmailAddress.Refer(asking.Get(address)),
            Act = Suspensions.Resume,
            Json = () => CommandJson.Default.ResumedAccount,
            Changed = resumed => resumed.Resumed,
        });
    }

    private static void SuspendDomain(VmmCommand command, App app)
    {
        var domain = Arguments.Domain();
        var options = new SuspendOptions();
        command.Details = "The sessions of its accounts end, and nobody can log in to them. Mail is received (--mode nologin, the "
            + "default), refused with a text, or deferred. With --mode refuse that holds for every address of the domain, aliases "
            + "and the catch-all included; with --mode defer these go on leading to other addresses. "
            + SuspendOptions.Help;
        command.Example = "domainsuspend example.com --mode defer --until '2099-01-31 18:00'";
        command.Codes = [ErrorCode.DomainIsAlias, ErrorCode.InvalidArgument, ErrorCode.NoSuchDomain];
        command.Takes([domain, .. options.All]);
        command.Changes(app, new Change<(DomainName Name, SuspensionChange Change), SuspendedDomain>
        {
            Target = asking => asking.Get(domain),
            Ask = asking => (DomainName.Refer(asking.Get(domain)), options.Read(asking)),
            Act = (s, request) => Suspensions.Suspend(s, request.Name, request.Change),
            Json = () => CommandJson.Default.SuspendedDomain,
        });
    }

    private static void ResumeDomain(VmmCommand command, App app)
    {
        var domain = Arguments.Domain();
        command.Details = "Accounts that are suspended for themselves stay suspended. A domain that is not suspended stays as it "
            + "is, with a warning.";
        command.Example = "domainresume example.com";
        command.Codes = [ErrorCode.DomainIsAlias, ErrorCode.NoSuchDomain];
        command.Takes(domain);
        command.Changes(app, new Change<DomainName, ResumedDomain>
        {
            Target = asking => asking.Get(domain),
            Ask = asking => DomainName.Refer(asking.Get(domain)),
            Act = Suspensions.Resume,
            Json = () => CommandJson.Default.ResumedDomain,
            Changed = resumed => resumed.Resumed,
        });
    }

    /// <summary>What is alike for accounts and domains.</summary>
    private sealed class SuspendOptions
    {
        internal const string Help = "What an option does not name stays as it is if it is suspended already. A time is a date or "
            + "a date with a time, such as '2099-01-31 18:00', or how long from now: '30m', '12h', '7d', '4w'. When it is over, "
            + "the suspension ends by itself, in that second.";

        private static readonly string[] Modes = [.. Enum.GetValues<SuspensionMode>().Select(EnumWords.Of)];

        private readonly Option<string?> mode = new Option<string?>("--mode")
        {
            HelpName = "mode",
            Description = "what becomes of mail: nologin (it is received), refuse or defer",
        }.Completes(Names.OneOf(Modes));

        private readonly Option<string?> until = new("--until")
        {
            HelpName = "time",
            Description = $"when it ends by itself; '{Expiry.Never}' for an end by hand, which is the default",
        };

        private readonly Option<string?> reason = new("--reason")
        {
            HelpName = "reason",
            Description = "why, for administrators; an empty one is deleted",
        };

        private readonly Option<string?> text = new("--text")
        {
            HelpName = "text",
            Description = "what senders are answered, in ASCII; an empty one stands for the usual text",
        };

        internal Symbol[] All => [mode, until, reason, text];

        /// <exception cref="VmmException">2, 44.</exception>
        internal SuspensionChange Read(Asking asking) => new(
            Arguments.OneOf(asking.Get(mode), Modes) is { } word ? EnumWords.Read<SuspensionMode>(word) : null,
            ExpiryOption.Value(asking, until),
            asking.Get(reason) is { } why ? NoteText.ParseNamed(TextOptions.Typed(why, "reason"), "reason") ?? "" : null,
            asking.Get(text) is { } words
                ? RefusalText.Parse(TextOptions.Typed(words, "text")) ?? ""
                : null);
    }
}
