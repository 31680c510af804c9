-- Part of objects.pgsql.

-- ==== 11  What \d+ and \df+ say =================================================================================================

COMMENT ON TABLE vmm_schema IS 'Version of this layout, in one row; vmm refuses to work on a version that it does not know.';
COMMENT ON COLUMN vmm_schema.version IS '1 is the layout of vmm 0.8.0, 2 has the journal.';
COMMENT ON COLUMN vmm_schema.only_row IS 'Always true: the key leaves no room for a second row.';
COMMENT ON TABLE transport IS 'Transports of Postfix; domains and accounts refer to them by tid.';
COMMENT ON TABLE mailboxformat IS 'Formats of mailboxes: maildir, mdbox, sdbox.';
COMMENT ON TABLE maillocation IS 'Where in its home an account keeps its mail, and in which format.';
COMMENT ON COLUMN maillocation.directory IS 'Name of the directory in the home of the account.';
COMMENT ON COLUMN maillocation.extra IS 'More of Dovecot''s mail_location; unused by vmm.';
COMMENT ON TABLE quotalimit IS 'Limits of quota; 0 means no limit.';
COMMENT ON COLUMN quotalimit.bytes IS '0: no limit.';
COMMENT ON COLUMN quotalimit.messages IS '0: no limit.';
COMMENT ON TABLE service_set IS 'Sets of services that an account may use.';
COMMENT ON COLUMN service_set.smtp IS 'May send mail.';
COMMENT ON COLUMN service_set.sieve IS 'May use ManageSieve.';
COMMENT ON TABLE domain_data IS 'Domains, with the defaults of their accounts.';
COMMENT ON COLUMN domain_data.gid IS 'Group ID of the mail directories of the domain; never used again.';
COMMENT ON COLUMN domain_data.qid IS 'Default quota of accounts.';
COMMENT ON COLUMN domain_data.ssid IS 'Default services of accounts.';
COMMENT ON COLUMN domain_data.tid IS 'Default transport of accounts, and transport of all addresses that are no account.';
COMMENT ON COLUMN domain_data.domaindir IS 'Directory in which the homes of the accounts are.';
COMMENT ON COLUMN domain_data.alias_senders IS 'Whether the accounts that an alias of the domain ends in may send as the alias.';
COMMENT ON COLUMN domain_data.suspended IS 'nologin, refuse or defer while all accounts are suspended; NULL: they are not.';
COMMENT ON COLUMN domain_data.suspended_until IS 'When the suspension ends by itself; NULL: somebody has to end it.';
COMMENT ON COLUMN domain_data.suspended_reason IS 'Why, for administrators.';
COMMENT ON COLUMN domain_data.suspended_text IS 'What senders are answered; NULL: a usual text.';
COMMENT ON TABLE domain_name IS 'Names of domains: the primary name and the alias domains of each, as A-labels in lower case.';
COMMENT ON COLUMN domain_name.is_primary IS 'Whether this is the primary name; one per domain.';
COMMENT ON TABLE users IS 'Accounts. NULL in qid, ssid and tid: the default of the domain.';
COMMENT ON COLUMN users.passwd IS 'Password as Dovecot reads it: {SCHEME}hash.';
COMMENT ON COLUMN users.name IS 'Name of the person, for people.';
COMMENT ON COLUMN users.uid IS 'User ID of the mail directories of the account, and name of its home; never used again.';
COMMENT ON COLUMN users.mid IS 'Where the account keeps its mail.';
COMMENT ON COLUMN users.qid IS 'Quota; NULL: the default of the domain.';
COMMENT ON COLUMN users.ssid IS 'Services; NULL: the default of the domain.';
COMMENT ON COLUMN users.tid IS 'Transport; NULL: the default of the domain.';
COMMENT ON COLUMN users.passwd_changed IS 'When the password was changed last; NULL: before this column was there.';
COMMENT ON COLUMN users.suspended IS 'nologin, refuse or defer while the account is suspended; NULL: it is not.';
COMMENT ON COLUMN users.suspended_until IS 'When the suspension ends by itself; NULL: somebody has to end it.';
COMMENT ON COLUMN users.suspended_reason IS 'Why, for administrators.';
COMMENT ON COLUMN users.suspended_text IS 'What senders are answered; NULL: a usual text.';
COMMENT ON TABLE userquota IS 'What each account uses of its quota; Dovecot writes it.';
COMMENT ON TABLE alias IS 'Destinations of aliases, a row for each.';
COMMENT ON COLUMN alias.address IS 'Local part.';
COMMENT ON COLUMN alias.destination IS 'Address; %n, %d and %= stand for the local part, the domain, and both.';
COMMENT ON TABLE relocated IS 'Users that have moved away, and where to.';
COMMENT ON COLUMN relocated.address IS 'Local part.';
COMMENT ON TABLE catchall IS 'Where mail goes for addresses of a domain that do not exist, a row for each destination.';
COMMENT ON TABLE vmm_quota_clone IS 'Takes what Dovecot''s quota_clone writes to userquota by a trigger; always empty itself.';
COMMENT ON COLUMN vmm_quota_clone.username IS 'Address of the account.';
COMMENT ON COLUMN vmm_quota_clone.bytes IS 'Bytes used; NULL: not told.';
COMMENT ON COLUMN vmm_quota_clone.messages IS 'Messages kept; NULL: not told.';
COMMENT ON TABLE vmm_address_forms IS
    'Every address with what look-ups answer about it, kept by triggers. Write the tables that it is kept from, never this one.';
