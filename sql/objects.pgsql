-- What vmm 0.8 adds to the tables of vmm 0.7: its own tables, and all triggers, functions and views. create_tables.pgsql and
-- upgrade_0.7-0.8.pgsql include this file, after the tables and types of 0.7; it is not for running by itself.

-- 1 version, 2 one primary name per domain, 3 quota usage
\ir objects_base.pgsql
-- 4 one row per address
\ir objects_names.pgsql
\ir objects_addresses.pgsql
\ir objects_suspension.pgsql
\ir objects_answers.pgsql
\ir objects_names_and_choices.pgsql
-- 5 functions and 6 views for Postfix and Dovecot
\ir objects_functions.pgsql
\ir objects_views.pgsql
-- 7 senders
\ir objects_senders.pgsql
-- 8 the journal
\ir objects_journal.pgsql
-- 9 undo
\ir objects_undo.pgsql
-- 10 the age of passwords
\ir objects_passwords.pgsql
-- 11 what \d+ and \df+ say
\ir objects_comments.pgsql
