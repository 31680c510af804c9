using System.Collections.ObjectModel;
using Vmm.Core.Administration;
using Vmm.Core.Mailboxes;
using Vmm.Core.Passwords;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.PostfixAdmin;

/// <summary>A row of PostfixAdmin that is not carried over as it is.</summary>
/// <param name="Table">In which it stands.</param>
/// <param name="Row">Its key.</param>
/// <param name="What">changed, left out, or refused.</param>
/// <param name="Reason">Why, or what is different.</param>
public sealed record ImportNote(string Table, string Row, string What, string Reason);

/// <summary>A mail directory that is moved.</summary>
/// <param name="Address">The account whose mail it is.</param>
/// <param name="From">Where it is.</param>
/// <param name="Octets">Of all files in it.</param>
public sealed record MailDirectory(string Address, string From, long Octets);

/// <summary>An account of PostfixAdmin.</summary>
/// <param name="Account">What it becomes.</param>
/// <param name="Mail">Its mail, where it is moved.</param>
public sealed record ImportedAccount(NewAccount Account, MailMove? Mail);

/// <summary>How an import is to be done.</summary>
/// <param name="MailDirectory">Below it are the maildirs, as column maildir names them; null to leave them where they are.</param>
/// <param name="Scheme">Of passwords whose form does not tell it; null where there ought to be none.</param>
/// <param name="Skip">Whether what cannot be carried over is left out; else nothing is done.</param>
public sealed record ImportChoices(string? MailDirectory, PasswordScheme? Scheme, bool Skip);

/// <summary>All that an import adds, as data: it can be shown before it is done.</summary>
public sealed class ImportPlan
{
    /// <summary>Domains to add.</summary>
    public Collection<NewDomain> Domains { get; } = [];

    /// <summary>Further names, and the domains that get them.</summary>
    public Collection<(DomainName Name, DomainName Domain)> AliasDomains { get; } = [];

    /// <summary>Accounts to add.</summary>
    public Collection<ImportedAccount> Accounts { get; } = [];

    /// <summary>Aliases to add.</summary>
    public Collection<(EmailAddress Address, IReadOnlyList<Destination> Destinations)> Aliases { get; } = [];

    /// <summary>Catch-alls to add.</summary>
    public Collection<(DomainName Domain, IReadOnlyList<Destination> Destinations)> CatchAlls { get; } = [];

    /// <summary>Whether aliases that Postfix could not follow, which show only when all are there, are left out; else nothing is done.</summary>
    public bool Skips { get; init; }

    /// <summary>Mail that is moved.</summary>
    public Collection<MailDirectory> Moves { get; } = [];

    /// <summary>What is not carried over as it is, row by row.</summary>
    public Collection<ImportNote> Notes { get; } = [];

    /// <summary>Takes a row; one that is refused is noted with the reason.</summary>
    internal void Take(string table, string row, Action take)
    {
        try
        {
            take();
        }
        catch (VmmException e)
        {
            Refuse(table, row, e.Message);
        }
    }

    internal void Change(string table, string row, string reason) => Notes.Add(new ImportNote(table, row, "changed", reason));

    internal void LeaveOut(string table, string row, string reason) => Notes.Add(new ImportNote(table, row, "left out", reason));

    internal void Refuse(string table, string row, string reason) => Notes.Add(new ImportNote(table, row, "refused", reason));
}
