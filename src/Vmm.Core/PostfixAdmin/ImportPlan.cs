using System.Collections.ObjectModel;
using Vmm.Core.Administration;
using Vmm.Core.Mailboxes;
using Vmm.Core.Passwords;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.PostfixAdmin;

/// <summary>A row of PostfixAdmin that is not imported unchanged.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Row">Its key.</param>
/// <param name="What">changed, left out, or refused.</param>
/// <param name="Reason">Why, or what is different.</param>
public sealed record ImportNote(string Table, string Row, string What, string Reason);

/// <summary>A mail directory that is moved.</summary>
/// <param name="Address">The account whose mail it is.</param>
/// <param name="From">Where it is.</param>
/// <param name="Octets">Size of all files in it, in bytes.</param>
public sealed record MailDirectory(string Address, string From, long Octets);

/// <summary>An account of PostfixAdmin.</summary>
/// <param name="Account">What it becomes.</param>
/// <param name="Mail">Its mail, where it is moved.</param>
public sealed record ImportedAccount(NewAccount Account, MailMove? Mail);

/// <summary>Options of an import.</summary>
/// <param name="MailDirectory">
/// The directory above the maildirs that column maildir names; null to leave the mail where it is.
/// </param>
/// <param name="Scheme">Scheme of password hashes whose form does not determine it; null where there are none.</param>
/// <param name="Skip">Whether rows that cannot be imported are left out; otherwise such a row stops the import.</param>
public sealed record ImportChoices(string? MailDirectory, PasswordScheme? Scheme, bool Skip);

/// <summary>All that an import adds, as data: it can be shown before it is done.</summary>
public sealed class ImportPlan
{
    /// <summary>Domains to add.</summary>
    public Collection<NewDomain> Domains { get; } = [];

    /// <summary>Alias domain names, and the domains that get them.</summary>
    public Collection<(DomainName Name, DomainName Domain)> AliasDomains { get; } = [];

    /// <summary>Accounts to add.</summary>
    public Collection<ImportedAccount> Accounts { get; } = [];

    /// <summary>Aliases to add.</summary>
    public Collection<NewAlias> Aliases { get; } = [];

    /// <summary>Catch-alls to add.</summary>
    public Collection<NewCatchAll> CatchAlls { get; } = [];

    /// <summary>
    /// Whether aliases that Postfix cannot expand are left out, which shows only
    /// when all are added; otherwise such an alias stops the import.
    /// </summary>
    public bool Skips { get; init; }

    /// <summary>Mail that is moved.</summary>
    public Collection<MailDirectory> Moves { get; } = [];

    /// <summary>What is not imported unchanged, row by row.</summary>
    public Collection<ImportNote> Notes { get; } = [];

    /// <summary>
    /// Plans a row; if that fails, the row is noted as refused, with the reason. A file that cannot be read is no fault of the row:
    /// with --skip-invalid, a mailbox would be left behind because too many files were open.
    /// </summary>
    /// <exception cref="VmmException">81.</exception>
    internal void Take(string table, string row, Action take)
    {
        try
        {
            take();
        }
        catch (VmmException e) when (e.Code != ErrorCode.FileSystem)
        {
            Refuse(table, row, e.Message);
        }
    }

    internal void Change(string table, string row, string reason) => Notes.Add(new ImportNote(table, row, "changed", reason));

    internal void LeaveOut(string table, string row, string reason) =>
        Notes.Add(new ImportNote(table, row, "left out", reason));

    internal void Refuse(string table, string row, string reason) => Notes.Add(new ImportNote(table, row, "refused", reason));
}
