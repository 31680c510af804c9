using System.CommandLine;
using Vmm.Cli.Text;
using Vmm.Core.Tracing;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands;

/// <summary>trace.</summary>
internal static class TraceCommand
{
    internal static VmmCommand Make(App app)
    {
        var address = Arguments.Address();
        var sender = new Option<string?>("--sender") { HelpName = "address", Description = "also tell which logins may send as this address" };
        var live = new Option<bool>("--live") { Description = "ask the running Postfix and Dovecot the same and show differences; exit 2 when there are any" };
        var command = Arguments.Command(
            "trace",
            "",
            "tell where mail to an address goes, and why",
            "trace user@example.com",
            [ErrorCode.NotExecutable, ErrorCode.NoSuchBinary, ErrorCode.VmmError],
            address,
            sender,
            live);
        command.Result = JsonContext.Default.TraceResult;
        command.SetAction(parse =>
        {
            int? differences = 0;
            var status = app.Read(
                parse,
                asking => (Address: asking.Parse.GetRequiredValue(address), Sender: asking.Parse.GetValue(sender), Live: asking.Parse.GetValue(live)),
                (s, wanted) =>
                {
                    var result = AddressTrace.Run(s, wanted.Address, wanted.Sender, wanted.Live);
                    differences = result.Differences;
                    return result;
                },
                TraceText.Of,
                JsonContext.Default.TraceResult);
            return status == 0 && differences > 0 ? (int)ErrorCode.Usage : status;
        });
        return command;
    }
}
