# Completion of vmm for fish. Made by tools/Vmm.Docs from the command tree; do not edit.
# The specifications of values and arguments are explained in vmm.bash.

function __vmm_options
    switch "$argv[1]"
        case 'domainadd' 'da'
            printf '%s\n' \
                '-n'\t'a remark for yourself' \
                '--note'\t'a remark for yourself' \
                '-t'\t'transport of its accounts, instead of domain.transport' \
                '--transport'\t'transport of its accounts, instead of domain.transport' \
                '-p'\t'the password; others can see it in the process list' \
                '--password'\t'the password; others can see it in the process list' \
                '--password-stdin'\t'read the password from standard input, up to the end of the line' \
                '--password-file'\t'read the password from a file, up to the end of the line' \
                '--random'\t'generate a password and print it' \
                '--hash'\t'store this hash unchanged' \
                '-s'\t'hash with this scheme instead of misc.password_scheme' \
                '--scheme'\t'hash with this scheme instead of misc.password_scheme' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--if-not-exists'\t'succeed without a change if it already exists' \
                '--from-file'\t'add what the lines of a file say, all or nothing; \'-\' is standard input. The fields of a line, separated by tabs: fqdn, [transport], [note]; no postmaster is added'
        case 'domaininfo' 'di'
            printf '%s\n' \
                '-d'\t'show more: one of accounts, aliasdomains, aliases, catchall, relocated, full' \
                '--details'\t'show more: one of accounts, aliasdomains, aliases, catchall, relocated, full'
        case 'domaindelete' 'dd'
            printf '%s\n' \
                '--delete-directory'\t'also remove its directory with all mail, at once: there is no way back' \
                '--force'\t'also delete its accounts, aliases and relocated users' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--if-exists'\t'succeed without a change if it does not exist'
        case 'listdomains' 'ld'
            printf '%s\n' \
                '-p'\t'list only what matches; \'%\' at the beginning or end stands for anything' \
                '--pattern'\t'list only what matches; \'%\' at the beginning or end stands for anything' \
                '--after'\t'start after this item' \
                '--limit'\t'show at most this many items'
        case 'domainrename' 'dr'
            printf '%s\n' \
                '--leave'\t'what stays of the old name: an alias domain (alias, the default) or nothing' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'domainnote' 'do'
            printf '%s\n' \
                '-n'\t'the new note' \
                '--note'\t'the new note' \
                '-d'\t'delete the note' \
                '--delete'\t'delete the note' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'domainquota' 'dq'
            printf '%s\n' \
                '-m'\t'maximum number of messages, 0 for no limit' \
                '--messages'\t'maximum number of messages, 0 for no limit' \
                '--force'\t'also for accounts that have a quota of their own' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'domainservices' 'ds'
            printf '%s\n' \
                '-e'\t'allow these services: imap, pop3, sieve, smtp, or all or none of them' \
                '--enable'\t'allow these services: imap, pop3, sieve, smtp, or all or none of them' \
                '-d'\t'forbid these services: imap, pop3, sieve, smtp, or all or none of them' \
                '--disable'\t'forbid these services: imap, pop3, sieve, smtp, or all or none of them' \
                '--force'\t'also for accounts that have services of their own' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'domaintransport' 'dt'
            printf '%s\n' \
                '--force'\t'also for accounts that have a transport of their own' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'domainsuspend'
            printf '%s\n' \
                '--mode'\t'what becomes of mail: nologin (it is received), refuse or defer' \
                '--until'\t'when it ends by itself; \'never\' for an end by hand, which is the default' \
                '--reason'\t'why, for administrators; an empty one is deleted' \
                '--text'\t'what senders are answered, in ASCII; an empty one stands for the usual text' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'domainresume'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'aliasdomainadd' 'ada'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--if-not-exists'\t'succeed without a change if it already exists' \
                '--from-file'\t'add what the lines of a file say, all or nothing; \'-\' is standard input. The fields of a line, separated by tabs: alias, fqdn'
        case 'aliasdomainswitch' 'ads'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'aliasdomaindelete' 'add'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--if-exists'\t'succeed without a change if it does not exist'
        case 'useradd' 'ua'
            printf '%s\n' \
                '-p'\t'the password; others can see it in the process list' \
                '--password'\t'the password; others can see it in the process list' \
                '--password-stdin'\t'read the password from standard input, up to the end of the line' \
                '--password-file'\t'read the password from a file, up to the end of the line' \
                '--random'\t'generate a password and print it' \
                '--hash'\t'store this hash unchanged' \
                '-s'\t'hash with this scheme instead of misc.password_scheme' \
                '--scheme'\t'hash with this scheme instead of misc.password_scheme' \
                '-n'\t'a remark for yourself' \
                '--note'\t'a remark for yourself' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--if-not-exists'\t'succeed without a change if it already exists' \
                '--from-file'\t'add what the lines of a file say, all or nothing; \'-\' is standard input. The fields of a line, separated by tabs: address, [password or {SCHEME}hash], [name], [note], [quota or \'domain\'], [services or \'domain\']'
        case 'userinfo' 'ui'
            printf '%s\n' \
                '-d'\t'show more: one of aliases, du, full' \
                '--details'\t'show more: one of aliases, du, full'
        case 'userdelete' 'ud'
            printf '%s\n' \
                '--delete-directory'\t'also remove its home with all mail, at once: there is no way back' \
                '--force'\t'also delete the destinations that name it' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--if-exists'\t'succeed without a change if it does not exist'
        case 'userpassword' 'up'
            printf '%s\n' \
                '-p'\t'the password; others can see it in the process list' \
                '--password'\t'the password; others can see it in the process list' \
                '--password-stdin'\t'read the password from standard input, up to the end of the line' \
                '--password-file'\t'read the password from a file, up to the end of the line' \
                '--random'\t'generate a password and print it' \
                '--hash'\t'store this hash unchanged' \
                '-s'\t'hash with this scheme instead of misc.password_scheme' \
                '--scheme'\t'hash with this scheme instead of misc.password_scheme' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'listusers' 'lu'
            printf '%s\n' \
                '-p'\t'list only what matches; \'%\' at the beginning or end stands for anything' \
                '--pattern'\t'list only what matches; \'%\' at the beginning or end stands for anything' \
                '--after'\t'start after this item' \
                '--limit'\t'show at most this many items' \
                '-l'\t'also show quota usage, services, name and note' \
                '--long'\t'also show quota usage, services, name and note' \
                '--over-quota'\t'list only accounts that use this much of their quota, or more; implies --long'
        case 'userrename' 'ur'
            printf '%s\n' \
                '--leave'\t'what stays at the old address: alias (the default), relocated or nothing' \
                '-p'\t'the password; others can see it in the process list' \
                '--password'\t'the password; others can see it in the process list' \
                '--password-stdin'\t'read the password from standard input, up to the end of the line' \
                '--password-file'\t'read the password from a file, up to the end of the line' \
                '--random'\t'generate a password and print it' \
                '--hash'\t'store this hash unchanged' \
                '-s'\t'hash with this scheme instead of misc.password_scheme' \
                '--scheme'\t'hash with this scheme instead of misc.password_scheme' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'username' 'un'
            printf '%s\n' \
                '-n'\t'the new name' \
                '--name'\t'the new name' \
                '-d'\t'delete the name' \
                '--delete'\t'delete the name' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'usernote' 'uo'
            printf '%s\n' \
                '-n'\t'the new note' \
                '--note'\t'the new note' \
                '-d'\t'delete the note' \
                '--delete'\t'delete the note' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'userquota' 'uq'
            printf '%s\n' \
                '-m'\t'maximum number of messages, 0 for no limit' \
                '--messages'\t'maximum number of messages, 0 for no limit' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'userservices' 'us'
            printf '%s\n' \
                '-e'\t'allow these services: imap, pop3, sieve, smtp, or all or none of them' \
                '--enable'\t'allow these services: imap, pop3, sieve, smtp, or all or none of them' \
                '-d'\t'forbid these services: imap, pop3, sieve, smtp, or all or none of them' \
                '--disable'\t'forbid these services: imap, pop3, sieve, smtp, or all or none of them' \
                '-r'\t'return to the domain\'s default' \
                '--reset'\t'return to the domain\'s default' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'usertransport' 'ut'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'userenable' 'u1'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'userdisable' 'u0'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'usersuspend'
            printf '%s\n' \
                '--mode'\t'what becomes of mail: nologin (it is received), refuse or defer' \
                '--until'\t'when it ends by itself; \'never\' for an end by hand, which is the default' \
                '--reason'\t'why, for administrators; an empty one is deleted' \
                '--text'\t'what senders are answered, in ASCII; an empty one stands for the usual text' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'userresume'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'quota'
            printf '%s\n' \
                '--over'\t'list only accounts that use this much of their quota, or more' \
                '--limit'\t'show at most this many items'
        case 'passwords'
            printf '%s\n' \
                '--weak'\t'list the accounts whose scheme is weak, refused or unknown' \
                '--scheme'\t'list the accounts with this scheme; \'default\' are those that name none' \
                '--older-than'\t'list the accounts whose password was changed before this time, and not since' \
                '--after'\t'start after this item' \
                '--limit'\t'show at most this many items'
        case 'aliasadd' 'aa'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--from-file'\t'add what the lines of a file say, all or nothing; \'-\' is standard input. The fields of a line, separated by tabs: address, destination, [more destinations]'
        case 'aliasdelete' 'ad'
            printf '%s\n' \
                '--force'\t'also delete the destinations that name it' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--if-exists'\t'succeed without a change if it does not exist'
        case 'listaliases' 'la'
            printf '%s\n' \
                '-p'\t'list only what matches; \'%\' at the beginning or end stands for anything' \
                '--pattern'\t'list only what matches; \'%\' at the beginning or end stands for anything' \
                '--after'\t'start after this item' \
                '--limit'\t'show at most this many items'
        case 'aliasrename' 'ar'
            printf '%s\n' \
                '--leave'\t'what stays at the old address: alias (the default), relocated or nothing' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'catchalladd' 'caa'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--from-file'\t'add what the lines of a file say, all or nothing; \'-\' is standard input. The fields of a line, separated by tabs: fqdn, destination, [more destinations]'
        case 'catchalldelete' 'cad'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--if-exists'\t'succeed without a change if it does not exist'
        case 'relocatedadd' 'ra'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--if-not-exists'\t'succeed without a change if it already exists' \
                '--from-file'\t'add what the lines of a file say, all or nothing; \'-\' is standard input. The fields of a line, separated by tabs: address, newaddress'
        case 'relocateddelete' 'rd'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--if-exists'\t'succeed without a change if it does not exist'
        case 'listrelocated' 'lr'
            printf '%s\n' \
                '-p'\t'list only what matches; \'%\' at the beginning or end stands for anything' \
                '--pattern'\t'list only what matches; \'%\' at the beginning or end stands for anything' \
                '--after'\t'start after this item' \
                '--limit'\t'show at most this many items'
        case 'senderadd' 'sa'
            printf '%s\n' \
                '--expires'\t'when it ends: a date or a time such as \'2026-12-24 18:00\', how long from now such as \'30d\', or \'never\'' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'senderdelete' 'sd'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change' \
                '--if-exists'\t'succeed without a change if it does not exist'
        case 'domainsenders'
            printf '%s\n' \
                '--aliases'\t'whether the accounts that an alias ends in may send as the alias: on (the default) or off' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'listaddresses' 'll'
            printf '%s\n' \
                '-p'\t'list only what matches; \'%\' at the beginning or end stands for anything' \
                '--pattern'\t'list only what matches; \'%\' at the beginning or end stands for anything' \
                '--after'\t'start after this item' \
                '--limit'\t'show at most this many items'
        case 'trashlist'
            printf '%s\n' \
                '--limit'\t'show at most this many items'
        case 'trashrestore'
            printf '%s\n' \
                '--as'\t'give the account this address' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'trashpurge'
            printf '%s\n' \
                '--all'\t'everything in the trash' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'configset' 'cs'
            printf '%s\n' \
                '--dry-run'\t'do everything but write the file; show the options that would change'
        case 'configure' 'cf'
            printf '%s\n' \
                '-s'\t'only this one: account, bin, check, database, domain, dovecot, housekeeping, journal, mailbox, misc, log' \
                '--section'\t'only this one: account, bin, check, database, domain, dovecot, housekeeping, journal, mailbox, misc, log' \
                '--dry-run'\t'do everything but write the file; show the options that would change'
        case 'mailconfig'
            printf '%s\n' \
                '--diff'\t'compare with what is installed, as diff -u does; exit 4 if something differs' \
                '--install'\t'write it into the directories of Postfix and Dovecot, and keep what is replaced' \
                '--undo'\t'restore what the last --install replaced, and remove the files that it added' \
                '--dry-run'\t'with --install or --undo: show what would be done, and do nothing' \
                '--replace'\t'with --install: also replace settings of yours that are in the way; with --undo: also files that changed' \
                '--show-secrets'\t'print the passwords of the roles instead of a mark' \
                '--lda'\t'deliver by Dovecot\'s LDA, which Postfix starts for each message, instead of LMTP' \
                '--postfix-version'\t'for this version of Postfix, 3.7 to 3.10, instead of the installed one' \
                '--dovecot-version'\t'for this version of Dovecot, 2.3 or 2.4, instead of the installed one' \
                '--postfix-directory'\t'directory of main.cf, instead of Postfix\'s default' \
                '--dovecot-directory'\t'directory of dovecot.conf, instead of Dovecot\'s default' \
                '--postfix-password-file'\t'password of the role postfix, up to the end of the line; empty if the server needs none' \
                '--dovecot-password-file'\t'the same for the role dovecot'
        case 'check'
            printf '%s\n' \
                '--repair'\t'remove what interrupted commands left, and set owners and modes of directories' \
                '--dry-run'\t'with --repair: only show what would be done' \
                '--show-changes'\t'show only what is new (+) and what is gone (-) since the last check with this option' \
                '--only'\t'check only this domain' \
                '--dns'\t'also look up the MX, SPF, DMARC and DKIM records of the domains'
        case 'trace'
            printf '%s\n' \
                '--sender'\t'also show which logins may send as this address' \
                '--live'\t'ask the running Postfix and Dovecot the same questions and show differences; exit 4 if there are any' \
                '--queue'\t'also show what waits in Postfix\'s queue for it, and the last lines of the log about it'
        case 'journal'
            printf '%s\n' \
                '--since'\t'list only changes from this time on' \
                '--until'\t'list only changes before this time' \
                '--by'\t'list only changes by this administrator, or by this role in the database if vmm was not used' \
                '--limit'\t'show at most this many items' \
                '-f'\t'list the last 10 changes, then each new one until interrupted; with --json one object a line' \
                '--follow'\t'list the last 10 changes, then each new one until interrupted; with --json one object a line'
        case 'undo'
            printf '%s\n' \
                '-y'\t'do not ask for confirmation' \
                '--yes'\t'do not ask for confirmation' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'housekeeping'
            printf '%s\n' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case 'upgrade'
            printf '%s\n' \
                '-y'\t'do not ask for confirmation' \
                '--yes'\t'do not ask for confirmation' \
                '--dump'\t'write the dump that is made first to this file instead of one below /var/backups' \
                '--no-dump'\t'make no dump first' \
                '--from-config'\t'make vmm.toml from this vmm.cfg of vmm 0.3 to 0.7' \
                '--output'\t'write this file instead of the one that --config, $VMM_CONFIG or the default names' \
                '--overwrite'\t'replace an existing vmm.toml, and keep it as vmm.toml.bak' \
                '--release'\t'release of vmm that used the file, if it is unclear: 0.3, 0.4, 0.5, 0.5.2, 0.6, 0.7' \
                '--dry-run'\t'do everything but keep nothing: show the plan, and whether everything can be carried over'
        case 'import-postfixadmin'
            printf '%s\n' \
                '--source'\t'PostfixAdmin\'s database: \'host=... port=... dbname=... user=... sslmode=...\', or postgresql://user@host/name' \
                '--mail-directory'\t'move the mail from below this directory, where column maildir says, into the new homes; without it the mail stays where it is' \
                '--scheme'\t'scheme of password hashes that neither state nor show it' \
                '--skip-invalid'\t'leave out what cannot be imported, instead of importing nothing' \
                '-y'\t'do not ask for confirmation' \
                '--yes'\t'do not ask for confirmation' \
                '--dry-run'\t'do everything but keep nothing; show the rows and directories that would change'
        case ''
            printf '%s\n' \
                '-h'\t'show this help' \
                '--help'\t'show this help' \
                '--config'\t'read this configuration instead of $VMM_CONFIG or /etc/vmm/vmm.toml' \
                '--json'\t'print the result as one JSON document' \
                '--quiet'\t'show no warnings and no progress, only results and errors' \
                '--verbose'\t'print what is used and done to standard error'
    end
