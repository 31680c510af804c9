namespace Vmm.Data.Values;

/// <summary>
/// A password hash as Dovecot reads it: <c>{SCHEME}text</c> or <c>{SCHEME.ENCODING}text</c>. <see cref="ToString"/> hides it, so
/// that it is never printed by accident.
/// </summary>
public sealed class PasswordHash
{
    /// <summary>Longest stored text in characters: the column users.passwd of vmm 0.7.</summary>
    public const int MaxLength = 270;

    /// <summary>Takes a complete hash with its scheme.</summary>
    public PasswordHash(string stored)
    {
        Stored = stored;
    }

    /// <summary>The form in the database.</summary>
    public string Stored { get; }

    /// <summary>Does not reveal the hash.</summary>
    public override string ToString() => "{hidden}";
}
