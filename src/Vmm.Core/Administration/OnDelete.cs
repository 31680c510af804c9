namespace Vmm.Core.Administration;

/// <summary>What becomes of the mail of a deleted account or domain.</summary>
public enum OnDelete
{
    /// <summary>It stays where it is, as in vmm 0.7.</summary>
    Keep,

    /// <summary>It goes into the trash.</summary>
    Trash,

    /// <summary>It is removed at once.</summary>
    Remove,
}
