using System.CommandLine;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.CommandLine;

/// <summary>When something ends: <c>--expires</c>, or an option with another name.</summary>
internal static class ExpiryOption
{
    internal static Option<string?> Make(string description) => new("--expires") { HelpName = "when", Description = description };

    /// <summary>Null where the option is not given.</summary>
    /// <exception cref="VmmException">2, 44.</exception>
    internal static Expiry? Value(Asking asking, Option<string?> option) =>
        asking.Get(option) is { } text ? Expiry.Parse(text, DateTime.UtcNow) : null;
}
