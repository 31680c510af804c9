namespace Vmm.Data.Values;

/// <summary>How and where below the home an account's mail is kept; a row of table maillocation.</summary>
/// <param name="Format">maildir, mdbox or sdbox.</param>
/// <param name="Directory">Name of the mailbox root below the home, 1 to 20 characters, no path.</param>
public sealed record MailLocation(string Format, string Directory)
{
    /// <summary>As <c>userinfo</c> shows it and Dovecot takes it.</summary>
    public override string ToString() => $"{Format}:~/{Directory}";
}
