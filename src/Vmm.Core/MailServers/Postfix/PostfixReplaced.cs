namespace Vmm.Core.MailServers.Postfix;

/// <summary>The words for what an administrator loses when vmm sets a parameter or an option.</summary>
internal static class PostfixReplaced
{
    /// <summary>
    /// Whether an option of a service refuses something that the service accepts without it, and that matters to others than the
    /// accounts of vmm.
    /// </summary>
    internal static bool IsRestriction(string name, string value) => name switch
    {
        "smtpd_tls_security_level" or "smtpd_client_restrictions" => true,
        "smtpd_sender_restrictions" => value == PostfixTemplates.Senders,
        _ => false,
    };

    /// <summary>The rest of a sentence; empty where the values say everything.</summary>
    internal static string Meaning(string name) => name switch
    {
        "smtpd_tls_security_level" => ": it would refuse clients without TLS",
        "smtpd_client_restrictions" => ": it would refuse clients that do not log in",
        "smtpd_sender_restrictions" => ": it would refuse senders that belong to no account of vmm",
        "smtpd_sasl_type" or "smtpd_sasl_path" => ": users whom only the old one knows could not log in to send mail",
        "smtpd_tls_auth_only" => ": users could not log in to send mail without TLS",
        "virtual_mailbox_base" => ": Postfix's own virtual(8) would look for mailboxes elsewhere",
        _ => "",
    };
}
