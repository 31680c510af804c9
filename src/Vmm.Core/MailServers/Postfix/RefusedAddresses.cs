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

    private const string BadSyntax = "501 5.1.3 Bad recipient address syntax";

    /// <summary>Null for a local part that Postfix accepts.</summary>
    /// <param name="localPart">The part before the last @.</param>
    /// <param name="rules">What main.cf allows.</param>
    /// <param name="isRoute">Whether Postfix follows the route: it does not relay there, whatever main.cf allows.</param>
    internal static Refusal? Of(string localPart, PostfixRules rules, bool isRoute = false)
    {
        if (OfHyphen(localPart, rules) is { } refusal)
        {
            return refusal;
        }

        if (RouteOf(localPart) is not { } sign || (rules.AllowsRoutes && !isRoute))
        {
            return null;
        }

        var reason = $"Postfix reads the {sign} in it as a route";
        return isRoute && Follow(localPart) is (var route, false)
            ? new Refusal(BadSyntax, $"{reason} to {route}")
            : new Refusal("554 5.7.1 Relay access denied", $"{reason}, which outsiders may not use");
    }

    /// <summary>What makes a route of a local part; null where nothing does.</summary>
    internal static char? RouteOf(string localPart) =>
        localPart.AsSpan().IndexOfAny(Routes) is >= 0 and var at ? localPart[at] : null;

    /// <summary>Where the route in a local part leads, and whether that is a name that a domain can have.</summary>
    internal static (string Address, bool IsValid) Follow(string localPart)
    {
        var bang = localPart.Contains('@', StringComparison.Ordinal) ? -1 : localPart.IndexOf('!', StringComparison.Ordinal);
        var (user, domain) = bang >= 0 ? (localPart[(bang + 1)..], localPart[..bang])
            : localPart.AsSpan().LastIndexOfAny("@%") is var at and >= 0 ? (localPart[..at], localPart[(at + 1)..])
            : (localPart, "");
        var isValid = domain.Split('.').All(label =>
            label.Length > 0 && label[0] != '-' && label[^1] != '-'
            && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
        return ($"{user}@{domain}", isValid);
    }

    /// <summary>Postfix takes such an address for an option of a program, wherever the mail goes.</summary>
    internal static Refusal? OfHyphen(string localPart, PostfixRules rules) => localPart.StartsWith('-') && !rules.AllowsHyphens
        ? new Refusal(BadSyntax, "it begins with a hyphen")
        : null;

    /// <summary>Whether Postfix has to be asked for its rules; nearly all local parts are harmless.</summary>
    internal static bool MayBe(string localPart) => localPart.StartsWith('-') || localPart.AsSpan().IndexOfAny(Routes) >= 0;
}
