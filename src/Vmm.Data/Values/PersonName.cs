using Vmm.Data.Failures;

namespace Vmm.Data.Values;

/// <summary>The real name of an account's user.</summary>
public static class PersonName
{
    /// <summary>Longest name in characters: the column users.name of vmm 0.7.</summary>
    public const int MaxLength = 128;

    /// <summary>Reads a name; an empty text is no name.</summary>
    /// <exception cref="VmmException">44 too long, or with control characters.</exception>
    public static string? Parse(string? text) => string.IsNullOrEmpty(text) ? null
        : text.Length > MaxLength
            ? throw Errors.InvalidArgument($"the name '{text[..20]}...' is longer than {MaxLength} characters")
        : text.Any(char.IsControl) ? throw Errors.InvalidArgument($"the name '{text}' has control characters")
        : text;
}
