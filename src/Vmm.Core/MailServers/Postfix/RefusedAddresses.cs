namespace Vmm.Core.MailServers.Postfix;

/// <summary>Why Postfix rejects mail to an address.</summary>
/// <param name="Answer">To RCPT TO, with its codes.</param>
/// <param name="Reason">The end of a sentence that begins with the address; without a final stop.</param>
internal sealed record Refusal(string Answer, string Reason);

/// <summary>Local parts that RFC 5321 allows, and vmm too, and that Postfix rejects unless main.cf says otherwise.</summary>
internal static class RefusedAddresses
{
    /// <summary>What Postfix reads as a route to another server: for any domain that it does not relay to.</summary>
    internal const string Routes = "%!@";

    /// <summary>Null for a local part that Postfix accepts.</summary>
    /// <param name="localPart">The part before the last @.</param>
    /// <param name="rules">What main.cf allows.</param>
    internal static Refusal? Of(string localPart, PostfixRules rules)
    {
        if (OfHyphen(localPart, rules) is { } refusal)
        {
            return refusal;
        }

        return RouteOf(localPart) is not { } sign || rules.AllowsRoutes
            ? null
            : new Refusal(
                "554 5.7.1 Relay access denied", $"Postfix reads the {sign} in it as a route, which outsiders may not use");
    }

    /// <summary>What makes a route of a local part; null where nothing does.</summary>
    internal static char? RouteOf(string localPart) =>
        localPart.AsSpan().IndexOfAny(Routes) is >= 0 and var at ? localPart[at] : null;

    /// <summary>Postfix takes such an address for an option of a program, wherever the mail goes.</summary>
    internal static Refusal? OfHyphen(string localPart, PostfixRules rules) => localPart.StartsWith('-') && !rules.AllowsHyphens
        ? new Refusal("501 5.1.3 Bad recipient address syntax", "it begins with a hyphen")
        : null;

    /// <summary>Whether Postfix has to be asked for its rules; nearly all local parts are harmless.</summary>
    internal static bool MayBe(string localPart) => localPart.StartsWith('-') || localPart.AsSpan().IndexOfAny(Routes) >= 0;
}
