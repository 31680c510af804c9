namespace Vmm;

/// <summary>Every error text about names and objects, one factory each: lower case, no final stop, naming the thing. Hints are sentences.</summary>
public static class Errors
{
    /// <summary>39, or 41 when the name is too long.</summary>
    public static VmmException DomainInvalid(string name, string reason, int length = 0) => new(
        length > DomainName.MaxLength ? ErrorCode.DomainTooLong : ErrorCode.DomainInvalid,
        $"the domain name '{name}' is invalid: {reason}",
        "A domain name looks like 'example.com'.");

    /// <summary>40.</summary>
    public static VmmException DomainMissing() => new(ErrorCode.DomainMissing, "there is no domain name", "A domain looks like 'example.com', an address like 'user@example.com'.");

    /// <summary>57.</summary>
    public static VmmException NoSuchDomain(DomainName name) =>
        name.Problem ?? new(ErrorCode.NoSuchDomain, $"the domain '{name}' does not exist", $"'vmm listdomains' shows what is there, 'vmm domainadd {name}' adds it.");

    /// <summary>38.</summary>
    public static VmmException DomainExists(DomainName name) => new(ErrorCode.DomainExists, $"the domain '{name}' already exists");

    /// <summary>37.</summary>
    public static VmmException DomainIsAlias(DomainName name, string primary) =>
        new(ErrorCode.DomainIsAlias, $"the domain '{name}' is an alias domain of '{primary}'", $"Use the primary name '{primary}'.");

    /// <summary>37, for the address of something new.</summary>
    public static VmmException AddressInAliasDomain(EmailAddress address, string primary) => new(
        ErrorCode.DomainIsAlias,
        $"the domain '{address.Domain}' is an alias domain of '{primary}'",
        $"Use the address '{address.LocalPart}@{primary}'.");

    /// <summary>23.</summary>
    public static VmmException AliasDomainExists(DomainName alias, DomainName primary, bool asWanted) => new(
        ErrorCode.AliasDomainExists,
        $"the alias domain '{alias}' exists already; it belongs to '{primary}'",
        asWanted ? null : $"'vmm aliasdomainswitch {alias} DOMAIN' gives it to another domain.")
    {
        IsConflict = !asWanted,
    };

    /// <summary>24.</summary>
    public static VmmException AliasDomainIsDomain(DomainName name) =>
        new(ErrorCode.AliasDomainIsDomain, $"'{name}' is a domain of its own, not an alias domain", $"'vmm domaininfo {name}' shows it.");

    /// <summary>54.</summary>
    public static VmmException NoSuchAliasDomain(DomainName name) =>
        name.Problem ?? new(ErrorCode.NoSuchAliasDomain, $"the alias domain '{name}' does not exist", "'vmm listdomains' shows alias domains below their domains.");

    /// <summary>70.</summary>
    public static VmmException InvalidMailLocation(string transport, string format) => new(
        ErrorCode.InvalidMailLocation,
        $"the transport '{transport}' cannot deliver to mailboxes in the format {format}",
        "Postfix's own delivery knows maildir only; use Dovecot's, for example 'lmtp:unix:private/dovecot-lmtp'.");

    /// <summary>53, for a domain without a catch-all.</summary>
    public static VmmException NoCatchAll(DomainName domain) => new(
        ErrorCode.NoSuchAlias, $"the domain '{domain}' has no catch-all", $"'vmm catchalladd {domain} ADDRESS' adds one.");

    /// <summary>53, when none of the destinations to delete is there.</summary>
    public static VmmException NoSuchCatchAllDestinations(DomainName domain) => new(
        ErrorCode.NoSuchAlias, $"the catch-all of '{domain}' has none of these destinations", $"'vmm catchallinfo {domain}' shows its destinations.");

    /// <summary>20.</summary>
    public static VmmException DomainNotEmpty(DomainName name, long accounts, long aliases, long relocated) => new(
        ErrorCode.AccountAndAliasPresent,
        $"the domain '{name}' still has {Count(accounts, "account")}, {Count(aliases, "alias", "aliases")} and {Count(relocated, "relocated user")}",
        "Pass --force to delete them as well.");

    /// <summary>43.</summary>
    public static VmmException InvalidAddress(string text) =>
        new(ErrorCode.InvalidAddress, $"'{text}' is not an address", "An address has exactly one '@': local-part@domain.");

    /// <summary>47.</summary>
    public static VmmException LocalPartMissing(string text) => new(ErrorCode.LocalPartInvalid, $"the address '{text}' has no local part");

    /// <summary>47.</summary>
    public static VmmException LocalPartInvalid(string localPart, string reason) =>
        new(ErrorCode.LocalPartInvalid, $"the local part '{localPart}' is invalid: {reason}");

    /// <summary>48.</summary>
    public static VmmException LocalPartTooLong(string localPart) =>
        new(ErrorCode.LocalPartTooLong, $"the local part '{localPart}' is longer than {EmailAddress.MaxLocalPart} octets");

    /// <summary>86.</summary>
    public static VmmException AddressTooLong(string address) =>
        new(ErrorCode.AddressTooLong, $"the address '{address}' is longer than {EmailAddress.MaxLength} octets");

    /// <summary>21.</summary>
    public static VmmException AccountExists(EmailAddress address) => new(ErrorCode.AccountExists, $"there is already an account with the address '{address}'");

