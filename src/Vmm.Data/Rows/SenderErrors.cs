using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Data.Rows;

/// <summary>Errors of the commands for sender grants.</summary>
public static class SenderErrors
{
    /// <summary>53, where an address or a domain is granted to nobody.</summary>
    public static VmmException NoGrant(SenderAddress sender) => sender.Domain.Problem ?? new(
        ErrorCode.NoSuchAlias,
        $"nobody was granted to send as '{sender}'",
        $"'vmm senderinfo {sender}' shows who may send as it, and why.");

    /// <summary>53, when none of the accounts has the grant.</summary>
    public static VmmException NotThese(SenderAddress sender) => new(
        ErrorCode.NoSuchAlias,
        $"none of these accounts was granted to send as '{sender}'",
        $"'vmm senderinfo {sender}' shows who may send as it, and why.");

    /// <summary>44, for an address of which Postfix cuts something off.</summary>
    public static VmmException Extended(SenderAddress sender, string shorter) => Errors.InvalidArgument(
        $"'{sender}' is '{shorter}' with an extension, and whoever may send as that may send as this",
        $"Grant the address without the extension: 'vmm senderadd {shorter} ACCOUNT'.");

    /// <summary>44.</summary>
    public static VmmException TooMany(SenderAddress sender, int most) => Errors.InvalidArgument(
        $"more than {most} accounts would be granted to send as '{sender}'",
        "Postfix reads all of them for each message. An account for a group, whose password they share, is another way.");
}
