using System.CommandLine;
using Vmm.Cli.Interaction;
using Vmm.Core.Configuration;

namespace Vmm.Cli.CommandLine;

/// <summary>What a command may use while it asks: nothing has happened yet, no lock is held, a person may take time.</summary>
/// <param name="Parse">The command line.</param>
/// <param name="Settings">The configuration in force.</param>
/// <param name="Terminal">For questions and progress.</param>
/// <param name="Interrupted">Cancelled when the user interrupts.</param>
internal sealed record Asking(ParseResult Parse, Settings Settings, Terminal Terminal, CancellationToken Interrupted)
{
    /// <summary>The value of an argument; the parser has refused a line without one that is required.</summary>
    internal T Get<T>(Argument<T> argument) => Parse.GetValue(argument)!;

    /// <summary>The value of an option, or its default.</summary>
    internal T Get<T>(Option<T> option) => Parse.GetValue(option)!;
}
