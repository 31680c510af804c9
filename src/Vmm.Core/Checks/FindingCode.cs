using System.Text.Json.Serialization;
using Vmm.Data.Values;

namespace Vmm.Core.Checks;

/// <summary>
/// What <c>check</c> can find. The summaries are the table in docs/check.md. The names, as words with hyphens, are printed and kept
/// for the next check, and scripts read them: they never change.
/// </summary>
[JsonConverter(typeof(EnumWordConverter<FindingCode>))]
public enum FindingCode
{
    /// <summary>The schema does not belong to this version of vmm; no other check runs.</summary>
    SchemaVersion,

    /// <summary>
    /// A table, column, constraint, index, trigger, sequence, view or function of <c>create_tables.pgsql</c> is missing.
    /// </summary>
    MissingObject,

    /// <summary>One of these was altered or disabled. Objects that others have added are ignored.</summary>
    ChangedObject,

    /// <summary>The role <c>postfix</c> or <c>dovecot</c> lacks a privilege that its lookups need.</summary>
    MissingRight,

    /// <summary>One of these roles does not exist.</summary>
    MissingRole,

    /// <summary>
    /// One of these roles does not find the functions for its lookups: its <c>search_path</c> does not lead to their schema, or to
    /// others of the same name first.
    /// </summary>
    SearchPath,

    /// <summary>Every role, or <c>postfix</c>, can read the password hashes.</summary>
    PasswordReader,

    /// <summary>
    /// The rules that indexes were sorted by have changed with the C library or ICU, for example after a move to another system:
    /// lookups may miss rows. PostgreSQL 13 and 14 know it of collations of columns only, not of the one of the database.
    /// </summary>
    CollationVersion,

    /// <summary><c>vmm_address</c>, which lookups read, differs from the tables for an address.</summary>
    WrongAddress,

    /// <summary>
    /// A sequence gives out uids, gids or other numbers that are in use, so that nothing can be added; after a restore of rows
    /// alone.
    /// </summary>
    SequenceBehind,

    /// <summary>
    /// The uid of an account or the gid of a domain is above 2147483647, the highest that Dovecot accepts: mail is deferred, and
    /// nobody can log in.
    /// </summary>
    UnusableId,

    /// <summary>
    /// A destination of an alias or a catch-all is in a local domain and takes no mail: Postfix accepts mail to the alias, and it
    /// bounces later. It is a warning if the destination exists without an extension like <c>+list</c>, and Postfix is on another
    /// machine, so that vmm does not know what it cuts off.
    /// </summary>
    DanglingDestination,

    /// <summary>Aliases or catch-alls lead back to themselves.</summary>
    AliasLoop,

    /// <summary>An alias expands to more addresses, or in more steps, than Postfix follows.</summary>
    ExpansionLimit,

    /// <summary>
    /// The local part of an account has a character of <c>recipient_delimiter</c>. Dovecot cuts it off with all that follows:
    /// the mail goes to someone else, or bounces. It is a warning if Postfix is on another machine, so that vmm does not know its
    /// delimiter.
    /// </summary>
    AccountWithDelimiter,

    /// <summary>
    /// Postfix takes the <c>%</c> or <c>!</c> in an address for a route, or rejects it because it begins with <c>-</c>; or a
    /// destination begins with <c>-</c>.
    /// </summary>
    UnreachableAddress,

    /// <summary>A transport of a domain or of accounts has letters that are not ASCII, which no next hop may have.</summary>
    TransportCharacters,

    /// <summary>
    /// Accounts whose password scheme Dovecot 2.4 refuses unless <c>auth_allow_weak_schemes</c> is set, with their number. It is an
    /// error if the Dovecot of this machine refuses it.
    /// </summary>
    WeakPasswordScheme,

    /// <summary>
    /// Accounts whose password scheme the Dovecot of this machine does not have, with their number; without a Dovecot on this
    /// machine, one that Dovecot 2.4 does not have.
    /// </summary>
    UnknownPasswordScheme,

    /// <summary>A domain, an account or a mailbox has no directory.</summary>
    MissingDirectory,

    /// <summary>A directory belongs to no domain or account.</summary>
    OrphanDirectory,

    /// <summary>A directory has the wrong owner or group.</summary>
    WrongOwner,

    /// <summary>
    /// This container lacks the gid of a domain or the uid of an account, so that nothing can belong to it. What is below is not
    /// looked at.
    /// </summary>
    UnmappedId,

    /// <summary>
    /// A home, or the mailbox in it, belongs to another account: someone may have exchanged them, so <c>--repair</c> gives it to no
    /// one.
    /// </summary>
    ForeignHome,

    /// <summary>The permissions of a directory differ from the configuration.</summary>
    WrongMode,

    /// <summary>
    /// <c>domain.directory_mode</c> lets more than root write to the directories of domains: one account of a domain can then
    /// rename the home of another.
    /// </summary>
    WritableDirectories,

    /// <summary>A command was interrupted while it created this directory.</summary>
    StagingDirectory,

    /// <summary>A rename was interrupted while the home of an account moved to another domain.</summary>
    MisplacedHome,

