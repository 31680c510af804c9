using Vmm.Core.MailServers.Dovecot;
using Vmm.Core.Passwords;
using Vmm.Data.Failures;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>How many accounts have a password in one scheme.</summary>
/// <param name="Scheme">
/// In upper case, without an encoding. Where the passwords name none it is Dovecot's default, or the word default if that is not
/// known here.
/// </param>
/// <param name="Kind">Of CRYPT the kind of hash: DES, or what it begins with, such as $6$, or null.</param>
/// <param name="HasPrefix">Whether the passwords name their scheme, in braces or by $1$ in front.</param>
/// <param name="Accounts">Number of accounts.</param>
/// <param name="Verdict">
/// What becomes of a login: accepted; weak, which Dovecot 2.4 refuses unless auth_allow_weak_schemes is set; refused, if the
/// Dovecot of this machine does so; unknown to Dovecot; or depends, because Dovecot's default is not known here.
/// </param>
public sealed record SchemeCount(string Scheme, string? Kind, bool HasPrefix, long Accounts, SchemeVerdict Verdict);

/// <summary>What <c>passwords</c> prints.</summary>
/// <param name="Accounts">Number of accounts in all.</param>
/// <param name="Dovecot">Version of the Dovecot of this machine, by which schemes are judged, or null.</param>
/// <param name="Schemes">The most frequent first.</param>
/// <param name="Undated">Number of accounts of which it is not known when their password was changed.</param>
public sealed record PasswordCount(long Accounts, string? Dovecot, IReadOnlyList<SchemeCount> Schemes, long Undated);

/// <summary>In which scheme the password of an account is.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Scheme">In upper case, without an encoding, as in the census.</param>
/// <param name="Kind">Of CRYPT the kind of hash, or null.</param>
/// <param name="HasPrefix">Whether the password names its scheme.</param>
/// <param name="Verdict">What becomes of a login, as in the census.</param>
/// <param name="PasswordChanged">When the password was changed last, UTC; left out where that is not known.</param>
public sealed record AccountScheme(
    string Address, string Scheme, string? Kind, bool HasPrefix, SchemeVerdict Verdict, DateTime? PasswordChanged);

/// <summary>Which accounts are asked for.</summary>
/// <param name="Domain">Those of one domain; null for all.</param>
/// <param name="Scheme">Those with this scheme; null for any.</param>
/// <param name="IsWeak">Those that Dovecot 2.4 refuses.</param>
/// <param name="OlderThan">Those whose password was changed before this time, UTC, and not since; null for any.</param>
/// <param name="After">Start after this account, in the order of the list; its domain must exist. Null starts at the top.</param>
/// <param name="Limit">At most this many; null for all.</param>
public sealed record PasswordRequest(
    DomainName? Domain, string? Scheme, bool IsWeak, DateTime? OlderThan, EmailAddress? After, long? Limit);

/// <summary>In which schemes the passwords of accounts are stored. It never tells a hash, or a part of one.</summary>
public static class PasswordCensus
{
    /// <summary>Stands for the scheme of passwords that name none.</summary>
    public const string Default = "default";

    /// <summary>Stands for what is in braces and cannot be a scheme.</summary>
    private const string Malformed = "malformed";

    /// <summary>Counts the schemes, of all domains or of one.</summary>
    /// <exception cref="VmmException">37 an alias domain, 57.</exception>
    public static PasswordCount Count(Session s, DomainName? domain)
    {
        var gid = Gid(s, domain);
        var dovecot = DovecotSchemes.Ask(s.Settings, s.Ct);
        // Several kinds of hashes may have one name.
        var schemes = from stored in PasswordSql.Schemes(s.Tx, gid)
                      group stored by Describe(stored, dovecot) with { Address = "", PasswordChanged = null } into alike
                      let accounts = alike.Sum(a => a.Accounts)
                      orderby accounts descending
                      select new SchemeCount(alike.Key.Scheme, alike.Key.Kind, alike.Key.HasPrefix, accounts, alike.Key.Verdict);
        var list = schemes.ToList();
        return new PasswordCount(list.Sum(c => c.Accounts), dovecot?.Version, list, PasswordSql.Undated(s.Tx, gid));
    }

    /// <summary>Who has a password in a scheme, one that Dovecot 2.4 refuses, or an old one: by domain and local part.</summary>
    /// <exception cref="VmmException">37 an alias domain, 57, 67 no such scheme.</exception>
    public static IEnumerable<AccountScheme> List(Session s, PasswordRequest request)
    {
        var gid = Gid(s, request.Domain);
        var after = request.After is { } address ? Addresses.Resolve(s, address).Own : null;
        var dovecot = DovecotSchemes.Ask(s.Settings, s.Ct);
        var schemes = PasswordSql.Schemes(s.Tx, gid);
        var wanted = request.Scheme is { } scheme
            ? schemes.FindAll(stored => IsNamed(stored, dovecot, scheme))
            : schemes.FindAll(stored => !request.IsWeak
                || SchemeVerdicts.Of(stored, dovecot) is SchemeVerdict.Weak or SchemeVerdict.Refused or SchemeVerdict.Unknown);
        if (request.OlderThan is not null && PasswordSql.Undated(s.Tx, gid) is > 0 and var undated)
        {
            s.Warn($"{Errors.Count(undated, "more account")} had the last change of the password before vmm kept its time");
        }

        if (wanted.Count == 0)
        {
            RequireScheme(request.Scheme, dovecot);
            return [];
        }

        return PasswordSql.Accounts(s.Tx, gid, wanted, request.OlderThan, after, request.Limit)
            .Select(account => Describe(account, dovecot));
    }

    private static long? Gid(Session s, DomainName? domain) => domain is null ? null : Domains.RequirePrimary(s, domain).Gid;

    private static AccountScheme Describe(StoredScheme stored, DovecotSchemes? dovecot)
    {
        var scheme = SchemeVerdicts.InForce(stored, dovecot);
        var kind = scheme is "CRYPT" or "" ? stored.Kind : "";
        return new AccountScheme(
            stored.Example,
            scheme.Length > 0 ? scheme : Default,
            kind.Length > 0 ? kind : scheme == "CRYPT" ? "DES" : null,
            stored.Scheme.Length > 0,
            SchemeVerdicts.Of(stored, dovecot),
            stored.Changed);
    }

    private static bool IsNamed(StoredScheme stored, DovecotSchemes? dovecot, string name) =>
        (name.Length > 0 && SchemeVerdicts.InForce(stored, dovecot).Equals(Base(name), StringComparison.OrdinalIgnoreCase))
        || (stored.Scheme.Length == 0 && name.Equals(Default, StringComparison.OrdinalIgnoreCase));

    /// <summary>A scheme that no account has may be mistyped.</summary>
    private static void RequireScheme(string? name, DovecotSchemes? dovecot)
    {
        string[] own = [Default, Malformed];
        if (name is not null && !own.Contains(name.ToLowerInvariant()) && !SchemeVerdicts.IsKnown(Base(name), dovecot))
        {
            _ = PasswordScheme.Parse(name);
        }
    }

    private static string Base(string name) => name.Split('.')[0].ToUpperInvariant();
}
