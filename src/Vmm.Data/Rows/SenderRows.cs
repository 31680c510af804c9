namespace Vmm.Data.Rows;

/// <summary>What an account may send as because it was granted.</summary>
/// <param name="Sender">An address, or @ and a domain for all its addresses.</param>
/// <param name="Expires">When that ends, UTC; left out if it does not.</param>
/// <param name="IsExpired">Whether it has ended.</param>
public sealed record SendAs(string Sender, DateTime? Expires, bool IsExpired);

/// <summary>An account that may send as an address because it was granted.</summary>
/// <param name="LocalPart">Of the sender address; empty for all addresses of the domain.</param>
/// <param name="Uid">Of the account.</param>
/// <param name="Account">Its address under the primary name of its domain.</param>
/// <param name="Expires">When that ends, UTC; null if it does not.</param>
/// <param name="IsExpired">Whether it has ended.</param>
internal sealed record SenderGrantRow(string LocalPart, long Uid, string Account, DateTime? Expires, bool IsExpired);