    /// <summary>
    /// A command was interrupted while mail went into the trash or came from there, so that it is not where its rows say.
    /// </summary>
    UnfinishedTrash,

    /// <summary>
    /// The list, the manifest or the passwords beside mail in the trash cannot be read, so that it cannot be brought back.
    /// </summary>
    DamagedTrash,

    /// <summary>A command was interrupted while it removed this directory.</summary>
    RemovalDirectory,

    /// <summary>
    /// A symbolic link or a file is where a directory must be, or a path in the database is not one that vmm makes.
    /// </summary>
    UnsafePath,

    /// <summary>
    /// The directory of a domain, or a home, is a file system of its own: vmm adds and removes mailboxes beside it, and so cannot.
    /// </summary>
    MountedDirectory,

    /// <summary>A directory cannot be read.</summary>
    UnreadableDirectory,

    /// <summary>
    /// The base directory, one above it or a hash directory below it lets only root enter, so that Dovecot can neither deliver mail
    /// nor read any. It is a warning if a group may enter, because Dovecot may have it in <c>mail_access_groups</c>.
    /// </summary>
    ClosedDirectory,

    /// <summary>
    /// The configuration of Postfix cannot be read: a program fails, there is no <c>main.cf</c>, the maps have more than one
    /// password, or the version is not supported.
    /// </summary>
    PostfixUnreadable,

    /// <summary>
    /// A parameter of <c>main.cf</c> differs from what <c>vmm mailconfig</c> sets. Tables beside those of vmm, another delimiter
    /// and other restrictions are allowed.
    /// </summary>
    PostfixParameter,

    /// <summary>
    /// <c>master.cf</c> lacks the service <c>submission</c>, or one of the options that it needs. An option with another value is
    /// allowed.
    /// </summary>
    PostfixService,

    /// <summary>
    /// A file <c>pgsql-*.cf</c> is missing, or has a different text, owner or mode. It is an error if the file is missing, or if
    /// others can read the password in it.
    /// </summary>
    PostfixMapFile,

    /// <summary>
    /// A domain or alias domain is in <c>mydestination</c>, <c>virtual_alias_domains</c> or <c>relay_domains</c> too, as a word, by
    /// a variable or in a table. In the first two Postfix does not ask for vmm's accounts, and rejects their mail.
    /// </summary>
    PostfixDomainClass,

    /// <summary>Postfix does not run.</summary>
    PostfixStopped,

    /// <summary>A map gives no answer at all; mail is deferred.</summary>
    PostfixMapUnanswered,

    /// <summary>The answer of a map differs from that of the database; both are shown.</summary>
    PostfixMapAnswer,

    /// <summary>
    /// The configuration of Dovecot cannot be read: a program fails or reports an error in the configuration, or the version is not
    /// supported.
    /// </summary>
    DovecotUnreadable,

    /// <summary>
    /// A setting in force differs from what vmm needs: passdb and userdb, the sockets for Postfix, the valid ids, where mail is,
    /// quota, the form of names, the delimiter. All other settings are yours.
    /// </summary>
    DovecotSetting,

    /// <summary>
    /// <c>99-vmm.conf</c> or the file with the queries is missing, or has a different text, owner or mode, or <c>10-auth.conf</c>
    /// also has other users.
    /// </summary>
    DovecotFile,

    /// <summary>Dovecot does not run.</summary>
    DovecotStopped,

    /// <summary>Dovecot gives no answer about users.</summary>
    DovecotUnanswered,

    /// <summary>The answer of <c>doveadm user</c> differs from that of the database; both are shown.</summary>
    UserdbAnswer,

    /// <summary><c>doveadm auth lookup</c> does not find an account.</summary>
    PassdbAnswer,

    /// <summary>
    /// The queries give Dovecot a field that this version ignores without a warning: <c>mail</c> and <c>quota_rule</c> in 2.4,
    /// <c>mail_path</c> and <c>quota_storage_size</c> in 2.3.
    /// </summary>
    IgnoredUserdbField,

    /// <summary>
    /// Accounts with a character in their address that <c>auth_username_chars</c> does not allow, with their number.
    /// </summary>
    UsernameCharacters,

    /// <summary>
    /// With <c>--dns</c>: a domain, or an alias domain, has no MX record, or one that says that it takes no mail. It is a warning
    /// if the domain itself has an address.
    /// </summary>
    MissingMx,

    /// <summary>With <c>--dns</c>: a mail exchanger has no address. It is an error if none has.</summary>
    UnreachableMx,

    /// <summary>With <c>--dns</c>: no SPF record.</summary>
    MissingSpf,

    /// <summary>With <c>--dns</c>: more than one SPF record, so that none counts.</summary>
    SeveralSpf,

    /// <summary>With <c>--dns</c>: no DMARC policy, neither of the domain nor of one above it.</summary>
    MissingDmarc,

    /// <summary>With <c>--dns</c>: no key for DKIM.</summary>
    MissingDkim,

    /// <summary>With <c>--dns</c>: the resolver, or the name servers of a domain, do not answer.</summary>
    UnansweredDns,
}
