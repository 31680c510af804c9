namespace Vmm.Data.Values;

/// <summary>What becomes of mail to a suspended account. Its user cannot log in, whichever it is.</summary>
public enum SuspensionMode
{
    /// <summary>It is received.</summary>
    Nologin,

    /// <summary>Postfix keeps it in its queue, and bounces it after some days.</summary>
    Defer,

    /// <summary>Postfix refuses it, with a text.</summary>
    Refuse,
}
