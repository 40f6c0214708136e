package io.reprise.testing;

import io.reprise.store.database.DatabaseUri;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Rows of a session and its user in the tables that a chat alone does not fill, so that a search after an erasure has
 * something to miss. Nothing of it is ever due.
 */
public final class Planted {
    private Planted() {}

    /** @param session which has a run */
    public static void rows(DatabaseUri database, String user, String session) {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            for (String row : ROWS.split(";\n")) {
                statement.execute(row.replace("USER", "'" + user + "'").replace("SESSION", "'" + session + "'"));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final String ROWS = """
            INSERT INTO sign_in (id, user_id, content, ends_at) VALUES ('x', USER, '', now() + interval '1 day');
            INSERT INTO hook (id, session_id, user_id, name, template, secret) VALUES ('hk_x', SESSION, USER, 'x', 'x', '');
            INSERT INTO hook_delivery (hook_id, id, signature, text, recall)
                VALUES ('hk_x', 'x', 'x', USER || SESSION, 'x');
            INSERT INTO webhook (id, user_id, name, url, events, secret)
                VALUES ('wh_x', USER, 'x', 'https://example.org/', '{run.ended}', '');
            INSERT INTO webhook_delivery (id, webhook_id, session_id, event, data, next_at)
                VALUES ('wd_x', 'wh_x', SESSION, 'run.ended', '{}', 'infinity');
            INSERT INTO push_subscription (id, user_id, endpoint, name, service, secret, titles, ends_at)
                VALUES ('pd_x', USER, 'x', 'x', 'x', '', true, now() + interval '1 day');
            INSERT INTO push_message (id, subscription_id, session_id, kind, next_at)
                VALUES ('pm_x', 'pd_x', SESSION, 'run.ended', 'infinity');
            INSERT INTO mcp_sign_in (id, user_id, server, secret) VALUES ('ms_x', USER, 'house', '');
            INSERT INTO memory (id, user_id, content, words, source)
                VALUES ('me_x', USER, 'a note', to_tsvector('simple', 'a note'), 'agent');
            INSERT INTO preference (user_id) VALUES (USER);
            INSERT INTO api_key (id, user_id, name, hash, scope, roles, agents)
                VALUES ('k_x', USER, 'x', '', 'chat', '{}', '{}');
            INSERT INTO feedback (session_id, message_id, seq, user_id, rating, agent, event_seq, at)
                VALUES (SESSION, 'm_x', 1, USER, 'up', 'x', 1, now());
            INSERT INTO model_use (id, session_id, user_id, purpose, provider, model, at, input, cached_input, cache_write,
                output, reasoning, estimated) VALUES ('mu_x', SESSION, USER, 'answer', 'x', 'x', now(), 0, 0, 0, 0, 0, false);
            INSERT INTO usage_day (day, user_id, agent, purpose, provider, model, calls, input, cached_input, cache_write,
                output, reasoning, estimated, unpriced, cost)
                VALUES (now(), USER, '', 'answer', 'x', 'x', 1, 0, 0, 0, 0, 0, 0, 0, 0);
            INSERT INTO attachment_blob (id, place, chunk_bytes, kept) VALUES ('ab_x', 'database', 1, true);
            INSERT INTO attachment_chunk (blob_id, number, data) VALUES ('ab_x', 0, (USER || SESSION)::bytea);
            INSERT INTO attachment (session_id, id, blob_id, user_id, name, type, bytes)
                VALUES (SESSION, 'at_x', 'ab_x', USER, 'x', 'text/plain', 1);
            INSERT INTO checkpoint (session_id, id, run_id, seq, step, at, bytes, body)
                SELECT session_id, 'c_x', id, 1, 1, now(), 1, SESSION::bytea FROM run WHERE session_id = SESSION LIMIT 1;
            INSERT INTO interrupt (session_id, id, run_id, place, tool_call, tool, arguments, created_at, expires_at, decision,
                resolved_by, resolved_at) SELECT session_id, 'i_x', id, 9, 'x', 'x', '{}', now(), now(), 'approve', USER, now()
                FROM run WHERE session_id = SESSION ORDER BY started_at LIMIT 1;
            UPDATE job SET paused = true, request_session = SESSION WHERE name = 'log-compaction';
            UPDATE job SET paused = true, request_by = USER, request_user = USER WHERE name = 'audit-retention';
            INSERT INTO job_run (job, lease, node, cause, asked_by, stop_by, part, started_at, ended_at)
                VALUES ('x', 0, 'x', 'request', USER, USER, 'all', now(), now());
            INSERT INTO setting (key, value, changed_by) VALUES ('run.stepsMax', '25', USER);
            INSERT INTO catalog_entry (kind, name, origin, version, body, changed_by)
                VALUES ('prompt', 'planted', 'database', 1, '{"text":"x","status":"approved"}', USER);
            INSERT INTO catalog_version (kind, name, version, origin, action, status, body, changed_by)
                VALUES ('prompt', 'planted', 1, 'database', 'created', 'approved', '{"text":"x","status":"approved"}', USER);
            INSERT INTO audit (user_id, action, session_id) VALUES (USER, 'x', SESSION)""";
}
