namespace Vmm.Core.MailConfiguration;

/// <summary>The programs for which mailconfig makes a configuration, and how.</summary>
/// <param name="Postfix">Whether Postfix is one of them.</param>
/// <param name="Dovecot">Whether Dovecot is one of them.</param>
public sealed record MailConfigurationRequest(bool Postfix, bool Dovecot)
{
    /// <summary>Such as 3.10; null asks Postfix.</summary>
    public string? PostfixVersion { get; init; }

    /// <summary>Such as 2.4; null asks Dovecot.</summary>
    public string? DovecotVersion { get; init; }

    /// <summary>Where main.cf is; null asks Postfix.</summary>
    public string? PostfixDirectory { get; init; }

    /// <summary>Where dovecot.conf is; null asks Dovecot.</summary>
    public string? DovecotDirectory { get; init; }

    /// <summary>
    /// Password of the role postfix; null means the one in the installed files, empty means that the server asks for none.
    /// </summary>
    public string? PostfixPassword { get; init; }

    /// <summary>Password of the role dovecot, likewise.</summary>
    public string? DovecotPassword { get; init; }

    /// <summary>
    /// Whether Postfix starts Dovecot's LDA for each message, as in the documentation of older vmm, instead of LMTP.
    /// </summary>
    public bool Lda { get; init; }

    /// <summary>Whether settings of the administrator that are in the way are replaced; otherwise nothing is installed.</summary>
    public bool Replace { get; init; }
}
