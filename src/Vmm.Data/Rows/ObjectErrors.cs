using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Data.Rows;

/// <summary>Errors that name a domain, an address or a destination; one place for their words.</summary>
public static class ObjectErrors
{
    /// <summary>57.</summary>
    public static VmmException NoSuchDomain(DomainName name) => name.Problem ?? new(
        ErrorCode.NoSuchDomain,
        $"the domain '{name}' does not exist",
        $"'vmm listdomains' lists the domains, 'vmm domainadd {name}' adds it.");

    /// <summary>38.</summary>
    public static VmmException DomainExists(DomainName name) => new(ErrorCode.DomainExists, $"the domain '{name}' already exists");

    /// <summary>37.</summary>
    public static VmmException DomainIsAlias(DomainName name, string primary) => new(
        ErrorCode.DomainIsAlias,
        $"the domain '{name}' is an alias domain of '{primary}'",
        $"Use the primary name '{primary}'.");

    /// <summary>37, for the address of something new.</summary>
    public static VmmException AddressInAliasDomain(EmailAddress address, string primary) => new(
        ErrorCode.DomainIsAlias,
        $"the domain '{address.Domain}' is an alias domain of '{primary}'",
        $"Use the address '{address.LocalPart}@{primary}'.");

    /// <summary>23.</summary>
    public static VmmException AliasDomainExists(DomainName alias, DomainName primary, bool asWanted) => new(
        ErrorCode.AliasDomainExists,
        $"the alias domain '{alias}' exists already; it belongs to '{primary}'",
        asWanted ? null : $"'vmm aliasdomainswitch {alias} DOMAIN' moves it to a different domain.")
    {
        IsConflict = !asWanted,
    };

    /// <summary>24.</summary>
    public static VmmException AliasDomainIsDomain(DomainName name) => new(
        ErrorCode.AliasDomainIsDomain,
        $"'{name}' is a primary domain, not an alias domain",
        $"'vmm domaininfo {name}' shows it.");

    /// <summary>54.</summary>
    public static VmmException NoSuchAliasDomain(DomainName name) => name.Problem ?? new(
        ErrorCode.NoSuchAliasDomain,
        $"the alias domain '{name}' does not exist",
        "'vmm listdomains' shows alias domains below their domains.");

    /// <summary>53, for a domain without a catch-all.</summary>
    public static VmmException NoCatchAll(DomainName domain) => new(
        ErrorCode.NoSuchAlias, $"the domain '{domain}' has no catch-all", $"'vmm catchalladd {domain} ADDRESS' adds one.");

    /// <summary>53, when none of the destinations to delete is there.</summary>
    public static VmmException NoSuchCatchAllDestinations(DomainName domain) => new(
        ErrorCode.NoSuchAlias,
        $"the catch-all of '{domain}' has none of these destinations",
        $"'vmm catchallinfo {domain}' shows its destinations.");

    /// <summary>20.</summary>
    public static VmmException DomainNotEmpty(DomainName name, long accounts, long aliases, long relocated) => new(
        ErrorCode.AccountAndAliasPresent,
        $"the domain '{name}' still has {Errors.Count(accounts, "account")}, {Errors.Count(aliases, "alias", "aliases")}"
        + $" and {Errors.Count(relocated, "relocated user")}",
        "Pass --force to delete them as well.");

    /// <summary>21.</summary>
    public static VmmException AccountExists(EmailAddress address) => new(
        ErrorCode.AccountExists,
        $"there is already an account with the address '{address}'",
        $"'vmm userinfo {address}' shows it.");

    /// <summary>21, for an alias.</summary>
    public static VmmException AccountInstead(EmailAddress address) => new(
        ErrorCode.AccountExists,
        $"there is already an account with the address '{address}'",
        $"A Sieve filter of the account can forward its mail. 'vmm userinfo {address}' shows the account.");

