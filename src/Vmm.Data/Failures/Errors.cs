namespace Vmm.Data.Failures;

/// <summary>
/// Every error text about names and objects, one factory each: lower case, no
/// final stop, with the name of the object. Hints are sentences.
/// </summary>
public static class Errors
{
    /// <summary>What to do about a file system that fails, before anything was changed.</summary>
    public const string RepairFileSystem = "Nothing was changed; repair the file system and run the command again.";

    /// <summary>39, or 41 when the name is too long.</summary>
    public static VmmException DomainInvalid(string name, string reason, bool isTooLong = false) => new(
        isTooLong ? ErrorCode.DomainTooLong : ErrorCode.DomainInvalid,
        $"the domain name '{name}' is invalid: {reason}",
        "A domain name looks like 'example.com'.");

    /// <summary>40.</summary>
    public static VmmException DomainMissing() => new(
        ErrorCode.DomainMissing,
        "there is no domain name",
        "A domain looks like 'example.com', an address like 'user@example.com'.");

    /// <summary>70.</summary>
    public static VmmException InvalidMailLocation(string transport, string format) => new(
        ErrorCode.InvalidMailLocation,
        $"the transport '{transport}' cannot deliver to mailboxes in the format {format}",
        "Postfix's own delivery supports maildir only; use Dovecot's, for example 'lmtp:unix:private/dovecot-lmtp'.");

    /// <summary>43.</summary>
    public static VmmException InvalidAddress(string text) =>
        new(ErrorCode.InvalidAddress, $"'{text}' is not an address", "An address has exactly one '@': local-part@domain.");

    /// <summary>47.</summary>
    public static VmmException LocalPartMissing(string text) => new(
        ErrorCode.LocalPartInvalid,
        $"the address '{text}' has no local part",
        "A destination is a whole address.");

    /// <summary>47, for an address of vmm's own: @example.com is how Postfix's tables write a catch-all.</summary>
    public static VmmException LocalPartMissing(string text, string domain) => new(
        ErrorCode.LocalPartInvalid,
        $"the address '{text}' has no local part",
        $"A catch-all has commands of its own: 'vmm catchalladd {domain} ADDRESS', 'vmm catchallinfo {domain}' and"
        + $" 'vmm catchalldelete {domain}'.");

    /// <summary>47.</summary>
    public static VmmException LocalPartInvalid(string localPart, string reason) =>
        new(ErrorCode.LocalPartInvalid, $"the local part '{localPart}' is invalid: {reason}");

    /// <summary>48.</summary>
    public static VmmException LocalPartTooLong(string localPart, int limit) =>
        new(ErrorCode.LocalPartTooLong, $"the local part '{localPart}' is longer than {limit} bytes");

    /// <summary>86.</summary>
    public static VmmException AddressTooLong(string address, int limit) =>
        new(ErrorCode.AddressTooLong, $"the address '{address}' is longer than {limit} bytes");

    /// <summary>52, by uid.</summary>
    public static VmmException NoSuchUid(long uid) => new(ErrorCode.NoSuchAccount, $"there is no account with the uid {uid}");

    /// <summary>27.</summary>
    public static VmmException ExpansionLimit(string alias, long count, long limit) => new(
        ErrorCode.AliasExceedsExpansionLimit,
        $"{alias} would expand to {count} destinations, Postfix accepts {limit}",
        "Raise virtual_alias_expansion_limit in main.cf, or give fewer destinations.");

    /// <summary>27, for aliases of aliases of aliases.</summary>
    public static VmmException RecursionLimit(string alias, int depth, long limit) => new(
        ErrorCode.AliasExceedsExpansionLimit,
        $"{alias} would be nested {depth} deep, Postfix follows fewer than {limit}",
        "Use the final addresses as destinations, or raise virtual_alias_recursion_limit in main.cf.");

