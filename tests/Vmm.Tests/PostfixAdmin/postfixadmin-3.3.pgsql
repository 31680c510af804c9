-- The tables of PostfixAdmin 3.3.13 that an import reads, compared column by column with what its upgrade.php makes on PostgreSQL (of fetchmail: a part).
CREATE TABLE domain (
    domain varchar(255) PRIMARY KEY,
    description varchar(255) NOT NULL DEFAULT '',
    aliases integer NOT NULL DEFAULT 0,
    mailboxes integer NOT NULL DEFAULT 0,
    maxquota bigint NOT NULL DEFAULT 0,
    quota bigint NOT NULL DEFAULT 0,
    transport varchar(255) DEFAULT NULL,
    backupmx boolean NOT NULL DEFAULT false,
    created timestamptz DEFAULT now(),
    modified timestamptz DEFAULT now(),
    active boolean NOT NULL DEFAULT true,
    password_expiry integer DEFAULT 0
);
CREATE TABLE alias_domain (
    alias_domain varchar(255) PRIMARY KEY REFERENCES domain ON DELETE CASCADE,
    target_domain varchar(255) NOT NULL REFERENCES domain ON DELETE CASCADE,
    created timestamptz DEFAULT now(),
    modified timestamptz DEFAULT now(),
    active boolean NOT NULL DEFAULT true
);
CREATE TABLE mailbox (
    username varchar(255) PRIMARY KEY,
    password varchar(255) NOT NULL DEFAULT '',
    name varchar(255) NOT NULL DEFAULT '',
    maildir varchar(255) NOT NULL DEFAULT '',
    quota bigint NOT NULL DEFAULT 0,
    created timestamptz DEFAULT now(),
    modified timestamptz DEFAULT now(),
    active boolean NOT NULL DEFAULT true,
    domain varchar(255) REFERENCES domain,
    local_part varchar(255) NOT NULL,
    phone varchar(30) NOT NULL DEFAULT '',
    email_other varchar(255) NOT NULL DEFAULT '',
    token varchar(255) NOT NULL DEFAULT '',
    token_validity timestamptz DEFAULT '2000-01-01',
    password_expiry timestamptz DEFAULT '2000-01-01'
);
CREATE TABLE alias (
    address varchar(255) PRIMARY KEY,
    goto text NOT NULL,
    domain varchar(255) NOT NULL REFERENCES domain,
    created timestamptz DEFAULT now(),
    modified timestamptz DEFAULT now(),
    active boolean NOT NULL DEFAULT true
);
CREATE TABLE vacation (
    email varchar(255) PRIMARY KEY,
    subject varchar(255) NOT NULL,
    body text NOT NULL DEFAULT '',
    domain varchar(255) REFERENCES domain,
    created timestamptz DEFAULT now(),
    active boolean NOT NULL DEFAULT true,
    modified timestamptz DEFAULT now(),
    activefrom timestamptz DEFAULT '2000-01-01',
    activeuntil timestamptz DEFAULT '2038-01-18',
    interval_time integer NOT NULL DEFAULT 0
);
CREATE TABLE fetchmail (
    id serial PRIMARY KEY,
    mailbox varchar(255) NOT NULL DEFAULT '',
    src_server varchar(255) NOT NULL DEFAULT '',
    active boolean NOT NULL DEFAULT false
);
-- Its setup adds this for administrators of all domains.
INSERT INTO domain (domain) VALUES ('ALL');