COMMENT ON COLUMN vmm_address_forms.address IS 'Local part, @, and a name of the domain.';
COMMENT ON COLUMN vmm_address_forms.gid IS 'The domain.';
COMMENT ON COLUMN vmm_address_forms.local_part IS 'As in users, alias or relocated.';
COMMENT ON COLUMN vmm_address_forms.kind IS 'account, alias or relocated.';
COMMENT ON COLUMN vmm_address_forms.uid IS 'The account; NULL for an alias or a relocated user.';
COMMENT ON COLUMN vmm_address_forms.is_stored IS 'false for an address with U-labels whose domain is stored with A-labels.';
COMMENT ON COLUMN vmm_address_forms.stored_name IS 'The name that is stored, where is_stored is false.';
COMMENT ON COLUMN vmm_address_forms.home IS 'Home of the account. This and what follows is NULL for an alias or a relocated user.';
COMMENT ON COLUMN vmm_address_forms.mail IS 'Mail as Dovecot''s mail_location: format:~/directory.';
COMMENT ON COLUMN vmm_address_forms.transport IS 'Transport of the account or else of its domain.';
COMMENT ON COLUMN vmm_address_forms.quota_rule IS 'Quota as Dovecot 2.3''s quota_rule.';
COMMENT ON COLUMN vmm_address_forms.smtp IS 'May send mail.';
COMMENT ON COLUMN vmm_address_forms.pop3 IS 'May use POP3.';
COMMENT ON COLUMN vmm_address_forms.imap IS 'May use IMAP.';
COMMENT ON COLUMN vmm_address_forms.sieve IS 'May use ManageSieve.';
COMMENT ON COLUMN vmm_address_forms.suspended_until IS
    'Until when its user may not log in, because of the account or its domain; NULL: never suspended.';
COMMENT ON COLUMN vmm_address_forms.refused_until IS 'Until when mail is refused.';
COMMENT ON COLUMN vmm_address_forms.refusal IS 'Transport for that time.';
COMMENT ON COLUMN vmm_address_forms.deferred_until IS 'Until when mail is deferred, where it is not refused.';
COMMENT ON COLUMN vmm_address_forms.deferral IS 'Transport for that time.';
COMMENT ON TABLE vmm_address IS
    'Every address as it is stored, under every name of its domain: account, alias or relocated user. Part of vmm_address_forms.';
