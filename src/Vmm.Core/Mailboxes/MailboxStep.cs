namespace Vmm.Core.Mailboxes;

/// <summary>A change of mail directories, as data: it can be listed, performed and undone.</summary>
public abstract record MailboxStep(DomainPath Domain)
{
    /// <summary>Absolute path of the directory that it is about.</summary>
    public abstract string Path { get; }
}

/// <summary>Makes a domain's directory, root:gid.</summary>
public sealed record MakeDomain(DomainPath Domain, UnixFileMode Mode) : MailboxStep(Domain)
{
    /// <inheritdoc/>
    public override string Path => Domain.ToString();
}

/// <summary>Makes an account's home with its mailbox, uid:gid.</summary>
public sealed record MakeHome(DomainPath Domain, long Uid, UnixFileMode Mode, UnixFileMode DomainMode, MaildirLayout Layout)
    : MailboxStep(Domain)
{
    /// <inheritdoc/>
    public override string Path => $"{Domain}/{Uid}";
}

/// <summary>Makes the homes of many accounts of a domain, uid:gid.</summary>
public sealed record MakeHomes(
    DomainPath Domain, IReadOnlyList<long> Uids, UnixFileMode Mode, UnixFileMode DomainMode, MaildirLayout Layout)
    : MailboxStep(Domain)
{
    /// <summary>By uid: mail that takes the place of a new mailbox.</summary>
    public IReadOnlyDictionary<long, MailMove> Mail { get; init; } = new Dictionary<long, MailMove>();

    /// <inheritdoc/>
    public override string Path => Domain.ToString();
}

/// <summary>Moves an account's home with all mail into the directory of another domain, and gives it that domain's group.</summary>
/// <param name="From">The domain that it belonged to.</param>
/// <param name="Domain">The domain that it belongs to from now on.</param>
/// <param name="Uid">Whose home it is.</param>
/// <param name="DomainMode">Of the domain's directory, if that has to be made.</param>
public sealed record MoveHome(DomainPath From, DomainPath Domain, long Uid, UnixFileMode DomainMode) : MailboxStep(Domain)
{
    /// <inheritdoc/>
    public override string Path => $"{Domain}/{Uid}";

    /// <summary>Absolute path that it had.</summary>
    public string Source => $"{From}/{Uid}";
}

/// <summary>Removes an account's home with all mail, after the commit.</summary>
public sealed record RemoveHome(DomainPath Domain, long Uid) : MailboxStep(Domain)
{
    /// <inheritdoc/>
    public override string Path => $"{Domain}/{Uid}";
}

/// <summary>Removes a domain's directory with all mail, after the commit.</summary>
public sealed record RemoveDomain(DomainPath Domain) : MailboxStep(Domain)
{
    /// <inheritdoc/>
    public override string Path => Domain.ToString();
}
