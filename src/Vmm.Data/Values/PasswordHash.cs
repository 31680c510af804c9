namespace Vmm.Data.Values;

/// <summary>A password as Dovecot reads it: <c>{SCHEME}text</c> or <c>{SCHEME.ENCODING}text</c>. Never printed by accident.</summary>
public sealed class PasswordHash
{
    /// <summary>Longest stored text in characters: the column users.passwd of vmm 0.7.</summary>
    public const int MaxLength = 270;

    /// <summary>Takes a complete hash with its scheme.</summary>
    public PasswordHash(string stored)
    {
        Stored = stored;
    }

    /// <summary>What goes into the database.</summary>
    public string Stored { get; }

    /// <summary>Does not reveal the hash.</summary>
    public override string ToString() => "{hidden}";
}