COMMENT ON TABLE vmm_address_u IS 'The addresses of domains with A-labels once more, with U-labels. Part of vmm_address_forms.';
COMMENT ON VIEW vmm_address_domain_forms IS 'Every domain name as it is stored, and once more with U-labels where it has A-labels.';
COMMENT ON COLUMN vmm_address_domain_forms.gid IS 'The domain.';
COMMENT ON COLUMN vmm_address_domain_forms.domainname IS 'The name as it is stored.';
COMMENT ON COLUMN vmm_address_domain_forms.form IS 'The name in this form.';
COMMENT ON COLUMN vmm_address_domain_forms.is_stored IS 'Whether this is the form that is stored.';
COMMENT ON VIEW dovecot_password IS 'Passwords and services by address, for Dovecot''s password_query in the words of vmm 0.4.';
COMMENT ON COLUMN dovecot_password.managesieve IS 'The same as sieve, under the name that Dovecot 1 uses for the service.';
COMMENT ON COLUMN dovecot_password.submission IS 'The same as smtp, under the name of Dovecot''s submission service.';
COMMENT ON COLUMN dovecot_password.lmtp IS 'Always true: delivery is not a service that an account is denied.';
COMMENT ON COLUMN dovecot_password.lda IS 'Always true.';
COMMENT ON COLUMN dovecot_password.doveadm IS 'Always true.';
COMMENT ON VIEW dovecot_user IS 'Homes by address, for Dovecot''s user_query in the words of vmm 0.4.';
COMMENT ON COLUMN dovecot_user.mail IS 'Without the format; the query of vmm 0.4 puts maildir: before it.';
COMMENT ON COLUMN dovecot_user.mail_location IS 'With the format before it.';
COMMENT ON VIEW postfix_gid IS 'Domains by name, for virtual_mailbox_domains.';
COMMENT ON VIEW postfix_uid IS 'User IDs by address, for virtual_uid_maps.';
COMMENT ON VIEW postfix_maildir IS 'Directories of mail by address, for virtual_mailbox_maps.';
COMMENT ON VIEW postfix_relocated IS 'New addresses of relocated users, for relocated_maps.';
COMMENT ON VIEW postfix_alias IS 'Destinations of aliases by address, without those of catch-alls, for virtual_alias_maps.';
COMMENT ON COLUMN postfix_alias.gid IS 'The domain.';
COMMENT ON VIEW postfix_transport IS 'Transports by address of an account, for transport_maps.';
COMMENT ON VIEW vmm_domain_info IS
    'How many accounts, aliases, relocated users, alias domains and catch-all destinations a domain has.';
COMMENT ON COLUMN vmm_domain_info.gid IS 'The domain.';
COMMENT ON COLUMN vmm_domain_info.accounts IS 'Number of accounts.';
COMMENT ON COLUMN vmm_domain_info.aliases IS 'Number of aliases, not of their destinations.';
COMMENT ON COLUMN vmm_domain_info.relocated IS 'Number of relocated users.';
COMMENT ON COLUMN vmm_domain_info.aliasdomains IS 'Number of names beside the primary one.';
COMMENT ON COLUMN vmm_domain_info.catchall IS 'Number of catch-all destinations.';

COMMENT ON TABLE vmm_change IS 'Transactions that changed domains, accounts, aliases and other objects, and who was at work.';
COMMENT ON COLUMN vmm_change.change IS 'Number of the change.';
COMMENT ON COLUMN vmm_change.xid IS 'Number of the transaction in the cluster in which it ran.';
COMMENT ON COLUMN vmm_change.began IS 'When the transaction began.';
COMMENT ON COLUMN vmm_change.database_role IS 'The role that was logged in to PostgreSQL.';
COMMENT ON COLUMN vmm_change.program IS 'Name that the program gave itself (application_name).';
COMMENT ON COLUMN vmm_change.client IS 'Address of the program; NULL for a Unix socket.';
COMMENT ON COLUMN vmm_change.login IS 'The administrator, where vmm said so.';
COMMENT ON COLUMN vmm_change.login_uid IS 'User ID of the login on the host, where vmm said so.';
COMMENT ON COLUMN vmm_change.host IS 'The host on which vmm ran.';
COMMENT ON COLUMN vmm_change.command IS 'The command line of vmm, without secrets.';
COMMENT ON TABLE vmm_journal IS 'What each change did to which object, with its properties before and after.';
COMMENT ON COLUMN vmm_journal.entry IS 'The entries of one object are in the order in which it changed.';
COMMENT ON COLUMN vmm_journal.change IS 'Number of the change in vmm_change.';
COMMENT ON COLUMN vmm_journal.kind IS
    'domain, domain name, account, alias, relocated user, catch-all, sender grant, or a table of choices.';
