using System.Text.Json.Serialization;
using Vmm.Data.Values;

namespace Vmm.Data.Rows;

/// <summary>A suspension of an account, or of all accounts of a domain.</summary>
/// <param name="Mode">
/// What becomes of mail: nologin (it is received), refuse or defer. Nobody can log in, whichever it is.
/// </param>
/// <param name="Until">When it ends by itself, UTC; left out for one that somebody has to end.</param>
/// <param name="Reason">Why, for administrators; or null.</param>
/// <param name="Text">What senders are answered; null for a usual text.</param>
public sealed record Suspension(
    [property: JsonConverter(typeof(EnumWordConverter<SuspensionMode>))] SuspensionMode Mode,
    DateTime? Until,
    string? Reason,
    string? Text);
