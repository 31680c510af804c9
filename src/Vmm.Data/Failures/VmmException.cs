namespace Vmm.Data.Failures;

/// <summary>
/// The one exception that carries a message for the user. <see cref="Exception.Message"/> is lower case without a final stop;
/// <see cref="Hint"/> says what to do next.
/// </summary>
public sealed class VmmException : Exception
{
    /// <summary>Makes an error for the user.</summary>
    public VmmException(ErrorCode code, string message, string? hint = null, Exception? cause = null)
        : base(message, cause)
    {
        Code = code;
        Hint = hint;
    }

    /// <summary>Several errors in one: the code of the first, and the others with it.</summary>
    public static VmmException Of(IReadOnlyList<VmmException> errors) =>
        new(errors[0].Code, errors[0].Message, errors[0].Hint, errors[0]) { Others = [.. errors.Skip(1)] };

    /// <summary>Exit status of the process.</summary>
    public ErrorCode Code { get; }

    /// <summary>Further errors, for input of many lines of which each may be wrong.</summary>
    public IReadOnlyList<VmmException> Others { get; init; } = [];

    /// <summary>Whether something exists, but not as it was wanted: <c>--if-not-exists</c> does not help then.</summary>
    public bool IsConflict { get; init; }

    /// <summary>A sentence on what to do next, or null.</summary>
    public string? Hint { get; }
}