COMMENT ON COLUMN vmm_journal.number IS 'uid of an account, key of a choice, gid of the domain of everything else.';
COMMENT ON COLUMN vmm_journal.gid IS 'The domain, which keeps its number when it is renamed; NULL for a choice.';
COMMENT ON COLUMN vmm_journal.domain IS 'Primary name of the domain, or the name that was changed; NULL for a choice.';
COMMENT ON COLUMN vmm_journal.local_part IS 'Of the address; NULL for what has none, empty for the grant of a whole domain.';
COMMENT ON COLUMN vmm_journal.was IS 'The address before, if that changed.';
COMMENT ON COLUMN vmm_journal.before IS 'Properties before, without the password; NULL for what was added.';
COMMENT ON COLUMN vmm_journal.after IS 'Properties after, without the password; NULL for what was deleted.';
COMMENT ON COLUMN vmm_journal.password_changed IS 'Whether an account got another password.';
COMMENT ON TABLE vmm_journal_secret IS 'Password hashes that changes took away, for as long as vmm_journal_keeping says.';
COMMENT ON COLUMN vmm_journal_secret.change IS 'Number of the change in vmm_change.';
COMMENT ON COLUMN vmm_journal_secret.uid IS 'Of the account.';
COMMENT ON COLUMN vmm_journal_secret.passwd IS 'The password before the change.';
COMMENT ON COLUMN vmm_journal_secret.kept IS 'When it was taken away.';
COMMENT ON COLUMN vmm_journal_secret.changed IS 'When it had been set; NULL: not known.';
COMMENT ON TABLE vmm_journal_keeping IS 'What the journal keeps and what is gone from it, in one row.';
COMMENT ON COLUMN vmm_journal_keeping.secret_days IS
    'For how many days vmm_journal_secret has passwords; 0 for never. The last vmm wrote here what its vmm.toml says.';
COMMENT ON COLUMN vmm_journal_keeping.only_row IS 'Always true: the key leaves no room for a second row.';
COMMENT ON COLUMN vmm_journal_keeping.pruned_began IS 'When the last change began that vmm housekeeping removed.';
COMMENT ON COLUMN vmm_journal_keeping.pruned_change IS 'The highest number of a change that it removed.';
COMMENT ON TABLE vmm_journal_name IS 'The last primary name of each domain, also of deleted ones.';
COMMENT ON COLUMN vmm_journal_name.gid IS 'Of the domain.';
COMMENT ON COLUMN vmm_journal_name.domainname IS 'The name.';
COMMENT ON TABLE vmm_sender_grant IS 'Accounts that may send as an address, or as any address of a domain, wherever its mail goes.';
COMMENT ON COLUMN vmm_sender_grant.gid IS 'The domain of the sender address.';
COMMENT ON COLUMN vmm_sender_grant.address IS 'Local part of the sender address, which need not exist; empty: any.';
COMMENT ON COLUMN vmm_sender_grant.uid IS 'The account that may send as it.';
COMMENT ON COLUMN vmm_sender_grant.expires IS 'From then on it may not; NULL: never.';
COMMENT ON FUNCTION vmm_granted_senders(bigint, varchar) IS 'Who may use an address as sender because it was granted.';
COMMENT ON FUNCTION vmm_alias_senders(text) IS 'Who may use an alias as sender: the accounts that it ends in.';
COMMENT ON FUNCTION vmm_change_id() IS 'The change of this transaction in vmm_change, made if there is none.';
COMMENT ON FUNCTION vmm_journal_objects(text, text) IS 'A query for the objects that rows of a table are.';
COMMENT ON FUNCTION vmm_journal_keep(bigint[], text[], timestamptz[]) IS
    'Keeps passwords that a change takes away, and removes old ones.';
COMMENT ON FUNCTION vmm_password_changed() IS 'Keeps users.passwd_changed.';
COMMENT ON FUNCTION vmm_journal_write() IS 'Writes the journal when objects change.';
COMMENT ON FUNCTION vmm_journal_key(vmm_journal) IS 'By what an object is known in the journal, whatever it is called.';
COMMENT ON FUNCTION vmm_journal_net(bigint[], bigint[], boolean) IS
    'What some changes come to for each object, or what all others since then do.';
COMMENT ON FUNCTION vmm_domain_lock() IS 'Locks the domains whose names are about to change.';
COMMENT ON FUNCTION domain_primary_trigger() IS 'Refuses a second primary name of a domain.';
COMMENT ON FUNCTION merge_userquota() IS 'Adds what Dovecot''s dict inserts to what is there.';
COMMENT ON FUNCTION vmm_quota_clone() IS 'Takes a row of vmm_quota_clone to userquota.';
COMMENT ON FUNCTION vmm_u_form(text) IS
    'An address or a domain name with its A-labels decoded; NULL where there are none, or a malformed one.';
COMMENT ON FUNCTION vmm_suspension_transport(text, text) IS 'The transport of mail to a suspended account or domain.';
COMMENT ON FUNCTION vmm_domain_suspension(bigint) IS
    'The transport that takes the place of all others of a domain while it is suspended.';
