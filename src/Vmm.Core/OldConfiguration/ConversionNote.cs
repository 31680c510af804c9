namespace Vmm.Core.OldConfiguration;

/// <summary>A line of an old vmm.cfg that is different in vmm.toml, or a new line.</summary>
/// <param name="Line">Line in the old file; null for a new line.</param>
/// <param name="What">renamed, changed, dropped or added.</param>
/// <param name="From">Section.option in the old file; null for a new line.</param>
/// <param name="To">Section.option in vmm.toml; null for a dropped line.</param>
/// <param name="Value">Value as it is written there; null for secrets and for a dropped line.</param>
/// <param name="Reason">Why; null where the name says everything.</param>
public sealed record ConversionNote(int? Line, string What, string? From, string? To, string? Value, string? Reason);
