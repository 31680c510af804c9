using System.Text.Json.Nodes;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>Which changes are asked for; null where it does not matter.</summary>
/// <param name="Domain">To this domain or anything in it.</param>
/// <param name="Address">To this address.</param>
/// <param name="Since">At this time or later, UTC.</param>
/// <param name="Until">Before this time, UTC.</param>
/// <param name="By">By this administrator, or this role in the database where vmm was not used.</param>
/// <param name="Limit">At most this many, the latest.</param>
public sealed record JournalRequest(
    DomainName? Domain, EmailAddress? Address, DateTime? Since, DateTime? Until, string? By, long? Limit);

/// <summary>What a change did to an object.</summary>
/// <param name="Action">added, changed or deleted.</param>
/// <param name="Kind">domain, domain name, account, alias, relocated user, catch-all, sender grant, or a table of choices.</param>
/// <param name="Object">Its address or domain; of a choice its number.</param>
/// <param name="Uid">User id of an account.</param>
/// <param name="Was">Its address before, if that changed.</param>
/// <param name="Before">Its properties before; left out for what was added.</param>
/// <param name="After">Its properties after; left out for what was deleted.</param>
/// <param name="PasswordChanged">Whether an account got another password.</param>
public sealed record JournalEntry(
    string Action, string Kind, string Object, long? Uid, string? Was, JsonObject? Before, JsonObject? After, bool PasswordChanged);

/// <summary>A change: one transaction.</summary>
/// <param name="Change">The number that it is known by.</param>
/// <param name="At">When it began, UTC.</param>
/// <param name="By">The administrator, or the role in the database where vmm was not used.</param>
/// <param name="LoginUid">User id of the login.</param>
/// <param name="Host">The machine on which vmm ran.</param>
/// <param name="Command">The command line of vmm, without secrets; left out for another program.</param>
/// <param name="Role">The role in the database.</param>
/// <param name="Program">The name that the program gave itself.</param>
/// <param name="Client">The address of the program; left out for a Unix socket.</param>
/// <param name="Entries">How many objects it changed.</param>
/// <param name="First">The first of them, or the first that was asked for.</param>
public sealed record JournalChange(
    long Change,
    DateTime At,
    string By,
    long? LoginUid,
    string? Host,
    string? Command,
    string Role,
    string? Program,
    string? Client,
    long Entries,
    JournalEntry? First);

/// <summary>A change with what it did.</summary>
/// <param name="Change">Who made it, and when.</param>
/// <param name="Entries">What it did, in the order in which it did it.</param>
/// <param name="Undo">What undoing it would do.</param>
public sealed record JournalDetails(JournalChange Change, IReadOnlyList<JournalEntry> Entries, UndoOutlook Undo);

/// <summary>Who changed what. Triggers keep the journal, so it has what other programs change too.</summary>
public static class Journal
{
    /// <summary>Changes, the latest first.</summary>
    public static IEnumerable<JournalChange> List(Session s, JournalRequest request) =>
        JournalSql.List(s.Tx, Filter(s, request)).Select(Read);

    /// <summary>Whether an argument is the number of a change, and not a name.</summary>
    public static bool IsNumber(string? text) => text is { Length: > 0 } && text.All(char.IsAsciiDigit);

    /// <summary>One change, with at most <paramref name="limit"/> of what it did.</summary>
    /// <exception cref="VmmException">96.</exception>
    public static JournalDetails Show(Session s, long number, long? limit)
    {
        var change = Require(s, number);
        return new JournalDetails(
            Read(change), [.. JournalSql.Entries(s.Tx, number, limit).Select(Read)], Undo.Look(s, number));
    }

    /// <summary>The change with this number.</summary>
    /// <exception cref="VmmException">96.</exception>
    internal static ChangeRow Require(Session s, long number) => JournalSql.One(s.Tx, number) ?? throw Missing(s, number);

    private static VmmException Missing(Session s, long number) =>
        PruneSql.Last(s.Tx) is { } last && number <= last.Change
            ? new VmmException(
                ErrorCode.NoSuchChange,
                $"the journal has no change {number} any more: it has those after {last.Began.ToLocalTime():yyyy-MM-dd HH:mm:ss}",
                "'vmm housekeeping' removes changes that are older than journal.days in vmm.toml.")
            : new VmmException(
                ErrorCode.NoSuchChange,
                $"the journal has no change {number}",
                "'vmm journal' lists the changes with their numbers.");

    /// <summary>What a session sees: the place from which <see cref="New"/> goes on.</summary>
    public static string Place(Session s) => JournalSql.Snapshot(s.Tx);

    /// <summary>Changes that were made since a place, the earliest first, and the place from which to go on.</summary>
    public static (IReadOnlyList<JournalChange> Changes, string Place) New(Session s, JournalRequest request, string place) =>
        ([.. JournalSql.New(s.Tx, Filter(s, request), place).Select(Read)], Place(s));

    /// <summary>A domain is the same under another name, so its objects are found by its number.</summary>
    private static JournalFilter Filter(Session s, JournalRequest request)
    {
        var (address, name) = (request.Address, (request.Address?.Domain ?? request.Domain)?.Ascii);
        var domains = name is null ? null : JournalSql.Domains(s.Tx, name, orAlias: address is not null);
        var names = name is null ? null
            : address is null ? [name]
            : JournalSql.Names(s.Tx, domains!).Append(name).Select(n => $"{address.LocalPart}@{n}").ToList();
        return new JournalFilter(
            domains, address?.LocalPart, names, request.Since, request.Until, request.By, request.Limit);
    }

    private static JournalChange Read(ChangeRow row) => new(
        row.Number,
        row.Began,
        row.Login ?? row.Role,
        row.LoginUid,
        row.Host,
        row.Command,
        row.Role,
        row.Program,
        row.Client,
        row.Entries,
        row.First is null ? null : Read(row.First));

    internal static JournalEntry Read(JournalRow row) => new(
        row.Before is null ? "added" : row.After is null ? "deleted" : "changed",
        row.Kind,
        row switch
        {
            { LocalPart: not null } => $"{row.LocalPart}@{row.Domain}",
            { Domain: not null } => row.Domain,
            _ => $"{row.Number}",
        },
        row.Kind == "account" ? row.Number : null,
        row.Was,
        row.Before is null ? null : JsonNode.Parse(row.Before)!.AsObject(),
        row.After is null ? null : JsonNode.Parse(row.After)!.AsObject(),
        row.PasswordChanged);
}
