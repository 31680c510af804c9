-- Names with A-labels and U-labels. Part of objects.pgsql.

-- ==== 4  One row per address: what every look-up reads, and what keeps an address from being two things ==========================

-- Domain names are stored as A-labels (xn--bcher-kva.example); Postfix and Dovecot may ask by U-labels (bücher.example) when a
-- client speaks SMTPUTF8.

-- An address or a domain name with its A-labels decoded (RFC 3492 section 6.2); NULL where there are none, or a malformed one. What
-- it decodes is never ASCII, so no name can pass for another one.
CREATE OR REPLACE FUNCTION vmm_u_form(stored text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
    at        CONSTANT integer := strpos(stored, '@');
    labels    text[] := string_to_array(substr(stored, at + 1), '.');
    code      text;     -- what follows xn--
    place     integer;  -- where in it the next digit stands
    word      text;     -- what is decoded so far
    digit     integer;
    point     bigint;   -- n, i, old i, w, k, t, bias and delta of the RFC
    next      bigint;
    start     bigint;
    weight    bigint;
    step      integer;
    threshold integer;
    bias      integer;
    delta     bigint;
BEGIN
    IF strpos(stored, 'xn--') = 0 OR getdatabaseencoding() <> 'UTF8' THEN
        RETURN NULL;
    END IF;
    FOR number IN 1 .. cardinality(labels) LOOP
        CONTINUE WHEN left(labels[number], 4) <> 'xn--';
        code := substr(labels[number], 5);
        word := coalesce(substring(code FROM '^(.+)-'), '');
        place := CASE word WHEN '' THEN 1 ELSE length(word) + 2 END;
        point := 128;
        next := 0;
        bias := 72;
        IF place > length(code) THEN
            RETURN NULL;
        END IF;
        WHILE place <= length(code) LOOP
            start := next;
            weight := 1;
            step := 36;
            LOOP
                digit := strpos('abcdefghijklmnopqrstuvwxyz0123456789', substr(code, place, 1)) - 1;
                IF place > length(code) OR digit < 0 THEN
                    RETURN NULL;
                END IF;
                place := place + 1;
                next := next + digit * weight;
                threshold := least(greatest(step - bias, 1), 26);
                EXIT WHEN digit < threshold;
                weight := weight * (36 - threshold);
                step := step + 36;
                IF weight > 2147483647 OR next > 2147483647 THEN
                    RETURN NULL;
                END IF;
            END LOOP;
            delta := (next - start) / CASE start WHEN 0 THEN 700 ELSE 2 END;
            delta := delta + delta / (length(word) + 1);
            bias := 0;
            WHILE delta > 455 LOOP
                delta := delta / 35;
                bias := bias + 36;
            END LOOP;
            bias := bias + 36 * delta / (delta + 38);
            point := point + next / (length(word) + 1);
            next := next % (length(word) + 1);
            IF point > 1114111 OR point BETWEEN 55296 AND 57343 THEN
                RETURN NULL;
            END IF;
            word := left(word, next::integer) || chr(point::integer) || substr(word, next::integer + 1);
            next := next + 1;
        END LOOP;
        labels[number] := word;
    END LOOP;
    RETURN nullif(left(stored, at) || array_to_string(labels, '.'), stored);
END
$body$;

-- Only names with A-labels are in this.
CREATE INDEX domain_name_u_form ON domain_name ((vmm_u_form(domainname)::varchar(255))) WHERE strpos(domainname, 'xn--') > 0;

-- Every name, as it is stored and once more with U-labels where it has A-labels and no other domain has that name.
CREATE VIEW vmm_address_domain_forms AS
SELECT n.gid, n.domainname, n.domainname AS form, true AS is_stored
  FROM domain_name n
 UNION ALL
SELECT n.gid, n.domainname, vmm_u_form(n.domainname)::varchar(255), false
  FROM domain_name n
 WHERE strpos(n.domainname, 'xn--') > 0 AND vmm_u_form(n.domainname) IS NOT NULL
   AND (SELECT o.gid FROM domain_name o WHERE o.domainname = vmm_u_form(n.domainname)::varchar(255)) IS NULL;
