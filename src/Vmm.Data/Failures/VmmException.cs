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

    /// <summary>Makes one error from several: the code and text of the first, with the rest in <see cref="Others"/>.</summary>
    public static VmmException Of(IReadOnlyList<VmmException> errors) =>
        new(errors[0].Code, errors[0].Message, errors[0].Hint, errors[0]) { Others = [.. errors.Skip(1)] };

    /// <summary>Exit status of the process.</summary>
    public ErrorCode Code { get; }

    /// <summary>Further errors, for input of many lines each of which may be wrong.</summary>
    public IReadOnlyList<VmmException> Others { get; init; } = [];

    /// <summary>
    /// Whether the object exists but differs from the requested one. <c>--if-not-exists</c> does not tolerate that.
    /// </summary>
    public bool IsConflict { get; init; }

    /// <summary>The base directory of mail that cannot be opened; null for any other error.</summary>
    public string? BaseDirectory { get; init; }

    /// <summary>A sentence on what to do next, or null.</summary>
    public string? Hint { get; }
}
