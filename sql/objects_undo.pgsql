-- What it takes to undo changes. Part of objects.pgsql.

-- ==== 9  Undo ===================================================================================================================

-- By what an object is known in the journal, whatever it is called now.
CREATE OR REPLACE FUNCTION vmm_journal_key(j vmm_journal) RETURNS text LANGUAGE sql IMMUTABLE AS $body$
    SELECT CASE j.kind
        WHEN 'domain name' THEN j.domain
        WHEN 'relocated user' THEN concat_ws(' ', j.gid, j.local_part)
        WHEN 'alias' THEN concat_ws(' ', j.gid, j.local_part, coalesce(j.before, j.after)->>'destination')
        WHEN 'catch-all' THEN concat_ws(' ', j.gid, coalesce(j.before, j.after)->>'destination')
        WHEN 'sender grant' THEN concat_ws(' ', j.gid, j.local_part, coalesce(j.before, j.after)->>'uid')
        ELSE j.number::text
    END
$body$;

-- What some changes come to, for each object: what it was before the first of them, and what the last of them left. With uids only
-- for these accounts, and the destinations and sender grants that were deleted with them. With others: what all other changes come
-- to, of the same objects, since then. Right after a large change the statistics do not know of it, and rows that are taken for one
-- would be read again for each object: no nested loops.
CREATE OR REPLACE FUNCTION vmm_journal_net(changes bigint[], uids bigint[], others boolean)
    RETURNS TABLE (kind text, key text, number bigint, old_gid bigint, old_domain text, old_local_part text, gid bigint,
                   domain text, local_part text, before jsonb, after jsonb, password_changed boolean, last_change bigint)
    LANGUAGE sql STABLE SET search_path FROM CURRENT SET enable_nestloop = off AS $body$
    WITH chosen AS (
        SELECT j.*, vmm_journal_key(j) AS key
          FROM vmm_journal j
         WHERE j.change = ANY (changes)
           AND (uids IS NULL
                OR (j.kind = 'account' AND j.number = ANY (uids))
                OR (j.kind = 'sender grant' AND j.after IS NULL AND (j.before->>'uid')::bigint = ANY (uids))
                OR (j.kind IN ('alias', 'catch-all') AND j.after IS NULL
                    AND j.before->>'destination' IN (
                        SELECT a.local_part || '@' || n.name
                          FROM vmm_journal a,
                               LATERAL (SELECT a.domain AS name UNION SELECT domainname FROM domain_name WHERE gid = a.gid) AS n
                         WHERE a.change = ANY (changes) AND a.kind = 'account' AND a.number = ANY (uids))))
    ), objects AS (
        SELECT c.kind, c.key, min(c.entry) AS entry FROM chosen c GROUP BY 1, 2
    ), entries AS (
        SELECT * FROM chosen WHERE NOT others
         UNION ALL
        SELECT l.*
          FROM (SELECT j.*, vmm_journal_key(j) AS key
                  FROM vmm_journal j
                 WHERE others AND j.entry > (SELECT min(entry) FROM objects) AND j.change <> ALL (changes)) AS l
          JOIN objects o ON o.kind = l.kind AND o.key = l.key AND l.entry > o.entry
    ), net AS (
        SELECT f.kind, f.key, f.number,
               CASE WHEN f.before ? 'gid' AND f.kind IN ('account', 'domain name')
                    THEN (f.before->>'gid')::bigint ELSE f.gid END AS old_gid,
               coalesce(substring(f.was FROM '@([^@]*)$'), f.domain) AS old_domain,
               coalesce(substring(f.was FROM '^(.*)@'), f.local_part) AS old_local_part,
               l.gid, l.domain, l.local_part, f.before, l.after, p.password_changed, l.change AS last_change
          FROM (SELECT DISTINCT ON (e.kind, e.key) * FROM entries e ORDER BY e.kind, e.key, e.entry) AS f
          JOIN (SELECT DISTINCT ON (e.kind, e.key) * FROM entries e ORDER BY e.kind, e.key, e.entry DESC) AS l USING (kind, key)
          JOIN (SELECT e.kind, e.key, bool_or(e.password_changed) AS password_changed FROM entries e GROUP BY 1, 2) AS p
               USING (kind, key)
    )
    SELECT n.kind, n.key, n.number, n.old_gid, n.old_domain, n.old_local_part, n.gid, n.domain, n.local_part, n.before, n.after,
           n.password_changed AND n.before IS NOT NULL AND n.after IS NOT NULL, n.last_change
      FROM net n
     WHERE n.before IS DISTINCT FROM n.after
        OR (n.before IS NOT NULL AND ((n.old_gid, n.old_local_part) IS DISTINCT FROM (n.gid, n.local_part) OR n.password_changed))
$body$;
