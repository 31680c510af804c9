namespace Vmm.Core.MailConfiguration;

/// <summary>For which programs mailconfig makes a configuration, and how.</summary>
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

    /// <summary>Password of the role postfix; null takes the one of the installed files, empty means that the server asks for none.</summary>
    public string? PostfixPassword { get; init; }

    /// <summary>The same of the role dovecot.</summary>
    public string? DovecotPassword { get; init; }

    /// <summary>Whether Postfix starts Dovecot's LDA for each message, as vmm's documents once had it, instead of LMTP.</summary>
    public bool Lda { get; init; }
}