    /// <summary>85.</summary>
    public static VmmException AliasLoop(IEnumerable<string> loop) => new(
        ErrorCode.AliasLoop,
        $"the alias would lead back to itself: {string.Join(" -> ", loop)}",
        "Postfix cannot deliver mail in a loop: leave one of these destinations out.");

    /// <summary>44.</summary>
    public static VmmException InvalidArgument(string message, string? hint = null) =>
        new(ErrorCode.InvalidArgument, message, hint);

    /// <summary>39 or 47, for the pattern of a list.</summary>
    public static VmmException PatternInvalid(string pattern, bool localPart) => new(
        localPart ? ErrorCode.LocalPartInvalid : ErrorCode.DomainInvalid,
        $"the pattern '{pattern}' contains invalid characters",
        "A pattern is a name with '%' at its beginning, its end or both.");

    /// <summary>35.</summary>
    public static VmmException Database(string reason, string? hint, Exception? cause = null) =>
        new(ErrorCode.Database, $"the database {reason}", hint, cause);

    /// <summary>82.</summary>
    public static VmmException SchemaUnknown(string reason, string hint) => new(ErrorCode.SchemaUnknown, reason, hint);

    /// <summary>81.</summary>
    public static VmmException FileSystem(string doing, string path, string reason) => new(
        ErrorCode.FileSystem,
        $"cannot {doing} '{path}': {reason}",
        RepairFileSystem);

    /// <summary>84.</summary>
    public static VmmException UnsafePath(string path, string reason) => new(
        ErrorCode.UnsafePath,
        $"refusing to touch '{path}': {reason}",
        "Below the base directory vmm follows no symbolic link and trusts no foreign owner; 'vmm check' lists what is wrong.");

    /// <summary>80.</summary>
    public static VmmException DirectoryNotRemoved(string path, string reason) => new(
        ErrorCode.DirectoryNotRemoved,
        $"the database rows are deleted, but '{path}' could not be removed: {reason}",
        "Remove it by hand; 'vmm check' lists every directory without a row.");

    /// <summary>80, where the mail should be in the trash now.</summary>
    public static VmmException NotInTrash(string path, string reason) => new(
        ErrorCode.DirectoryNotRemoved,
        $"the database rows are deleted, but '{path}' could not be moved into the trash: {reason}",
        "When that is repaired, 'vmm check --repair' moves it there.");

    /// <summary>80, where the mail is in the trash, but may be back at its place when the machine crashes.</summary>
    public static VmmException NotInTrashDurably(string path, string reason) => new(
        ErrorCode.DirectoryNotRemoved,
        $"the database rows are deleted and '{path}' is in the trash, but perhaps not on disk: {reason}",
        "After a crash of the machine, 'vmm check --repair' moves there what is back.");

    /// <summary>80, where the removal has begun: the directory has another name already.</summary>
    public static VmmException RemovalNotFinished(string path, VmmException reason) => new(
        ErrorCode.DirectoryNotRemoved,
        $"the database rows are deleted, but '{path}' could not be removed: {reason.Message}",
        reason.Code == ErrorCode.Interrupted
            ? "'vmm check --repair' removes the rest."
            : "When that is repaired, 'vmm check --repair' removes the rest.");

    /// <summary>80, where it is gone, but may come back when the machine crashes.</summary>
    public static VmmException RemovalNotDurable(string path, string reason) => new(
        ErrorCode.DirectoryNotRemoved,
        $"the database rows are deleted and '{path}' is removed, but perhaps not on disk: {reason}",
        "After a crash of the machine, 'vmm check --repair' removes what is there again.");

    /// <summary>81, where a file has its new content already.</summary>
    public static VmmException NotDurable(string path, string reason) => new(
        ErrorCode.FileSystem,
        $"'{path}' is changed, but perhaps not on disk: {reason}",
        "After a crash of the machine the old content may be back. Repair the file system.");

    /// <summary>A number with its noun.</summary>
    public static string Count(long number, string one, string? many = null) =>
        $"{number} {(number == 1 ? one : many ?? one + "s")}";
}