end

# The specification of the value that an option of a subcommand takes.
function __vmm_value
    switch "$argv[1] $argv[2]"
        case 'domainadd -n' 'domainadd --note' 'da -n' 'da --note'
            printf '%s\n' '-'
        case 'domainadd -t' 'domainadd --transport' 'da -t' 'da --transport'
            printf '%s\n' '@transport'
        case 'domainadd -p' 'domainadd --password' 'da -p' 'da --password'
            printf '%s\n' '-'
        case 'domainadd --password-file' 'da --password-file'
            printf '%s\n' 'file'
        case 'domainadd --hash' 'da --hash'
            printf '%s\n' '-'
        case 'domainadd -s' 'domainadd --scheme' 'da -s' 'da --scheme'
            printf '%s\n' '@scheme'
        case 'domainadd --from-file' 'da --from-file'
            printf '%s\n' 'file'
        case 'domaininfo -d' 'domaininfo --details' 'di -d' 'di --details'
            printf '%s\n' '=accounts,aliasdomains,aliases,catchall,full,relocated'
        case 'listdomains -p' 'listdomains --pattern' 'ld -p' 'ld --pattern'
            printf '%s\n' '-'
        case 'listdomains --after' 'ld --after'
            printf '%s\n' '-'
        case 'listdomains --limit' 'ld --limit'
            printf '%s\n' '-'
        case 'domainrename --leave' 'dr --leave'
            printf '%s\n' '=alias,nothing,relocated'
        case 'domainnote -n' 'domainnote --note' 'do -n' 'do --note'
            printf '%s\n' '-'
        case 'domainquota -m' 'domainquota --messages' 'dq -m' 'dq --messages'
            printf '%s\n' '-'
        case 'domainservices -e' 'domainservices --enable' 'ds -e' 'ds --enable'
            printf '%s\n' '+all,imap,none,pop3,sieve,smtp'
        case 'domainservices -d' 'domainservices --disable' 'ds -d' 'ds --disable'
            printf '%s\n' '+all,imap,none,pop3,sieve,smtp'
        case 'domainsuspend --mode'
            printf '%s\n' '=nologin,defer,refuse'
        case 'domainsuspend --until'
            printf '%s\n' '-'
        case 'domainsuspend --reason'
            printf '%s\n' '-'
        case 'domainsuspend --text'
            printf '%s\n' '-'
        case 'aliasdomainadd --from-file' 'ada --from-file'
            printf '%s\n' 'file'
        case 'useradd -p' 'useradd --password' 'ua -p' 'ua --password'
            printf '%s\n' '-'
        case 'useradd --password-file' 'ua --password-file'
            printf '%s\n' 'file'
        case 'useradd --hash' 'ua --hash'
            printf '%s\n' '-'
        case 'useradd -s' 'useradd --scheme' 'ua -s' 'ua --scheme'
            printf '%s\n' '@scheme'
        case 'useradd -n' 'useradd --note' 'ua -n' 'ua --note'
            printf '%s\n' '-'
        case 'useradd --from-file' 'ua --from-file'
            printf '%s\n' 'file'
        case 'userinfo -d' 'userinfo --details' 'ui -d' 'ui --details'
            printf '%s\n' '=aliases,du,full'
        case 'userpassword -p' 'userpassword --password' 'up -p' 'up --password'
            printf '%s\n' '-'
        case 'userpassword --password-file' 'up --password-file'
            printf '%s\n' 'file'
        case 'userpassword --hash' 'up --hash'
            printf '%s\n' '-'
        case 'userpassword -s' 'userpassword --scheme' 'up -s' 'up --scheme'
            printf '%s\n' '@scheme'
        case 'listusers -p' 'listusers --pattern' 'lu -p' 'lu --pattern'
            printf '%s\n' '-'
        case 'listusers --after' 'lu --after'
            printf '%s\n' '-'
        case 'listusers --limit' 'lu --limit'
            printf '%s\n' '-'
        case 'listusers --over-quota' 'lu --over-quota'
            printf '%s\n' '-'
        case 'userrename --leave' 'ur --leave'
            printf '%s\n' '=alias,nothing,relocated'
        case 'userrename -p' 'userrename --password' 'ur -p' 'ur --password'
            printf '%s\n' '-'
        case 'userrename --password-file' 'ur --password-file'
            printf '%s\n' 'file'
        case 'userrename --hash' 'ur --hash'
            printf '%s\n' '-'
        case 'userrename -s' 'userrename --scheme' 'ur -s' 'ur --scheme'
            printf '%s\n' '@scheme'
        case 'username -n' 'username --name' 'un -n' 'un --name'
            printf '%s\n' '-'
        case 'usernote -n' 'usernote --note' 'uo -n' 'uo --note'
            printf '%s\n' '-'
        case 'userquota -m' 'userquota --messages' 'uq -m' 'uq --messages'
            printf '%s\n' '-'
        case 'userservices -e' 'userservices --enable' 'us -e' 'us --enable'
            printf '%s\n' '+all,imap,none,pop3,sieve,smtp'
        case 'userservices -d' 'userservices --disable' 'us -d' 'us --disable'
            printf '%s\n' '+all,imap,none,pop3,sieve,smtp'
        case 'usersuspend --mode'
            printf '%s\n' '=nologin,defer,refuse'
        case 'usersuspend --until'
            printf '%s\n' '-'
        case 'usersuspend --reason'
            printf '%s\n' '-'
        case 'usersuspend --text'
            printf '%s\n' '-'
        case 'quota --over'
            printf '%s\n' '-'
        case 'quota --limit'
            printf '%s\n' '-'
        case 'passwords --scheme'
            printf '%s\n' '@scheme'
        case 'passwords --older-than'
            printf '%s\n' '-'
        case 'passwords --after'
            printf '%s\n' '-'
        case 'passwords --limit'
            printf '%s\n' '-'
        case 'aliasadd --from-file' 'aa --from-file'
            printf '%s\n' 'file'
        case 'listaliases -p' 'listaliases --pattern' 'la -p' 'la --pattern'
            printf '%s\n' '-'
        case 'listaliases --after' 'la --after'
            printf '%s\n' '-'
        case 'listaliases --limit' 'la --limit'
            printf '%s\n' '-'
        case 'aliasrename --leave' 'ar --leave'
            printf '%s\n' '=alias,nothing,relocated'
        case 'catchalladd --from-file' 'caa --from-file'
            printf '%s\n' 'file'
        case 'relocatedadd --from-file' 'ra --from-file'
            printf '%s\n' 'file'
        case 'listrelocated -p' 'listrelocated --pattern' 'lr -p' 'lr --pattern'
            printf '%s\n' '-'
        case 'listrelocated --after' 'lr --after'
            printf '%s\n' '-'
        case 'listrelocated --limit' 'lr --limit'
            printf '%s\n' '-'
        case 'senderadd --expires' 'sa --expires'
            printf '%s\n' '-'
        case 'domainsenders --aliases'
            printf '%s\n' '=on,off'
        case 'listaddresses -p' 'listaddresses --pattern' 'll -p' 'll --pattern'
            printf '%s\n' '-'
        case 'listaddresses --after' 'll --after'
            printf '%s\n' '-'
        case 'listaddresses --limit' 'll --limit'
            printf '%s\n' '-'
        case 'trashlist --limit'
            printf '%s\n' '-'
        case 'trashrestore --as'
            printf '%s\n' '-'
        case 'configure -s' 'configure --section' 'cf -s' 'cf --section'
            printf '%s\n' '=account,bin,check,database,domain,dovecot,housekeeping,journal,mailbox,misc,log'
        case 'mailconfig --postfix-version'
            printf '%s\n' '-'
        case 'mailconfig --dovecot-version'
            printf '%s\n' '-'
        case 'mailconfig --postfix-directory'
            printf '%s\n' 'file'
        case 'mailconfig --dovecot-directory'
            printf '%s\n' 'file'
        case 'mailconfig --postfix-password-file'
            printf '%s\n' 'file'
        case 'mailconfig --dovecot-password-file'
            printf '%s\n' 'file'
        case 'check --only'
            printf '%s\n' '-'
        case 'trace --sender'
            printf '%s\n' '@address'
        case 'journal --since'
            printf '%s\n' '-'
        case 'journal --until'
            printf '%s\n' '-'
        case 'journal --by'
            printf '%s\n' '-'
        case 'journal --limit'
            printf '%s\n' '-'
        case 'upgrade --dump'
            printf '%s\n' 'file'
        case 'upgrade --from-config'
            printf '%s\n' 'file'
        case 'upgrade --output'
            printf '%s\n' 'file'
        case 'upgrade --release'
            printf '%s\n' '=0.3,0.4,0.5,0.5.2,0.6,0.7'
        case 'import-postfixadmin --source'
            printf '%s\n' '-'
        case 'import-postfixadmin --mail-directory'
            printf '%s\n' 'file'
        case 'import-postfixadmin --scheme'
            printf '%s\n' '@scheme'
        case '* --config'
            printf '%s\n' 'file'
    end
