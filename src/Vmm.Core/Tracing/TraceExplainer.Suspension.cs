using Vmm.Data.Rows;
using Vmm.Data.Values;

namespace Vmm.Core.Tracing;

/// <content>What a suspension changes.</content>
internal sealed partial class TraceExplainer
{
    private static readonly string Refuse = EnumWords.Of(SuspensionMode.Refuse);
    private static readonly string Defer = EnumWords.Of(SuspensionMode.Defer);

    /// <summary>Whether mail to every address of its domain is refused, aliases included.</summary>
    private bool IsRefused(TraceKey address) => maps.DomainOf(address)?.Suspended == Refuse;

    /// <summary>Whether this is the transport that the maps have because of a suspension.</summary>
    private bool OfSuspension(TraceKey address, string transport)
    {
        string?[] modes = [Known(address)?.Suspended, maps.DomainOf(address)?.Suspended];
        return (modes.Contains(Refuse) && transport.StartsWith("error:", StringComparison.Ordinal))
            || (modes.Contains(Defer) && transport.StartsWith("retry:", StringComparison.Ordinal));
    }

    private IEnumerable<TraceRule> SuspensionRule(TraceKey address)
    {
        if (maps.DomainOf(address) is not { } domain)
        {
            yield break;
        }

        if (Known(address) is { Suspended: { } mode } account)
        {
            var whole = domain.Suspended is null ? "" : $", as {domain.Primary} is";
            var mail = mode == Refuse ? "refused" : mode == Defer ? "deferred" : "received";
            yield return new TraceRule(
                "suspended", true, $"{account.Address} is suspended{whole}: nobody can log in, and mail is {mail}");
        }
        else if (domain.Suspended == Refuse)
        {
            yield return new TraceRule("suspended", true, $"{domain.Primary} is suspended: mail to all its addresses is refused");
        }
    }
}
