using Vmm.Core.MailServers.Postfix;
using Vmm.Data.Rows;

namespace Vmm.Core.Tracing;

/// <summary>What happens to mail to an address.</summary>
public sealed record TraceResult
{
    /// <summary>The address as it was looked up: its domain in A-labels.</summary>
    public required string Address { get; init; }

    /// <summary>What canonical maps of Postfix made of it, in order; only where they have it.</summary>
    public IReadOnlyList<TraceCanonical>? Canonical { get; init; }

    /// <summary>
    /// What Postfix does with mail to it: accepted, refused, deferred (a loop, a limit,
    /// or a transport that defers), elsewhere (the domain is external) or no-address.
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>The same as a sentence without a final stop.</summary>
    public required string Text { get; init; }

    /// <summary>The way from an address back to itself; only where aliases are in a loop.</summary>
    public IReadOnlyList<string>? Loop { get; init; }

    /// <summary>Every address on the way, the first one first.</summary>
    public required IReadOnlyList<TraceStep> Steps { get; init; }

    /// <summary>The final recipients, each once; empty for mail that is not accepted.</summary>
    public required IReadOnlyList<TraceDelivery> Deliveries { get; init; }

    /// <summary>Who may use a sender address; only with <c>--sender</c>.</summary>
    public TraceSender? Sender { get; init; }

    /// <summary>The lookups of Postfix and Dovecot on the way, with the answers of the database.</summary>
    public required IReadOnlyList<TraceQuestion> Questions { get; init; }

    /// <summary>Number of lookups whose answer in the running Postfix and Dovecot is different; only with <c>--live</c>.</summary>
    public int? Differences { get; init; }

    /// <summary>What waits in Postfix's queue, and what its log says last; only with <c>--queue</c>.</summary>
    public TraceWaiting? Queue { get; init; }
}

/// <summary>One replacement of the recipient, before aliases are looked up.</summary>
/// <param name="Map">recipient_canonical_maps or canonical_maps.</param>
/// <param name="From">The address that was looked up.</param>
/// <param name="To">The address in its place.</param>
public sealed record TraceCanonical(string Map, string From, string To);

/// <summary>What Postfix is doing with mail to or from the address, or an address that it leads to.</summary>
/// <param name="Count">Number of messages in the queue.</param>
/// <param name="Messages">The oldest of them, at most 20.</param>
/// <param name="Log">Where the lines are from: a file, or the journal; left out where this system has no log of Postfix.</param>
/// <param name="Lines">The last lines of the log that name an address, at most 20, the newest last.</param>
public sealed record TraceWaiting(int Count, IReadOnlyList<QueuedMessage> Messages, string? Log, IReadOnlyList<string> Lines);

/// <summary>One address on the way.</summary>
public sealed record TraceStep
{
    /// <summary>The address.</summary>
    public required string Address { get; init; }

    /// <summary>What decided: alias, catch-all, account, relocated, none (unknown in a local domain) or elsewhere.</summary>
    public required string Decision { get; init; }

    /// <summary>The rules that apply to it, in Postfix's order.</summary>
    public required IReadOnlyList<TraceRule> Rules { get; init; }

    /// <summary>The addresses that replace it; empty for a final recipient. An address may be among its own.</summary>
    public required IReadOnlyList<string> Next { get; init; }

    /// <summary>Where mail to it goes; only for a final recipient.</summary>
    public TraceDelivery? Delivery { get; init; }
}

/// <summary>A rule, and whether it decided.</summary>
/// <param name="Rule">
/// domain, suspended, alias, catch-all, relocated, account, none (no such address), transport, or dovecot (where Dovecot delivers
/// to another account than Postfix found).
/// </param>
/// <param name="Won">
/// Whether it decided; false for a rule that would have decided if a different one did not come before it.
/// </param>
/// <param name="Text">What it says, or why it did not decide; without a final stop.</param>
public sealed record TraceRule(string Rule, bool Won, string Text);

/// <summary>The delivery to a final recipient.</summary>
/// <param name="Address">The recipient as Postfix passes it on, with its extension.</param>
/// <param name="Outcome">
/// mailbox, full (over quota, so that Dovecot rejects it), deferred (its user cannot enter a directory on the way, or it is
/// suspended), relocated, unknown, elsewhere, discarded, or bounced (Postfix does not reject it, but it cannot be delivered).
/// </param>
/// <param name="Text">What happens, as a sentence without a final stop.</param>
/// <param name="Transport">
/// How Postfix delivers the mail, for example <c>lmtp:unix:private/dovecot-lmtp</c>; left out for mail that leaves or bounces.
/// </param>
/// <param name="Account">The account of the mailbox.</param>
public sealed record TraceDelivery(
    string Address, string Outcome, string Text, string? Transport = null, TraceAccount? Account = null);

/// <summary>Who may use a sender address.</summary>
/// <param name="Address">The sender, its domain in A-labels.</param>
/// <param name="Logins">The login names of the accounts that may use it.</param>
/// <param name="Allowed">Whether the traced address is one of them.</param>
public sealed record TraceSender(string Address, IReadOnlyList<string> Logins, bool Allowed);

/// <summary>One lookup of Postfix or Dovecot.</summary>
/// <param name="Map">The parameter of main.cf that names the map; userdb for a lookup of Dovecot.</param>
/// <param name="Key">What is looked up.</param>
/// <param name="Answers">The answer of the database; empty for none. For userdb its fields.</param>
public sealed record TraceQuestion(string Map, string Key, IReadOnlyList<string> Answers)
{
    /// <summary>The answer of the running server; only with <c>--live</c>.</summary>
    public IReadOnlyList<string>? Live { get; init; }

    /// <summary>Whether the two answers differ; only with <c>--live</c>.</summary>
    public bool? Differs => Live is null ? null : !Live.ToHashSet().SetEquals(Answers);
}