end

function __vmm_arguments
    switch "$argv[1]"
        case 'domainadd' 'da'
            printf '%s\n' '-'
        case 'domaininfo' 'di'
            printf '%s\n' '@domain'
        case 'domaindelete' 'dd'
            printf '%s\n' '@domain'
        case 'domainrename' 'dr'
            printf '%s\n' '@domain' '-'
        case 'domainnote' 'do'
            printf '%s\n' '@domain'
        case 'domainquota' 'dq'
            printf '%s\n' '@domain' '-'
        case 'domainservices' 'ds'
            printf '%s\n' '@domain'
        case 'domaintransport' 'dt'
            printf '%s\n' '@domain' '@transport'
        case 'domainsuspend'
            printf '%s\n' '@domain'
        case 'domainresume'
            printf '%s\n' '@domain'
        case 'aliasdomainadd' 'ada'
            printf '%s\n' '-' '@domain'
        case 'aliasdomaininfo' 'adi'
            printf '%s\n' '@alias-domain'
        case 'aliasdomainswitch' 'ads'
            printf '%s\n' '@alias-domain' '@domain'
        case 'aliasdomaindelete' 'add'
            printf '%s\n' '@alias-domain'
        case 'useradd' 'ua'
            printf '%s\n' '@new-address'
        case 'userinfo' 'ui'
            printf '%s\n' '@account'
        case 'userdelete' 'ud'
            printf '%s\n' '@account'
        case 'userpassword' 'up'
            printf '%s\n' '@account'
        case 'getuser' 'gu'
            printf '%s\n' '-'
        case 'userrename' 'ur'
            printf '%s\n' '@account' '@new-address'
        case 'username' 'un'
            printf '%s\n' '@account'
        case 'usernote' 'uo'
            printf '%s\n' '@account'
        case 'userquota' 'uq'
            printf '%s\n' '@account' '-'
        case 'userservices' 'us'
            printf '%s\n' '@account'
        case 'usertransport' 'ut'
            printf '%s\n' '@account' '@transport'
        case 'userenable' 'u1'
            printf '%s\n' '@account' '=all,imap,pop3,sieve,smtp...'
        case 'userdisable' 'u0'
            printf '%s\n' '@account' '=all,imap,pop3,sieve,smtp...'
        case 'usersuspend'
            printf '%s\n' '@account'
        case 'userresume'
            printf '%s\n' '@account'
        case 'quota'
            printf '%s\n' '@domain'
        case 'passwords'
            printf '%s\n' '@domain'
        case 'aliasadd' 'aa'
            printf '%s\n' '@alias-or-new' '@destination...'
        case 'aliasinfo' 'ai'
            printf '%s\n' '@alias'
        case 'aliasdelete' 'ad'
            printf '%s\n' '@alias' '@destination...'
        case 'aliasrename' 'ar'
            printf '%s\n' '@alias' '@new-address'
        case 'catchalladd' 'caa'
            printf '%s\n' '@domain' '@destination...'
        case 'catchallinfo' 'cai'
            printf '%s\n' '@domain'
        case 'catchalldelete' 'cad'
            printf '%s\n' '@domain' '@destination...'
        case 'relocatedadd' 'ra'
            printf '%s\n' '@new-address' '@destination'
        case 'relocatedinfo' 'ri'
            printf '%s\n' '@relocated'
        case 'relocateddelete' 'rd'
            printf '%s\n' '@relocated'
        case 'senderadd' 'sa'
            printf '%s\n' '@address' '@account...'
        case 'senderinfo' 'si'
            printf '%s\n' '@address'
        case 'senderdelete' 'sd'
            printf '%s\n' '@address' '@account...'
        case 'domainsenders'
            printf '%s\n' '@domain'
        case 'trashshow'
            printf '%s\n' '-'
        case 'trashrestore'
            printf '%s\n' '-'
        case 'trashpurge'
            printf '%s\n' '-'
        case 'configget' 'cg'
            printf '%s\n' '@option'
        case 'configset' 'cs'
            printf '%s\n' '@option' '-'
        case 'configure' 'cf'
            printf '%s\n' '-'
        case 'mailconfig'
            printf '%s\n' '=dovecot,postfix'
        case 'trace'
            printf '%s\n' '@address'
        case 'journal'
            printf '%s\n' '@address'
        case 'undo'
            printf '%s\n' '-...'
        case 'help' 'h'
            printf '%s\n' '=domainadd,da,domaininfo,di,domaindelete,dd,listdomains,ld,domainrename,dr,domainnote,do,domainquota,dq,domainservices,ds,domaintransport,dt,domainsuspend,domainresume,aliasdomainadd,ada,aliasdomaininfo,adi,aliasdomainswitch,ads,aliasdomaindelete,add,useradd,ua,userinfo,ui,userdelete,ud,userpassword,up,listusers,lu,getuser,gu,userrename,ur,username,un,usernote,uo,userquota,uq,userservices,us,usertransport,ut,userenable,u1,userdisable,u0,usersuspend,userresume,quota,passwords,aliasadd,aa,aliasinfo,ai,aliasdelete,ad,listaliases,la,aliasrename,ar,catchalladd,caa,catchallinfo,cai,catchalldelete,cad,relocatedadd,ra,relocatedinfo,ri,relocateddelete,rd,listrelocated,lr,senderadd,sa,senderinfo,si,senderdelete,sd,domainsenders,listaddresses,ll,trashlist,trashshow,trashrestore,trashpurge,configget,cg,configset,cs,configure,cf,mailconfig,listpwschemes,lp,check,trace,journal,undo,housekeeping,upgrade,import-postfixadmin,help,h,version,v'
    end
