namespace Vmm.Core.Mailboxes;

/// <summary>Mail that another program kept, and that a new home takes over by one rename.</summary>
/// <param name="Source">Absolute path of the maildir, no step of it a link.</param>
/// <param name="Uid">Whom it belongs to there, as all that is in it.</param>
/// <param name="Gid">Its group there, as of all that is in it.</param>
/// <param name="Mode">Permissions of the maildir itself there.</param>
public sealed record MailMove(string Source, long Uid, long Gid, UnixFileMode Mode);
