using Vmm.Data.Failures;

namespace Vmm.Data.Values;

/// <summary>Notes on domains and accounts: free text of one or more lines.</summary>
public static class NoteText
{
    /// <summary>Reads a note; an empty text is no note.</summary>
    /// <exception cref="VmmException">
    /// 44 for control characters, which could disturb the terminal of anyone who reads the note.
    /// </exception>
    public static string? Parse(string? text) => ParseNamed(text, "note");

    /// <summary>The same for a text with another name.</summary>
    /// <exception cref="VmmException">44.</exception>
    public static string? ParseNamed(string? text, string noun) => string.IsNullOrEmpty(text) ? null
        : text.Any(c => char.IsControl(c) && c is not ('\n' or '\t'))
            ? throw Errors.InvalidArgument($"the {noun} has control characters", "Line ends and tabs are allowed.")
        : text;
}