end

function __vmm_commands
    printf '%s\n' \
        'domainadd'\t'add a domain with its directory' \
        'da'\t'add a domain with its directory' \
        'domaininfo'\t'show a domain' \
        'di'\t'show a domain' \
        'domaindelete'\t'delete a domain' \
        'dd'\t'delete a domain' \
        'listdomains'\t'list domains' \
        'ld'\t'list domains' \
        'domainrename'\t'give a domain another name' \
        'dr'\t'give a domain another name' \
        'domainnote'\t'set or delete the note of a domain' \
        'do'\t'set or delete the note of a domain' \
        'domainquota'\t'set the quota of each account of a domain' \
        'dq'\t'set the quota of each account of a domain' \
        'domainservices'\t'allow or forbid services to the accounts of a domain' \
        'ds'\t'allow or forbid services to the accounts of a domain' \
        'domaintransport'\t'set the transport of a domain' \
        'dt'\t'set the transport of a domain' \
        'domainsuspend'\t'suspend all accounts of a domain' \
        'domainresume'\t'end the suspension of a domain' \
        'aliasdomainadd'\t'give a domain one more name' \
        'ada'\t'give a domain one more name' \
        'aliasdomaininfo'\t'show which domain an alias domain belongs to' \
        'adi'\t'show which domain an alias domain belongs to' \
        'aliasdomainswitch'\t'give an alias domain to another domain' \
        'ads'\t'give an alias domain to another domain' \
        'aliasdomaindelete'\t'take a name away from its domain' \
        'add'\t'take a name away from its domain' \
        'useradd'\t'add an account with its mailbox' \
        'ua'\t'add an account with its mailbox' \
        'userinfo'\t'show an account' \
        'ui'\t'show an account' \
        'userdelete'\t'delete an account' \
        'ud'\t'delete an account' \
        'userpassword'\t'change an account\'s password' \
        'up'\t'change an account\'s password' \
        'listusers'\t'list user accounts' \
        'lu'\t'list user accounts' \
        'getuser'\t'find the account with a uid' \
        'gu'\t'find the account with a uid' \
        'userrename'\t'give an account another address' \
        'ur'\t'give an account another address' \
        'username'\t'set or delete the name of an account' \
        'un'\t'set or delete the name of an account' \
        'usernote'\t'set or delete the note of an account' \
        'uo'\t'set or delete the note of an account' \
        'userquota'\t'set the quota of an account' \
        'uq'\t'set the quota of an account' \
        'userservices'\t'allow or forbid services to an account' \
        'us'\t'allow or forbid services to an account' \
        'usertransport'\t'set the transport of an account' \
        'ut'\t'set the transport of an account' \
        'userenable'\t'allow an account one service or all' \
        'u1'\t'allow an account one service or all' \
        'userdisable'\t'forbid an account one service or all' \
        'u0'\t'forbid an account one service or all' \
        'usersuspend'\t'suspend an account: no login; mail is received, refused or deferred' \
        'userresume'\t'end the suspension of an account' \
        'quota'\t'list accounts by quota usage, the fullest first' \
        'passwords'\t'count the password schemes of accounts' \
        'aliasadd'\t'add an alias, or destinations to it' \
        'aa'\t'add an alias, or destinations to it' \
        'aliasinfo'\t'show an alias' \
        'ai'\t'show an alias' \
        'aliasdelete'\t'delete an alias, or some of its destinations' \
        'ad'\t'delete an alias, or some of its destinations' \
        'listaliases'\t'list aliases' \
        'la'\t'list aliases' \
        'aliasrename'\t'give an alias another address' \
        'ar'\t'give an alias another address' \
        'catchalladd'\t'add a catch-all: where mail to unknown addresses goes' \
        'caa'\t'add a catch-all: where mail to unknown addresses goes' \
        'catchallinfo'\t'show the catch-all of a domain' \
        'cai'\t'show the catch-all of a domain' \
        'catchalldelete'\t'delete a catch-all, or some of its destinations' \
        'cad'\t'delete a catch-all, or some of its destinations' \
        'relocatedadd'\t'tell senders where a user has moved to' \
        'ra'\t'tell senders where a user has moved to' \
        'relocatedinfo'\t'show where a user has moved to' \
        'ri'\t'show where a user has moved to' \
        'relocateddelete'\t'delete a relocated user' \
        'rd'\t'delete a relocated user' \
        'listrelocated'\t'list relocated users' \
        'lr'\t'list relocated users' \
        'senderadd'\t'let accounts send as an address or a domain' \
        'sa'\t'let accounts send as an address or a domain' \
        'senderinfo'\t'show who may send as an address, or what is granted in a domain' \
        'si'\t'show who may send as an address, or what is granted in a domain' \
        'senderdelete'\t'take back what senderadd granted' \
        'sd'\t'take back what senderadd granted' \
        'domainsenders'\t'let the accounts behind aliases of a domain send as the aliases, or not' \
        'listaddresses'\t'list addresses' \
        'll'\t'list addresses' \
        'trashlist'\t'list deleted accounts and domains in the trash' \
        'trashshow'\t'show what was deleted' \
        'trashrestore'\t'bring back a deleted account or domain with its mail' \
        'trashpurge'\t'remove deleted mail for good' \
        'configget'\t'show the value of a configuration option' \
        'cg'\t'show the value of a configuration option' \
        'configset'\t'set a configuration option' \
        'cs'\t'set a configuration option' \
        'configure'\t'ask for the configuration\'s options one by one' \
        'cf'\t'ask for the configuration\'s options one by one' \
        'mailconfig'\t'print, compare or install the configuration of Postfix and Dovecot' \
        'listpwschemes'\t'list the password schemes and their encodings' \
        'lp'\t'list the password schemes and their encodings' \
        'check'\t'check the database, the mail directories and the running mail servers; exit 4 if something is found' \
        'trace'\t'show where mail to an address goes, and why' \
        'journal'\t'list who changed what, the latest first' \
        'undo'\t'undo changes: rows and mail' \
        'housekeeping'\t'purge the trash, prune the journal, check, and mail what is newly found' \
        'upgrade'\t'upgrade the database or the configuration of vmm 0.3 to 0.7' \
        'import-postfixadmin'\t'import domains, accounts, aliases and mail of PostfixAdmin' \
        'help'\t'show help' \
        'h'\t'show help' \
        'version'\t'show the version' \
        'v'\t'show the version'
