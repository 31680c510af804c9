namespace Vmm.Data.Rows;

/// <summary>Which changes are asked for; null where it does not matter.</summary>
/// <param name="Domains">To these, by gid, or anything in them.</param>
/// <param name="LocalPart">With the domains: to this address.</param>
/// <param name="Names">The names of the object, for what was called so and is called otherwise now.</param>
/// <param name="Since">At this time or later.</param>
/// <param name="Until">Before this time.</param>
/// <param name="By">By this administrator, or role in the database.</param>
/// <param name="Limit">At most this many, the latest.</param>
internal sealed record JournalFilter(
    IReadOnlyCollection<long>? Domains,
    string? LocalPart,
    IReadOnlyCollection<string>? Names,
    DateTime? Since,
    DateTime? Until,
    string? By,
    long? Limit);

/// <summary>A change of the database.</summary>
/// <param name="Number">The number that it is known by.</param>
/// <param name="Began">When its transaction began, in UTC.</param>
/// <param name="Login">The administrator, where vmm said so.</param>
/// <param name="LoginUid">User id of the login, where vmm said so.</param>
/// <param name="Host">The machine on which vmm ran.</param>
/// <param name="Command">The command line of vmm.</param>
/// <param name="Role">The role in the database.</param>
/// <param name="Program">The name that the program gave itself.</param>
/// <param name="Client">The address of the program; null for a Unix socket.</param>
/// <param name="Entries">How many objects it changed.</param>
/// <param name="First">The first of them that was asked for; null where its entries are gone.</param>
internal sealed record ChangeRow(
    long Number,
    DateTime Began,
    string? Login,
    long? LoginUid,
    string? Host,
    string? Command,
    string Role,
    string? Program,
    string? Client,
    long Entries,
    JournalRow? First);

/// <summary>What a change did to an object.</summary>
/// <param name="Kind">domain, domain name, account, alias, relocated user, catch-all, or a table of choices.</param>
/// <param name="Number">uid, gid or key of a choice.</param>
/// <param name="Domain">Its domain; null for a choice.</param>
/// <param name="LocalPart">Its local part; null for what has none.</param>
/// <param name="Was">Its address before, if that changed.</param>
/// <param name="Before">JSON of its properties; null for what was added.</param>
/// <param name="After">JSON of its properties; null for what was deleted.</param>
/// <param name="PasswordChanged">Whether an account got another password.</param>
internal sealed record JournalRow(
    string Kind, long Number, string? Domain, string? LocalPart, string? Was, string? Before, string? After, bool PasswordChanged);

/// <summary>What went from the journal.</summary>
/// <param name="Changes">Number of changes.</param>
/// <param name="Entries">What they had done: number of entries.</param>
/// <param name="Passwords">Number of passwords that they had taken away.</param>
/// <param name="LastBegan">When the last of the changes began, UTC; null where there was none.</param>
internal sealed record PrunedRows(long Changes, long Entries, long Passwords, DateTime? LastBegan);
