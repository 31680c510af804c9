using static Vmm.Tests.Predecessor.DeclaredDifferences;

namespace Vmm.Tests.Predecessor;

/// <summary>What commands accept, say and end with.</summary>
internal static class DifferencesInCommands
{
    private const string Names = "Domain names and addresses";
    private const string Arguments = "Arguments";
    private const string Output = "What is printed";
    private const string Passwords = "Passwords";
    private const string Aliases = "Aliases, catch-alls and alias domains";

    public static IReadOnlyList<Difference> All { get; } =
    [
        new(
            Names,
            "A label may begin or end with a hyphen, and a malformed `xn--` label is stored.",
            "Both are refused (39).",
            "Such a name cannot be delegated in the DNS, and one malformed name in the database made 0.7's `listdomains` crash "
                + "for all domains.",
            [
                .. Codes("domainadd -- -edge.example", 0, 39),
                .. Codes("domaindelete --delete-directory -- -edge.example", 0, 39),
                .. Codes("domainadd xn--zzzzzzzz--99.example", 0, 39),
                .. Codes("domaindelete xn--zzzzzzzz--99.example --delete-directory", 0, 39),
            ]
        ),
        new(
            Names,
            "An empty label and one of more than 63 characters end in a traceback (1).",
            "They are malformed names (39).",
            "A mistyped name deserves a message, and scripts need an exit code of its own.",
            [.. Codes("domainadd double..dot.example", 1, 39), .. Codes("domainadd label-of-*.example", 1, 39)]),
        new(
            Names,
            "`ß` becomes `ss` (IDNA 2003): `straße.example` is stored as `strasse.example`.",
            "`ß` is a letter of its own (IDNA 2008): `xn--strae-oqa.example`.",
            "Registries and browsers have followed IDNA 2008 since 2010; mail for one name would reach the owner of the other. "
                + "What 0.7 stored is still found under the stored name.",
            "0.7| $ domaininfo straße.example: *strasse.example*",
            "now| $ domaininfo straße.example: *xn--strae-oqa.example*",
            "0.7| $ aliasdomaininfo grüße.example: *xn--grsse-lva.example*",
            "now| $ aliasdomaininfo grüße.example: *xn--gre-6ka8l.example*"
        ),
        new(
            Names,
            "A destination whose domain has a capital letter is malformed (39).",
            "Its domain is converted to lower case; its local part keeps its case.",
            "Domain names have no case.",
            [
                .. Codes("aliasadd case@example.com someone@Elsewhere.EXAMPLE", 39, 0),
                .. Codes("aliasinfo case@example.com", 53, 0),
                "now| $ aliasinfo case@example.com: *",
                "now| $ l*: *] case@example.*",
                "now| $ domaininfo example.com -d full: *case@example.com",
                .. Codes("relocatedadd moved@example.net Moved.Here@Elsewhere.example", 39, 0),
                .. Codes("relocatedadd moved@example.net Moved.Here@elsewhere.example", 0, 60),
            ]
        ),
        new(
            Names,
            "Whether the name of an alias domain is refused (37) or accepted depends on the command.",
            "Commands that look up an address accept the name of an alias domain; commands that add something refuse it (37).",
            "With a message's recipient in front of you, you need not know which of the domain's names is the primary one.",
            [
                .. Codes("userinfo alice@example.de", 37, 0),
                "now| $ userinfo alice@example.de: *",
                .. Codes("relocatedinfo gone@example.de", 37, 58),
            ]
        ),
        new(
            Arguments,
            "Positional arguments of vmm 0.4 are misuse (2), for example the transport in `domainadd DOMAIN TRANSPORT`.",
            "They are accepted where they are not ambiguous.",
            "Scripts written for 0.4 run unchanged.",
            [
                .. Codes("domainadd two.example smtp:two", 2, 0),
                .. Codes("domaindelete two.example --delete-directory", 57, 0),
                "now| row transport smtp:two",
            ]
        ),
        new(
            Arguments, "A size is a whole number with b, k, M or G behind it, or nothing.",
            "It may have a fraction and also T, MB or MiB behind it; `unlimited` is 0.", "People write sizes like that.",
            [
                .. Codes("domainquota example.net 1.5G", 2, 0), .. Codes("userquota carol@example.com 5T", 2, 0),
                "now| row quotalimit 1610612736|0", "now| row quotalimit 5497558138880|0",
            ]),
        new(
            Arguments,
            "`listdomains -p` refuses `%` alone and a pattern that is not a full domain name, such as `foo` (39).",
            "`%` matches every domain, and a pattern that matches nothing gives an empty list.",
            "The other lists have always done so.",
            [
                .. Codes("listdomains -p %", 39, 0),
                "now| $ listdomains -p %: *",
                .. Codes("listdomains -p foo", 39, 0),
                "now| $ listdomains -p foo: *",
            ]
        ),
        new(
            Arguments,
            "`domainquota DOMAIN domain`, an empty transport for a domain, and `domainservices` of an unknown domain end in a "
                + "traceback (1).",
            "They are misuse (2), an invalid argument (44) and an unknown domain (57).",
            "A mistake deserves a message, and scripts need an exit code of its own.",
            [
                .. Codes("domainquota example.com domain", 1, 2),
                .. Codes("domaintransport example.org ''", 1, 44),
                .. Codes("domainservices nowhere.example -d pop3", 1, 57),
            ]
        ),
        new(
            Arguments,
            "`domaintransport DOMAIN domain` stores the word `domain` as the transport.",
            "It is refused (44).",
            "The word means \"the domain's transport\" and is for accounts; Postfix knows no transport of that name and would "
                + "defer all mail.",
            Codes("domaintransport bücher.example domain", 0, 44)),

        new(
            Output,
            "An information command that finds another kind of object says on standard error that plan A failed, and shows the "
                + "object.",
            "It shows the object too; the message is a warning, `vmm: warning: ...`.",
            "All warnings look alike, so that scripts can tell them from results.",
            "0.7| $ *i*: says plan B", "now| $ *i*: says warning"),
        new(
            Output,
            "If none of the destinations to delete exists, a warning lists them before the error (53).",
            "The error alone.",
            "It says the same.",
            "0.7| $ ad info@example.com bob@example.com: says warning",
            "0.7| $ aliasdelete out@example.de nobody@elsewhere.example: says warning",
            "0.7| $ cad example.net nobody@example.net: says warning"
        ),
        new(
            Output,
            "`userdelete` and `domaindelete` with `--force` silently delete more than you named.",
            "A warning names what else was deleted: aliases that pointed to an account, alias domains, catch-alls.",
            "You should see what you did not name.",
            "now| $ userdelete *--force*: says warning", "now| $ d* --force*: says warning"),
        new(
            Output,
            "Notes are wrapped at the width of the terminal.",
            "They are printed as they were written.",
            "Scripts get the same text on every terminal.",
            "0.7| $ domaininfo example.com: *A note that is so long *",
            "0.7| $ domaininfo example.com: *terminal which is *",
            "now| $ domaininfo example.com: *A note that is so long *"
        ),
        new(
            Output,
            "An empty name is shown as an empty text.",
            "It is no name: `None`.",
            "There is no difference between the two for a mail user.",
            "0.7| $ userinfo carol@example.com -d full: *Name.............:",
            "now| $ userinfo carol@example.com -d full: *Name.............: None"
        ),
        new(
            Output,
            "In lists of addresses, all names of a domain, alias domains included, are sorted where the first of them belongs.",
            "A domain is followed by its alias domains, and the primary name decides their position.",
            "One order for all lists: that of `listdomains`.",
            "0.7| $ listusers: order *",
            "now| $ listusers: order *",
            "0.7| $ listrelocated: order *",
            "now| $ listrelocated: order *"
        ),
        new(
            Output,
            "`configget` prints modes as decimal numbers (448).",
            "It prints them in octal (0700), as they are in the file and as `chmod` accepts them.",
            "448 is 0700, which nobody knows by heart.",
            "0.7| $ configget account.directory_mode: *448", "now| $ configget account.directory_mode: *0700"),
        new(
            Output,
            "`listpwschemes` fills lines and breaks names at their hyphens; some schemes that it lists cannot be used (LANMAN, "
                + "NTLM, RPA, SKEY).",
            "One scheme per line; those that Dovecot 2.4 calls weak are marked. OTP, a list of one-time passwords, is no longer "
                + "among them.",
            "`grep` finds a name, and every scheme that is listed works.",
            "0.7| $ listpwschemes: \t*", "now| $ listpwschemes: \t*", "0.7| $ lp: \t*", "now| $ lp: \t*"),

        new(
            Passwords,
            "A password given with `-p` is accepted silently.",
            "It is accepted, with a warning.",
            "Every user of the machine can see it in the process list. `--password-stdin` and `--password-file` are for scripts.",
            "now| $ u* -p *: says warning"),
        new(
            Passwords,
            "Blanks at the beginning and end of a password are removed silently.",
            "They are part of the password.",
            "What you type is what the user must type.",
            "0.7| answer dovecotpassword *|{PLAIN}blanks|*",
            "now| answer dovecotpassword *|{PLAIN} blanks |*",
            "0.7| row users *|{PLAIN}blanks|*",
            "now| row users *|{PLAIN} blanks |*"
        ),
        new(
            Passwords,
            "`--hash` checks the scheme's name only.",
            "The hash must have its scheme's form (44).",
            "A mistake when copying a hash would lock the user out.",
            Codes("userpassword erin@example.net --hash '{SHA256}not-a-hash'", 0, 44)),
        new(
            Passwords,
            "A message on standard output says that `-s` is ignored with `--hash`.",
            "It is a warning on standard error.",
            "Standard output is for results.",
            "0.7| $ *--hash '{plain}y' -s SHA256: Info: The -s option is ignored when --hash was given.",
            "now| $ *--hash '{plain}y' -s SHA256: says warning"
        ),
        new(
            Passwords,
            "ARGON2ID and other newer schemes of Dovecot are unknown (67).",
            "ARGON2I, ARGON2ID, PBKDF2, SCRAM-SHA-256 and PLAIN-TRUNC can be used.",
            "They are the strong schemes.",
            Codes("userpassword dora@example.com -p secret -s ARGON2ID", 67, 0)),

        new(
            Aliases,
            "Aliases that lead back to themselves are accepted.",
            "The one that would close the loop is refused (85), and the loop is shown.",
            "Postfix would bounce the mail, or expand until its limit.",
            [.. Codes("aliasadd loop2@example.com loop1@example.com", 0, 85), .. Codes("aliasdelete loop2@example.com", 0, 53)]),
        new(
            Aliases,
            "The expansion limit counts the destinations of one alias.",
            "It counts what the alias or the catch-all expands to, through other aliases and catch-alls.",
            "That is what Postfix counts; beyond the limit it defers the mail.",
            [
                .. Codes("catchalladd example.net nobody@example.net", 0, 27),
                .. Codes("catchalldelete example.net nobody@example.net", 0, 53),
                "0.7| $ catchalladd example.net nobody@example.net: says warning",
                "0.7| $ ca*i* example.*: *nobody@example.net",
            ]
        ),
        new(
            Aliases,
            "A local part with an apostrophe makes `aliasadd` crash (1), or another local part is stored.",
            "It is stored as it is.",
            "Local parts are data and never part of a statement.",
            [
                .. Codes("aliasadd \"don't@example.com\" x@elsewhere.example", 1, 0),
                "now| $ l*: *] don't@example.*",
                "now| $ domaininfo example.com -d full: *don't@example.com",
                "now| answer postfix_* don't@example.*|x@elsewhere.example",
                "now| row alias example.com|don't|x@elsewhere.example",
                "0.7| $ *i* example.com*: *Aliases..........: *",
                "now| $ *i* example.com*: *Aliases..........: *",
                "0.7| row vmm_domain_info example.com|*",
                "now| row vmm_domain_info example.com|*",
            ]
        ),
        new(
            Aliases,
            "A destination under an alias domain is stored, and then the command fails (37).",
            "It is stored, and the command succeeds.",
            "What is reported as an error must not have happened.",
            Codes("aliasadd todomain@example.net alice@example.de", 37, 0)),
        new(
            Aliases,
            "Aliases that point to an account under the name of an alias domain stay when it is deleted.",
            "`userinfo -d aliases` shows them, `userdelete` refuses them (30), and `--force` deletes them with the others.",
            "They would lead nowhere.",
            "now| $ userinfo alice@example.com -d full: *todomain@example.net",
            "0.7| $ listaddresses: *todomain@example.*",
            "0.7| row alias example.net|todomain|alice@example.de",
            "0.7| answer * todomain@example.*|alice@example.de",
            "now| answer postfix_virtual_alias_map todomain@example.*",
            "0.7| row vmm_domain_info example.net|*",
            "now| row vmm_domain_info example.net|*"
        ),
        new(
            Aliases,
            "An alias that other aliases lead to is deleted, and they lead nowhere.",
            "`aliasdelete` refuses it (30), and `--force` deletes the destinations with it.",
            "Mail to them would be accepted and bounce.",
            [
                .. Codes("aliasdelete lower@example.net", 0, 30),
                .. Codes("ad lower@example.net alice@example.com", 53, 0),
            ]
        ),
        new(
            Aliases,
            "A domain with a catch-all cannot be deleted: traceback (1), with `--force` too.",
            "`--force` deletes the catch-all as well.",
            "0.7's manual says so.",
            [
                .. Codes("domaindelete caught.example --force", 1, 0),
                "0.7| answer * *@caught.example|*",
                "0.7| row * caught.example|*",
                "0.7| row domain_name caught.example|*",
            ]
        ),
    ];
}