COMMENT ON FUNCTION vmm_account_answers(bigint[], bigint[], varchar[]) IS
    'What the rows of these accounts of these domains in vmm_address_forms must hold.';
COMMENT ON FUNCTION vmm_address_expected(bigint[], varchar[]) IS
    'What vmm_address_forms must hold about these domains, under all their names or only these.';
COMMENT ON FUNCTION vmm_account_refresh(bigint[], bigint[]) IS 'Brings the rows of accounts that keep their addresses up to date.';
COMMENT ON FUNCTION vmm_address_add(text, bigint[], varchar[], bigint[]) IS
    'Adds the rows of accounts, aliases or relocated users.';
COMMENT ON FUNCTION vmm_address_remove(text, bigint[], varchar[]) IS 'Removes the rows of accounts, aliases or relocated users.';
COMMENT ON FUNCTION vmm_address_users() IS 'Keeps vmm_address_forms when accounts change.';
COMMENT ON FUNCTION vmm_address_others() IS 'Keeps vmm_address_forms when aliases or relocated users change.';
COMMENT ON FUNCTION vmm_address_names() IS 'Keeps vmm_address_forms when names of domains change.';
COMMENT ON FUNCTION vmm_address_domains() IS 'Keeps vmm_address_forms when directories or defaults of domains change.';
COMMENT ON FUNCTION vmm_address_choices() IS
    'Keeps vmm_address_forms when a row of transport, mailboxformat, maillocation, quotalimit or service_set changes.';
COMMENT ON FUNCTION vmm_address_truncate() IS 'Keeps vmm_address_forms when a table is truncated.';
COMMENT ON FUNCTION vmm_stored_name(varchar) IS
    'The name under which a domain is stored, which may be asked for by U-labels or in upper case.';
COMMENT ON FUNCTION vmm_for_reader(text) IS 'A result in the bytes of UTF-8, also for a reader that says LATIN1.';
COMMENT ON FUNCTION vmm_address_key(varchar, varchar) IS 'The key of an address in vmm_address.';
COMMENT ON FUNCTION dovecotpassword(varchar, varchar) IS 'Password and services of an account, for password_query.';
COMMENT ON FUNCTION dovecotuser(varchar, varchar) IS 'Home and mail of an account, for user_query.';
COMMENT ON FUNCTION dovecotquotauser(varchar, varchar) IS 'Home, mail and quota of an account, for user_query.';
COMMENT ON FUNCTION postfix_virtual_mailbox_map(varchar, varchar) IS 'Directory of mail of an account, for virtual_mailbox_maps.';
COMMENT ON FUNCTION postfix_virtual_uid_map(varchar, varchar) IS 'User ID of an account, for virtual_uid_maps.';
COMMENT ON FUNCTION postfix_relocated_map(varchar, varchar) IS 'New address of a relocated user, for relocated_maps.';
COMMENT ON FUNCTION postfix_transport_map(varchar, varchar) IS
    'Transport of an account, or of its domain for any other address in it, for transport_maps.';
COMMENT ON FUNCTION _interpolate_destination(varchar, varchar, varchar) IS
    'A destination with its placeholders %n, %d and %= filled in.';
COMMENT ON FUNCTION postfix_virtual_alias_map(varchar, varchar) IS
    'Destinations of an alias or a catch-all, for virtual_alias_maps.';
COMMENT ON FUNCTION postfix_smtpd_sender_login_map(varchar, varchar) IS
    'Who may use an address as sender, for smtpd_sender_login_maps.';
COMMENT ON FUNCTION vmm_password(bigint) IS 'Password of an account, for the view dovecot_password.';
COMMENT ON FUNCTION vmm_relocated(bigint, varchar) IS 'New address of a relocated user, for the view postfix_relocated.';
COMMENT ON FUNCTION vmm_destinations(bigint, varchar, varchar) IS
    'Destinations of an alias with placeholders filled in, for the view postfix_alias.';

-- The parts have the columns of the whole.
DO $body$
DECLARE
    explained record;
BEGIN
    FOR explained IN
        SELECT i.inhrelid::regclass AS part, a.attname, col_description(a.attrelid, a.attnum) AS words
          FROM pg_inherits i
          JOIN pg_attribute a ON a.attrelid = i.inhparent AND a.attnum > 0 AND NOT a.attisdropped
         WHERE i.inhparent = 'vmm_address_forms'::regclass
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', explained.part, explained.attname, explained.words);
    END LOOP;
END
$body$;