    /// <summary>28.</summary>
    public static VmmException AliasExists(EmailAddress address) => new(ErrorCode.AliasExists, $"there is already an alias with the address '{address}'");

    /// <summary>60.</summary>
    public static VmmException RelocatedExists(EmailAddress address) =>
        new(ErrorCode.RelocatedExists, $"there is already a relocated user with the address '{address}'");

    /// <summary>52.</summary>
    public static VmmException NoSuchAccount(EmailAddress address) =>
        address.Domain.Problem ?? new(ErrorCode.NoSuchAccount, $"the account '{address}' does not exist", $"'vmm listusers -p {address.Domain}' shows what is there.");

    /// <summary>52, by uid.</summary>
    public static VmmException NoSuchUid(long uid) => new(ErrorCode.NoSuchAccount, $"there is no account with the uid {uid}");

    /// <summary>53.</summary>
    public static VmmException NoSuchAlias(EmailAddress address) =>
        address.Domain.Problem ?? new(ErrorCode.NoSuchAlias, $"the alias '{address}' does not exist", $"'vmm listaliases -p {address.Domain}' shows what is there.");

    /// <summary>53, when none of the destinations to delete is there.</summary>
    public static VmmException NoSuchDestinations(EmailAddress address) => new(
        ErrorCode.NoSuchAlias, $"the alias '{address}' has none of these destinations", $"'vmm aliasinfo {address}' shows its destinations.");

    /// <summary>58.</summary>
    public static VmmException NoSuchRelocated(EmailAddress address) => address.Domain.Problem ?? new(
        ErrorCode.NoSuchRelocated, $"the relocated user '{address}' does not exist", $"'vmm listrelocated -p {address.Domain}' shows what is there.");

    /// <summary>59.</summary>
    public static VmmException RelocatedIdentical(EmailAddress address) =>
        new(ErrorCode.RelocatedIdentical, $"the relocated user '{address}' cannot move to its own address");

    /// <summary>60, when the destination is the one that is stored.</summary>
    public static VmmException RelocatedUnchanged(EmailAddress address, Destination destination) =>
        new(ErrorCode.RelocatedExists, $"the relocated user '{address}' with the destination '{destination}' already exists");

    /// <summary>30.</summary>
    public static VmmException AliasesPointTo(EmailAddress address, IReadOnlyCollection<string> aliases) => new(
        ErrorCode.AliasPresent,
        $"{Count(aliases.Count, "alias has", "aliases have")} the destination '{address}': {string.Join(' ', aliases.Take(5))}{(aliases.Count > 5 ? " ..." : "")}",
        "Pass --force to delete these destinations as well.");

    /// <summary>27.</summary>
    public static VmmException ExpansionLimit(string alias, long count, long limit) => new(
        ErrorCode.AliasExceedsExpansionLimit,
        $"{alias} would expand to {count} destinations, Postfix accepts {limit}",
        "Raise virtual_alias_expansion_limit in main.cf, or give fewer destinations.");

    /// <summary>27, for aliases of aliases of aliases.</summary>
    public static VmmException RecursionLimit(string alias, int depth, long limit) => new(
        ErrorCode.AliasExceedsExpansionLimit,
        $"{alias} would be nested {depth} deep, Postfix follows fewer than {limit}",
        "Name the final addresses themselves, or raise virtual_alias_recursion_limit in main.cf.");

    /// <summary>85.</summary>
    public static VmmException AliasLoop(IEnumerable<string> loop) =>
        new(ErrorCode.AliasLoop, $"the alias would lead back to itself: {string.Join(" -> ", loop)}", "Postfix cannot deliver mail in a loop: leave one of these destinations out.");

    /// <summary>44.</summary>
    public static VmmException InvalidArgument(string message, string? hint = null) => new(ErrorCode.InvalidArgument, message, hint);

    /// <summary>39 or 47, for the pattern of a list.</summary>
    public static VmmException PatternInvalid(string pattern, bool localPart) => new(
        localPart ? ErrorCode.LocalPartInvalid : ErrorCode.DomainInvalid,
        $"the pattern '{pattern}' contains invalid characters",
        "A pattern is a name with '%' at its beginning, its end or both.");

    /// <summary>35.</summary>
    public static VmmException Database(string reason, string? hint, Exception? cause = null) => new(ErrorCode.Database, $"the database {reason}", hint, cause);

    /// <summary>82.</summary>
    public static VmmException SchemaUnknown(string reason, string hint) => new(ErrorCode.SchemaUnknown, reason, hint);

    /// <summary>81.</summary>
    public static VmmException FileSystem(string doing, string path, string reason) => new(
        ErrorCode.FileSystem, $"cannot {doing} '{path}': {reason}", "Nothing was changed; mend the file system and run the command again.");

    /// <summary>84.</summary>
    public static VmmException UnsafePath(string path, string reason) => new(
        ErrorCode.UnsafePath, $"refusing to touch '{path}': {reason}", "Below the base directory vmm follows no symbolic link and trusts no foreign owner; 'vmm check' lists what is wrong.");

    /// <summary>80.</summary>
    public static VmmException DirectoryNotRemoved(string path, string reason) => new(
        ErrorCode.DirectoryNotRemoved,
        $"the database rows are deleted, but '{path}' could not be removed: {reason}",
        "Remove it by hand; 'vmm check' lists every directory without a row.");

    /// <summary>A number with its noun.</summary>
    public static string Count(long number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? one + "s")}";
}
