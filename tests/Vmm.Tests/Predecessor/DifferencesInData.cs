namespace Vmm.Tests.Predecessor;

/// <summary>What is in the database and on the disk, and what Postfix and Dovecot are answered.</summary>
internal static class DifferencesInData
{
    private const string Answers = "What Postfix and Dovecot are answered";
    private const string Rows = "Rows";
    private const string Directories = "Directories";

    public static IReadOnlyList<Difference> All { get; } =
    [
        new(
            Answers,
            "`postfix_virtual_alias_map` answers a relocated user of a domain with a catch-all with the same address.",
            "It answers nothing.",
            "With an answer Postfix accepts the mail and bounces it later; without one, the sender gets the new address at once, "
                + "in the SMTP dialogue.",
            "0.7| answer postfix_virtual_alias_map moved@example.*|moved@example.*"),
        new(
            Answers,
            "`postfix_smtpd_sender_login_map` answers an alias with its destinations as they are stored: one step, with `%n`, "
                + "`%d` and `%=` not filled in, external addresses included.",
            "It answers the accounts that the alias ends in, over any number of aliases, each under every name of its domain, and "
                + "never an external address.",
            "A user may log in with any name of the account. An external address is no login here, and its owner must not be able "
                + "to send as a local user.",
            "0.7| answer postfix_smtpd_sender_login_map marks@*%*",
            "0.7| answer postfix_smtpd_sender_login_map many@*@a.example",
            "0.7| answer postfix_smtpd_sender_login_map out@*@elsewhere.example",
            "0.7| answer postfix_smtpd_sender_login_map togone@*|gone@example.com",
            "0.7| answer postfix_smtpd_sender_login_map missing@*|nobody@example.com",
            "0.7| answer postfix_smtpd_sender_login_map loop1@*|loop2@example.com",
            "0.7| answer postfix_smtpd_sender_login_map two@*|one@example.net",
            "now| answer postfix_smtpd_sender_login_map two@*|erin@example.*",
            "now| answer postfix_smtpd_sender_login_map one@*|erin@example.fr"
        ),
        new(
            Answers,
            "A domain is found by its name as it is stored: `xn--bcher-kva.example`.",
            "It is also found by its Unicode form: `bücher.example`.",
            "Postfix asks for this form when a client speaks SMTPUTF8.",
            "now| row postfix_gid xn--bcher-kva.example|bücher.example"),
        new(
            Answers,
            "A destination with a capital letter in its domain is refused, so there is no answer.",
            "It is answered in lower case.",
            "See above.",
            "now| answer postfix_* case@example.*|someone@elsewhere.example",
            "now| row alias example.com|case|someone@elsewhere.example"
        ),
        new(
            Answers,
            "`domainadd -t` and `domaintransport` convert a transport to lower case; `usertransport` does not.",
            "Transports keep their case everywhere.",
            "The next hop may be a path or a name in which case counts.",
            "0.7| answer postfix_transport_map *@noted.example|smtp:[relay.example.net]",
            "now| answer postfix_transport_map *@noted.example|SMTP:[Relay.Example.NET]",
            "0.7| row domain_data noted.example|*|smtp:[relay.example.net]|NULL",
            "now| row domain_data noted.example|*|SMTP:[Relay.Example.NET]|NULL",
            "0.7| row transport relay:[case.example]",
            "0.7| row transport smtp:[relay.example.net]",
            "now| row transport RELAY:[Case.Example]",
            "now| row transport SMTP:[Relay.Example.NET]"
        ),
        new(
            Rows,
            "A transport or quota limit is stored before anything else is checked, and stays if the command fails.",
            "It is stored with the change that needs it.",
            "A command that fails has changed nothing.",
            "0.7| row transport smtp:never", "0.7| row transport domain", "0.7| row quotalimit 3145728|0"),
        new(
            Rows,
            "An empty note is stored as an empty text.",
            "It is no note.",
            "Nobody can tell the two apart in what is printed.",
            "0.7| row domain_data example.net|*|smtp:y|", "now| row domain_data example.net|*|smtp:y|NULL"),

        new(
            Directories,
            "The first level below the base directory, when vmm makes it, has the mode 0711.",
            "0751, as Debian's package of 0.7 and its installation text make it.",
            "One mode, no matter what created it.",
            "0.7| tree d 711 root:root BASE/?", "now| tree d 751 root:root BASE/?"),
    ];
}
