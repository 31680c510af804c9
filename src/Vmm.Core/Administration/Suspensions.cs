using Vmm.Core.MailServers.Dovecot;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>What a suspension is to be; null for what stays as it is, or is usual.</summary>
/// <param name="Mode">What becomes of mail.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Reason">From <see cref="NoteText.ParseNamed"/>; empty for none.</param>
/// <param name="Text">From <see cref="RefusalText.Parse"/>; empty for the usual one.</param>
public sealed record SuspensionChange(SuspensionMode? Mode, Expiry? Until, string? Reason, string? Text)
{
    /// <summary>The suspension in place of the one in force, or of none.</summary>
    /// <exception cref="VmmException">44 a text that nobody would get.</exception>
    internal Suspension Apply(Suspension? old)
    {
        var mode = Mode ?? old?.Mode ?? SuspensionMode.Nologin;
        if (mode == SuspensionMode.Nologin && !string.IsNullOrEmpty(Text))
        {
            throw Errors.InvalidArgument(
                "the text is for senders, and mail is received",
                "With '--mode refuse' or '--mode defer' they get it; '--reason' is for administrators.");
        }

        return new Suspension(
            mode,
            Until is null ? old?.Until : Until.At,
            Reason is null ? old?.Reason : Reason.Length == 0 ? null : Reason,
            mode == SuspensionMode.Nologin || Text is "" ? null : Text ?? old?.Text);
    }
}

/// <summary>An account that is suspended.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Suspension">As it is now.</param>
public sealed record SuspendedAccount(string Address, Suspension Suspension);

/// <summary>A domain that is suspended.</summary>
/// <param name="Domain">Its primary name.</param>
/// <param name="Suspension">As it is now.</param>
public sealed record SuspendedDomain(string Domain, Suspension Suspension);

/// <summary>An account whose suspension is ended.</summary>
/// <param name="Address">Under the primary name of its domain.</param>
/// <param name="Resumed">Whether it was suspended.</param>
public sealed record ResumedAccount(string Address, bool Resumed);

/// <summary>A domain whose suspension is ended.</summary>
/// <param name="Domain">Its primary name.</param>
/// <param name="Resumed">Whether it was suspended.</param>
public sealed record ResumedDomain(string Domain, bool Resumed);

/// <summary>
/// Suspended accounts and domains: nobody logs in, and mail is received, refused or deferred. Of an account and its domain the
/// stricter suspension applies.
/// </summary>
public static class Suspensions
{
    /// <summary>Suspends an account, or changes its suspension. Sessions end.</summary>
    /// <exception cref="VmmException">44, 52, 57.</exception>
    public static SuspendedAccount Suspend(Session s, EmailAddress address, SuspensionChange change)
    {
        var account = Accounts.Hold(s, address);
        var suspension = change.Apply(SuspensionSql.OfAccount(s.Tx, account.Uid));
        SuspensionSql.SetAccount(s.Tx, account.Uid, suspension);
        DovecotSessions.Changed(s, Accounts.Names(s, account));
        return new SuspendedAccount(account.Address.ToString(), suspension);
    }

    /// <summary>Ends the suspension of an account; without one there is a warning.</summary>
    /// <exception cref="VmmException">52, 57.</exception>
    public static ResumedAccount Resume(Session s, EmailAddress address)
    {
        var account = Accounts.Hold(s, address);
        var isSuspended = SuspensionSql.OfAccount(s.Tx, account.Uid) is not null;
        if (isSuspended)
        {
            SuspensionSql.SetAccount(s.Tx, account.Uid, null);
            DovecotSessions.Forget(s, [.. Accounts.Names(s, account)]);
        }
        else
        {
            s.Warn($"the account '{account.Address}' is not suspended");
        }

        WarnOfDomain(s, account.Gid, account.Address);
        return new ResumedAccount(account.Address.ToString(), isSuspended);
    }

    /// <summary>Suspends all accounts of a domain, or changes their suspension. Sessions end.</summary>
    /// <exception cref="VmmException">37, 44, 57.</exception>
    public static SuspendedDomain Suspend(Session s, DomainName name, SuspensionChange change)
    {
        var domain = DomainLocks.Hold(s, name);
        var suspension = change.Apply(SuspensionSql.OfDomain(s.Tx, domain.Gid));
        SuspensionSql.SetDomain(s.Tx, domain.Gid, suspension);
        DovecotSessions.DomainChanged(s, [domain.Name.Ascii, .. DomainSql.AliasNames(s.Tx, domain.Gid)]);
        return new SuspendedDomain(domain.Name.Ascii, suspension);
    }

    /// <summary>Ends the suspension of a domain; without one there is a warning. Accounts keep suspensions of their own.</summary>
    /// <exception cref="VmmException">37, 57.</exception>
    public static ResumedDomain Resume(Session s, DomainName name)
    {
        var domain = DomainLocks.Hold(s, name);
        var isSuspended = SuspensionSql.OfDomain(s.Tx, domain.Gid) is not null;
        if (isSuspended)
        {
            SuspensionSql.SetDomain(s.Tx, domain.Gid, null);
            DovecotSessions.Forget(s);
        }
        else
        {
            s.Warn($"the domain '{domain.Name.Ascii}' is not suspended");
        }

        if (SuspensionSql.Count(s.Tx, domain.Gid) is > 0 and var own)
        {
            s.Warn($"{Errors.Count(own, "account")} of '{domain.Name.Ascii}' {(own == 1 ? "is" : "are")} still suspended, for"
                + $" {(own == 1 ? "itself" : "themselves")}");
        }

        return new ResumedDomain(domain.Name.Ascii, isSuspended);
    }

    /// <summary>Warns where an account that should work does not, because its domain is suspended.</summary>
    internal static void WarnOfDomain(Session s, long gid, EmailAddress address)
    {
        if (SuspensionSql.OfDomain(s.Tx, gid) is not null)
        {
            s.Warn($"the domain '{address.Domain}' is suspended, and '{address}' with it: "
                + $"'vmm domainresume {address.Domain}' ends that");
        }
    }
}