    /// <summary>28.</summary>
    public static VmmException AliasExists(EmailAddress address) => new(
        ErrorCode.AliasExists,
        $"there is already an alias with the address '{address}'",
        $"'vmm aliasdelete {address}' deletes the alias.");

    /// <summary>60.</summary>
    public static VmmException RelocatedExists(EmailAddress address) => new(
        ErrorCode.RelocatedExists,
        $"there is already a relocated user with the address '{address}'",
        $"'vmm relocateddelete {address}' deletes the relocated user.");

    /// <summary>52.</summary>
    public static VmmException NoSuchAccount(EmailAddress address) => address.Domain.Problem ?? new(
        ErrorCode.NoSuchAccount,
        $"the account '{address}' does not exist",
        $"'vmm listusers -p {address.Domain}' lists the accounts.");

    /// <summary>53.</summary>
    public static VmmException NoSuchAlias(EmailAddress address) => address.Domain.Problem ?? new(
        ErrorCode.NoSuchAlias,
        $"the alias '{address}' does not exist",
        $"'vmm listaliases -p {address.Domain}' lists the aliases.");

    /// <summary>The same error for an address that is something else: its hint names the commands for that.</summary>
    public static VmmException Instead(VmmException missing, EmailAddress address, AddressKind? kind)
    {
        var (what, commands) = kind switch
        {
            AddressKind.Account => ("an account", "user"),
            AddressKind.Alias => ("an alias", "alias"),
            AddressKind.Relocated => ("a relocated user", "relocated"),
            _ => ("", ""),
        };
        return kind is null ? missing : new VmmException(
            missing.Code,
            missing.Message,
            $"It is {what}: 'vmm {commands}info {address}' shows it, 'vmm {commands}delete {address}' deletes it.");
    }

    /// <summary>53, when none of the destinations to delete is there.</summary>
    public static VmmException NoSuchDestinations(EmailAddress address) => new(
        ErrorCode.NoSuchAlias,
        $"the alias '{address}' has none of these destinations",
        $"'vmm aliasinfo {address}' shows its destinations.");

    /// <summary>58.</summary>
    public static VmmException NoSuchRelocated(EmailAddress address) => address.Domain.Problem ?? new(
        ErrorCode.NoSuchRelocated,
        $"the relocated user '{address}' does not exist",
        $"'vmm listrelocated -p {address.Domain}' lists the relocated users.");

    /// <summary>59.</summary>
    public static VmmException RelocatedIdentical(EmailAddress address) =>
        new(ErrorCode.RelocatedIdentical, $"the relocated user '{address}' cannot move to its own address");

    /// <summary>60, when the destination is the one that is stored.</summary>
    public static VmmException RelocatedUnchanged(EmailAddress address, Destination destination) =>
        new(ErrorCode.RelocatedExists, $"the relocated user '{address}' with the destination '{destination}' already exists");

    /// <summary>30.</summary>
    /// <param name="address">The address that is to be deleted.</param>
    /// <param name="aliases">The aliases that lead to it.</param>
    /// <param name="catchAlls">The domains whose catch-all leads to it.</param>
    /// <param name="areExtended">Whether some lead to it with an extension.</param>
    public static VmmException StillPointedTo(
        EmailAddress address, IReadOnlyCollection<string> aliases, IReadOnlyCollection<string> catchAlls, bool areExtended)
    {
        List<string> all = [.. aliases, .. catchAlls.Select(d => $"@{d}")];
        var (one, many) = catchAlls.Count == 0 ? ("alias has", "aliases have")
            : aliases.Count == 0 ? ("catch-all has", "catch-alls have")
            : ("", "aliases and catch-alls have");
        return new VmmException(
            ErrorCode.AliasPresent,
            $"{Errors.Count(all.Count, one, many)} the destination '{address}'"
            + $"{(areExtended ? ", with or without an extension" : "")}: {string.Join(' ', all.Take(5))}"
            + $"{(all.Count > 5 ? " ..." : "")}",
            "Pass --force to delete these destinations as well.");
    }
}
