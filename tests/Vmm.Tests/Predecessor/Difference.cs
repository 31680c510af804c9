namespace Vmm.Tests.Predecessor;

/// <summary>A difference from 0.7 that is meant, in an administrator's words, and how it shows.</summary>
/// <param name="About">The chapter of the document.</param>
/// <param name="Was">What 0.7 does.</param>
/// <param name="Now">What this vmm does.</param>
/// <param name="Why">The reason.</param>
/// <param name="Lines">Patterns of the lines that only one side has, marked <c>0.7| </c> or <c>now| </c>. Each of them must match
/// one.</param>
internal sealed record Difference(string About, string Was, string Now, string Why, params string[] Lines);
