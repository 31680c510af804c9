using Vmm.Data.Failures;




namespace Vmm.Data.Values;

/// <summary>Remarks on domains and accounts: free text, several lines if need be.</summary>
public static class NoteText
{
    /// <summary>Reads a remark; an empty one is none.</summary>
    /// <exception cref="VmmException">44 for control characters, which could do anything to the terminal of whoever reads it.</exception>
    public static string? Parse(string? text) => string.IsNullOrEmpty(text) ? null
        : text.Any(c => char.IsControl(c) && c is not ('\n' or '\t')) ? throw Errors.InvalidArgument("the note has control characters", "Line ends and tabs are allowed.")
        : text;
}