end

# __vmm_offer SPECIFICATION TYPED BEFORE: BEFORE stands before each of the words.
function __vmm_offer
    switch "$argv[1]"
        case file
            printf '%s\n' $argv[3](__fish_complete_path $argv[2])
        case '@*'
            printf '%s\n' $argv[3](vmm complete $config (string sub -s 2 -- $argv[1]) -- $argv[2] 2>/dev/null </dev/null)
        case '=*' '+*'
            printf '%s\n' $argv[3](string split , -- (string sub -s 2 -- $argv[1]))
    end
end

function __vmm
    set -l typed (commandline -ct | string unescape)
    set -l words (commandline -opc | string unescape)
    set -l command
    set -l pending
    set -l several
    set -l option
    set -l count 1
    set -g config
    for word in $words[2..-1]
        if test -n "$pending"
            test "$option" = --config; and set config --config $word
            set pending
        else if string match -q -- '--config=*' $word
            set config $word
        else if string match -q -- '-?*' $word
            set option $word
            set several
            set pending (__vmm_value "$command" $word)
            if string match -q -- '+*' $pending
                set several $pending
                set pending
            end
        else if test -z "$several"
            if test -z "$command"
                set command $word
            else
                set count (math $count + 1)
            end
        end
    end
    if test -n "$pending"
        __vmm_offer $pending "$typed" ''
    else if string match -q -- '--*=*' $typed
        set -l parts (string split -m 1 = -- $typed)
        __vmm_offer (__vmm_value "$command" $parts[1]) "$parts[2]" $parts[1]=
    else if string match -q -- '-*' $typed
        __vmm_options "$command"
        __vmm_options ''
    else if test -n "$several"
        __vmm_offer $several "$typed" ''
    else if test -z "$command"
        __vmm_commands
    else
        set -l arguments (__vmm_arguments $command)
        if test $count -gt (count $arguments); and string match -q -- '*...' $arguments[-1]
            set count (count $arguments)
        end
        __vmm_offer (string replace -r '\.\.\.$' '' -- $arguments[$count]) "$typed" ''
    end
    set -e config
end

complete -c vmm -f -a '(__vmm)'
