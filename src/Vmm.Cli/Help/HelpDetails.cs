namespace Vmm.Cli.Help;

/// <summary>What a subcommand does, in sentences: for its help and the manual.</summary>
internal static class HelpDetails
{
    private const string Unicode = "Domain names may be given in any case and script.";

    private const string Destinations = "%n, %d and %= in the local part of a destination stand for the local part, the domain and both (user=example.com) of the address that was written to.";

    private const string Password = "The password is asked for twice on the terminal, or comes by one of the options; without a terminal vmm asks nothing.";

    private const string PlanB = "When the address is something of another kind, that is shown, and a warning says so.";

    private const string Listing = "The output is streamed: a list of any length takes the same memory. --limit with --after gives it in pages.";

    private static readonly Dictionary<string, string> ByName = new()
    {
        ["upgrade"] = "Finds out which release made the database, shows the plan and asks, makes a dump, and brings the tables to the present layout in one transaction, which ends only when every address is answered as before. Mail directories stay where they are; those that are missing or belong to somebody else are reported. With --from-config it makes vmm.toml of an old vmm.cfg instead: values as the old vmm used them, comments where they were. It tells every line that was dropped, renamed or changed, and why. The new file can be read by root and by the group of the old one at most; the old one stays as it is.",
        ["import-postfixadmin"] = "Reads a database of PostfixAdmin 3.3 or 4 on PostgreSQL, shows what becomes of it, asks, and adds all of it in one transaction. What vmm cannot have as PostfixAdmin has it is named row by row before anything is done. The password for the other database comes from PGPASSWORD or from libpq's password file, never from the command line. Stop Postfix and Dovecot before mail is moved: it gets other owners, and it is brought back when anything fails; after a kill 'vmm check --repair' brings it back.",
        ["domainadd"] = $"Adds the domain and makes its directory; with domain.auto_postmaster in the configuration also the account postmaster of the domain. {Unicode} {Password}",
        ["domaininfo"] = "Shows directory, group id, defaults of its accounts and the numbers of its objects; --details adds lists of them. For an alias domain it shows the domain behind it.",
        ["domaindelete"] = "Deletes an empty domain with its alias domain names and its catch-all, or with --force also everything in it. Mail stays on the disk unless --delete-directory is given.",
        ["listdomains"] = $"Lists all domain names, alias domains below the domain that they belong to. {Listing}",
        ["domainnote"] = "The note is shown by domaininfo and used nowhere else.",
        ["domainquota"] = "It holds for each account of the domain that has no quota of its own.",
        ["domainservices"] = "Services that are not named keep their state. Postfix and Dovecot obey at the next log-in.",
        ["domaintransport"] = "It holds for new mail to each account of the domain that has no transport of its own.",
        ["aliasdomainadd"] = "Everything in the domain can then be reached under this name too: accounts, aliases, relocated users and the catch-all.",
        ["aliasdomaininfo"] = "For a domain of its own it shows that domain, and a warning says so.",
        ["aliasdomainswitch"] = "From then on mail to the name goes to the addresses of the other domain.",
        ["aliasdomaindelete"] = "The domain and its objects stay as they are.",
        ["useradd"] = $"Adds the account and makes its home and mailbox. The domain must be there. {Password}",
        ["userinfo"] = $"Shows ids, directories, quota with its use, transport, services and note; --details adds the disk usage and the aliases that lead to it. {PlanB}",
        ["userdelete"] = "Mail stays on the disk unless --delete-directory is given. An account that aliases still lead to is refused unless --force is given.",
        ["userpassword"] = Password,
        ["listusers"] = $"Lists all accounts, under every name of their domain. {Listing}",
        ["getuser"] = "For log files of Dovecot and for owners of files, which are numbers.",
        ["username"] = "The name is shown by userinfo and used nowhere else.",
        ["usernote"] = "The note is shown by userinfo and used nowhere else.",
        ["userquota"] = "The word 'domain' in place of a size goes back to the domain's quota.",
        ["userservices"] = "Services that are not named keep their state; --reset goes back to the domain's services.",
        ["usertransport"] = "The word 'domain' goes back to the domain's transport.",
        ["userenable"] = "As in vmm 0.5; userservices can do more.",
        ["userdisable"] = "As in vmm 0.5; userservices can do more. All services forbidden, the account still gets mail.",
        ["aliasadd"] = $"An alias sends mail to its destinations, here or elsewhere. {Destinations} A loop is refused, and so is an alias that expands to more addresses than Postfix allows.",
        ["aliasinfo"] = $"Shows the destinations. {PlanB}",
        ["aliasdelete"] = "With destinations only these are deleted, and the alias with the last of them.",
        ["listaliases"] = $"Lists all aliases, under every name of their domain. {Listing}",
        ["catchalladd"] = $"It gets what is for no account, alias or relocated user of the domain, under all its names. {Destinations}",
        ["catchallinfo"] = "Shows the destinations.",
        ["catchalldelete"] = "With destinations only these are deleted, and the catch-all with the last of them.",
        ["relocatedadd"] = "Mail to the address is refused with the new address in the answer. Nothing is forwarded: that is what an alias does.",
        ["relocatedinfo"] = $"Shows the new address. {PlanB}",
        ["relocateddelete"] = "From then on mail to the address is refused as unknown, or goes to the catch-all.",
        ["listrelocated"] = $"Lists all relocated users, under every name of their domain. {Listing}",
        ["listaddresses"] = $"Lists accounts, aliases and relocated users together, under every name of their domain, each with a letter for its kind. {Listing}",
        ["configget"] = "Shows the value in force: from the file, or the default. Passwords are hidden.",
        ["configset"] = "Changes one line of the configuration file; comments, order and everything else in it stay as they are.",
        ["configure"] = "Asks for the value of every option, or of those of one section, and shows what is in force; Enter keeps it.",
        ["mailconfig"] = "Makes the map files, the lines of main.cf and master.cf, and the files of Dovecot for the versions that are installed and the database of vmm.toml. Without an option it prints them. --install replaces each file as a whole, keeps what was there as FILE.vmm-TIME, and takes everything back when Postfix or Dovecot finds fault with it. Other settings of the administrator stay. It restarts nothing, but says what is to be done next. The passwords of the roles postfix and dovecot come from the files that are installed, or from --postfix-password-file and --dovecot-password-file; what is printed has a mark in their place.",
        ["listpwschemes"] = "Any of them may be written to misc.password_scheme or given with --scheme, with the suffix of an encoding where Dovecot takes one.",
        ["check"] = "Looks at the schema with its triggers and grants, at aliases that lead nowhere or back to themselves, at passwords that Dovecot will refuse, and at the mail directories: without a row, rows without one, wrong owners and modes. The Postfix and the Dovecot of this machine are asked what they have in force, and what they answer for a sample of addresses. Each finding is a line with severity, code, what it is about, what is wrong and what mends it; docs/check.md lists the codes. Nothing is changed, unless --repair is given.",
        ["trace"] = "Walks an address as Postfix and Dovecot do, over the database: its domain, aliases and catch-all with all that they lead to, relocated users, accounts, transport, mailbox and quota. It names the rule that decided at each step and those that lost, and shows where the mail ends. An address that is nobody's is an answer, too. --live asks the running Postfix and Dovecot every question again; a difference ends with exit status 2. $MAIL_CONFIG names another configuration directory of Postfix's.",
        ["help"] = "Without a subcommand it lists all of them.",
        ["version"] = "Shows name and version of the program.",
    };

    /// <summary>Empty for a command that has nothing more to say than its description.</summary>
    internal static string Of(string command) => ByName.GetValueOrDefault(command, "");
}
