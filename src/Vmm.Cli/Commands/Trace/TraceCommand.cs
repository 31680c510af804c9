using System.CommandLine;
using System.Text.Json.Serialization;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Output;
using Vmm.Cli.Running;
using Vmm.Core.Tracing;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands.Trace;

/// <summary>trace.</summary>
internal static class TraceCommand
{
    internal static Subcommand One => new("trace", "", "show where mail to an address goes, and why", Declare);

    private static void Declare(VmmCommand command, App app)
    {
        var address = Arguments.Address(Names.Address);
        var sender = new Option<string?>("--sender")
        {
            HelpName = "address",
            Description = "also show which logins may send as this address",
        }.Completes(Names.Address);
        var live = new Option<bool>("--live")
        {
            Description = "ask the running Postfix and Dovecot the same questions and show differences; exit 4 if there are any",
        };
        var queue = new Option<bool>("--queue")
        {
            Description = "also show what waits in Postfix's queue for it, and the last lines of the log about it",
        };
        command.Details = "Follows an address as Postfix and Dovecot do, in the database: its domain, aliases and catch-all "
            + "with everything they lead to, relocated users, accounts, transport, mailbox and quota. It names the rule that "
            + "decided at each step and those that lost, and shows where the mail ends. That an address belongs to nobody is "
            + "an answer, too. --live asks the running Postfix and Dovecot every question again; if an answer differs, the "
            + "exit status is 4. --queue reads Postfix's queue, and its log: maillog_file, /var/log/mail.log or the journal. "
            + "$MAIL_CONFIG names a different configuration directory of Postfix.";
        command.Example = "trace user@example.com";
        command.Codes = [ErrorCode.Found, ErrorCode.NotExecutable, ErrorCode.NoSuchBinary, ErrorCode.VmmError];
        command.Takes(address, sender, live, queue);
        command.Reads(
            app,
            asking => (Address: asking.Get(address), Sender: asking.Get(sender), Live: asking.Get(live), Queue: asking.Get(queue)),
            (s, request) => AddressTrace.Run(s, request.Address, request.Sender, request.Live, request.Queue),
            TraceText.Of,
            () => TraceJson.Default.TraceResult,
            result => result.Differences > 0 ? (int)ErrorCode.Found : 0);
    }
}

/// <summary>The JSON of a trace.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ServiceSetConverter)])]
[JsonSerializable(typeof(TraceResult))]
internal sealed partial class TraceJson : JsonSerializerContext;
