namespace Vmm.Data.Values;

/// <summary>Who makes a change, for the journal.</summary>
/// <param name="Login">Name of the administrator.</param>
/// <param name="LoginUid">User id of the login, which sudo and su keep; null where there was none, as in a service.</param>
/// <param name="Host">Name of the machine.</param>
/// <param name="Command">The command line without secrets.</param>
public sealed record Author(string? Login, long? LoginUid, string? Host, string? Command)
{
    /// <summary>Nothing is known but the role in the database.</summary>
    public static Author Nobody { get; } = new(null, null, null, null);
}
