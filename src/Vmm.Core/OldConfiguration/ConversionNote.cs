namespace Vmm.Core.OldConfiguration;

/// <summary>A line of an old vmm.cfg that is not in vmm.toml as it was, or a new one.</summary>
/// <param name="Line">In the old file; null for what is not there.</param>
/// <param name="What">renamed, changed, dropped or added.</param>
/// <param name="From">Section.option in the old file; null for what is not there.</param>
/// <param name="To">Section.option in vmm.toml; null for what is dropped.</param>
/// <param name="Value">As it is written there; null for secrets and for what is dropped.</param>
/// <param name="Reason">Why; null where the name says it all.</param>
public sealed record ConversionNote(int? Line, string What, string? From, string? To, string? Value, string? Reason);
