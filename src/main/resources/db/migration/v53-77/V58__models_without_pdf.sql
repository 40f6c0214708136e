-- Some providers have no form for PDF, so a model of theirs that is said to take it cannot be used any more. Saved ones lose the
-- word, as a new version of the entry that nobody has made. Where a text has an escape that jsonb refuses, an administrator does it.
WITH named AS MATERIALIZED (
    SELECT kind, name, version, body, body::json ->> 'provider' AS provider
    FROM catalog_entry
    WHERE kind = 'model' AND origin = 'database' AND body LIKE '%"pdf"%' AND body NOT LIKE '%\\u0000%'
), without AS MATERIALIZED (
    SELECT named.kind, named.name, named.version + 1 AS version,
        jsonb_set(named.body::jsonb, '{takes}', (named.body::jsonb -> 'takes') - 'pdf')::text AS body
    FROM named JOIN catalog_entry AS its ON its.kind = 'provider' AND its.name = named.provider
    WHERE its.body::json ->> 'type' IN ('ollama', 'huggingface', 'mistral') AND named.body::jsonb -> 'takes' @> '["pdf"]'
), kept AS (
    INSERT INTO catalog_version (kind, name, version, origin, action, body)
    SELECT kind, name, version, 'database', 'changed', body FROM without
)
UPDATE catalog_entry AS entry SET body = without.body, version = without.version, changed_by = NULL, changed_at = now()
FROM without WHERE entry.kind = without.kind AND entry.name = without.name;
