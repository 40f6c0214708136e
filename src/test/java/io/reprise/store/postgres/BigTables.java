package io.reprise.store.postgres;

import io.reprise.testing.BigSession;
import java.util.List;

/**
 * A database in which each table that grows has at least 100,000 rows, analysed. Most sessions have one run, as in a
 * real database; {@code s_many} has a long history of everything, and {@code eve} has 10,000 sessions.
 */
final class BigTables {
    static final BigSession MANY_RUNS = new BigSession("s_many", "ada", 15_000, 32);
    static final BigSession LONG_TEXTS = new BigSession("s_long", "ada", 100, 60_000);

    /** Tables that stay small: one row for a shard, a setting or a secret. */
    static final List<String> SMALL =
            List.of("shard", "setting", "fixed_setting", "secret", "push_key", "catalog_entry", "catalog_state");

    private static final List<String> ROWS = List.of(
            "INSERT INTO shard (shard, node, number) SELECT i, 'n_1', 1 FROM generate_series(0, 63) AS i",
            // Every tenth session of eve is pinned, two thirds are archived.
            """
            INSERT INTO session (id, user_id, epoch, owner, head_seq, pinned, archived, title_folded, updated_at)
            SELECT 's_' || i, CASE WHEN i <= 10000 THEN 'eve' WHEN i <= 40000 THEN 'ada' ELSE 'u_' || i / 10 END, 'e_1', 0, 1,
                   i % 10 = 0, i % 3 > 0, 'title ' || i, timestamptz '2026-01-01Z' + i * interval '1 minute'
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO session (id, user_id, epoch, owner, updated_at)
            SELECT 'v_' || i, 'anonymous:' || i, 'e_1', 0, timestamptz '2026-01-01Z' + i * interval '1 minute'
            FROM generate_series(1, 5000) AS i""",
            """
            INSERT INTO run (session_id, id, origin, first_seq, exact, started_at, outcome)
            SELECT 's_' || i, 'r_1', 'user', 1, true, now(), CASE WHEN i % 1000 = 0 THEN NULL ELSE 'success' END
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO session_event (session_id, from_seq, seq, run_id, type, payload, at)
            SELECT 's_' || i, 1, 1, 'r_1', 'RUN_STARTED', '{"type":"RUN_STARTED"}', now() FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO message_text (session_id, seq, end_seq, message_id, role, folded)
            SELECT 's_' || i, 2, 4, 'm_1', 'user', 'a text of ' || md5(i::text) FROM generate_series(1, 100000) AS i""",
            // In all shards; every tenth is not due yet.
            """
            INSERT INTO recall (id, session_id, user_id, text, schedule, status, slot_at, trigger_at,
                                deferrals, failures, missed, created_at)
            SELECT 'rc_' || i, CASE WHEN i > 99000 THEN 's_many' ELSE 's_' || i END,
                   CASE WHEN i > 70000 THEN 'ada' ELSE 'u_' || i / 10 END, 'stretch', '{}',
                   CASE WHEN i <= 20000 THEN 'pending' ELSE 'fired' END, due.at, due.at, 0, 0, 0,
                   timestamptz '2026-01-01Z' + i * interval '1 minute'
            FROM generate_series(1, 100000) AS i,
                 LATERAL (SELECT now() + interval '1 s' * (CASE WHEN i % 10 = 9 THEN 1 ELSE -1 END) * (i + 10) AS at) AS due""",
            """
            INSERT INTO interrupt (session_id, id, run_id, place, tool_call, tool, arguments, created_at, expires_at, decision)
            SELECT CASE WHEN i > 85000 THEN 's_many' ELSE 's_' || (1 + i % 200) END, 'i_' || i,
                   CASE WHEN i > 85000 THEN 'r_' || i - 85001 ELSE 'r_1' END, 1, 't_1', 'mail', '{}',
                   now() - interval '1 s' * i, now() - interval '1 s' * i, CASE WHEN i > 20000 THEN 'approved' END
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO claim (user_id, session_id, id, hash, result, at)
            SELECT 'ada', CASE WHEN i % 10 = 0 THEN 's_many' ELSE 's_' || i END, 'c_' || i, 'hash', '{}',
                   now() - interval '1 s' * i
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO checkpoint (session_id, id, run_id, seq, step, at, bytes, body)
            SELECT CASE WHEN i <= 50 THEN 's_many' ELSE 's_' || i END, 'k_' || i,
                   CASE WHEN i <= 50 THEN 'r_' || i ELSE 'r_1' END, i, 1, now() - interval '1 s' * i, 2, '{}'
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO erased_user (hash, name, erased_at)
            SELECT sha256(convert_to('erased_' || i, 'UTF8')), 'erased:' || i, now() FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO audit (user_id, action, session_id, target)
            SELECT CASE WHEN i % 1000 = 1 THEN 'eve' ELSE 'u_' || i % 7 END, CASE WHEN i % 500 < 2 THEN 'rare' ELSE 'usual' END,
                   's_' || i % 5000, 'i_' || i
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO sign_in (id, user_id, content, created_at, ends_at)
            SELECT 'in_' || i, 'u_' || i / 10, '', now() - interval '1 s' * i, now() + interval '1 s' * (50000 - i)
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO preference (user_id, quiet_from, quiet_to, quiet_zone)
            SELECT 'u_' || i, '22:00', '07:00', 'Europe/Berlin' FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO memory (id, user_id, content, words, source)
            SELECT 'me_' || i, CASE WHEN i <= 500 THEN 'ada' ELSE 'u_' || i % 1000 END, 'note ' || i,
                   to_tsvector('simple', 'note ' || i), 'agent'
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO mcp_sign_in (id, user_id, server, secret, signed_in_at, state, attempt, attempt_ends_at)
            SELECT 'm_' || i, 'u_' || i % 10000, 'server_' || i / 10000, '\\x00', now(), 'state_' || i, '\\x00',
                now() + interval '1 day'
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO api_key (id, user_id, name, hash, scope, roles, agents, created_at)
            SELECT 'k_' || i, 'u_' || i % 10000, 'key ' || i, '\\x00', 'chat', '{user}', '{}', now() - interval '1 s' * i
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO job_run (job, lease, node, cause, part, started_at, ended_at, outcome)
            SELECT 'job-' || i % 10, i, 'n_1', 'schedule', 'all', now() - interval '1 s' * i, now(), 'success'
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO hook (id, session_id, user_id, name, template, secret, created_at)
            SELECT 'hk_' || i, 's_' || i, 'u_' || i / 10, 'issues', '{{body}}', '', now() - interval '1 s' * i
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO hook_delivery (hook_id, id, signature, recall, at)
            SELECT CASE WHEN i > 85000 THEN 'hk_7' ELSE 'hk_' || i END, 'd_' || i, md5(i::text), 'rc_1', now() - interval '1 s' * i
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO webhook (id, user_id, name, url, events, secret, created_at)
            SELECT 'wh_' || i, 'u_' || i / 10, 'mine', 'https://example.org/', '{run.ended}', '', now() - interval '1 s' * i
            FROM generate_series(1, 100000) AS i""",
            // Some are due, some wait, most are over.
            """
            INSERT INTO webhook_delivery (id, webhook_id, session_id, event, data, created_at, status, next_at)
            SELECT 'wd_' || i, CASE WHEN i > 85000 THEN 'wh_7' WHEN i <= 100 THEN 'wh_8' ELSE 'wh_' || i END, 's_' || i, 'run.ended', '{}',
                   now() - interval '1 s' * i, CASE WHEN i <= 3000 THEN 'pending' WHEN i <= 5000 THEN 'parked' ELSE 'delivered' END,
                   now() + interval '1 s' * (i - 1500)
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO attachment_blob (id, place, chunk_bytes, bytes, kept, gone, begun_at)
            SELECT 'b_' || i, 'database', 4096, 10, i % 1000 > 0, i % 2000 = 0, now() - interval '1 s' * i
            FROM generate_series(1, 100000) AS i""",
            "INSERT INTO attachment_chunk (blob_id, number, data) SELECT 'b_' || i, 0, '' FROM generate_series(1, 100000) AS i",
            """
            INSERT INTO attachment (session_id, id, blob_id, user_id, name, type, bytes, uploaded_at, sent_at)
            SELECT 's_' || i, 'a_' || i, 'b_' || i, 'u_' || i / 10, 'a.txt', 'text/plain', 10, now() - interval '1 s' * i,
                   CASE WHEN i % 100 > 0 THEN now() END
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO push_subscription (id, user_id, endpoint, name, service, secret, titles, sign_in_id, cookie, created_at, ends_at)
            SELECT 'pd_' || i, 'u_' || i / 10, 'at_' || i, 'mine', 'push.test', '', true, CASE WHEN i % 2 = 0 THEN 'in_' || i END,
                   CASE WHEN i % 2 = 1 THEN 'cookie_' || i END, now() - interval '1 s' * i, now() + interval '1 s' * (i - 5000)
            FROM generate_series(1, 100000) AS i""",
            // Some are due.
            """
            INSERT INTO push_message (id, subscription_id, session_id, run_id, kind, outcome, created_at, next_at)
            SELECT 'pm_' || i, CASE WHEN i > 98000 THEN 'pd_7' ELSE 'pd_' || i END, 's_' || i, 'r_1', 'run.ended', 'success',
                   now() - interval '1 s' * i, now() + interval '1 s' * (i - 1500)
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO catalog_entry (kind, name, origin, version, body)
            SELECT 'prompt', 'p_' || i, 'database', 1000, '{"text":"a"}' FROM generate_series(1, 100) AS i""",
            """
            INSERT INTO catalog_version (kind, name, version, origin, action, status, body)
            SELECT 'prompt', 'p_' || i % 100, i / 100 + 1, 'database', 'changed',
                   CASE i / 100 % 3 WHEN 0 THEN 'approved' WHEN 1 THEN 'testing' ELSE 'deprecated' END, '{"text":"a"}'
            FROM generate_series(0, 99999) AS i""",
            """
            INSERT INTO model_use (id, run_id, session_id, user_id, purpose, provider, model, at, input, cached_input,
                cache_write, output, reasoning, estimated)
            SELECT 'u_' || i, 'r_1', CASE WHEN i <= 100 THEN 's_many' ELSE 's_' || i END, 'u_' || i / 10, 'answer', 'p', 'm',
                   now() - interval '1 s' * i, 1, 0, 0, 1, 0, false
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO usage_day (day, user_id, agent, purpose, provider, model, calls, input, cached_input, cache_write, output,
                reasoning, estimated, unpriced, cost)
            SELECT date '2026-01-01' + i % 100, 'u_' || i / 100, '', 'answer', 'p', 'm', 1, 1, 0, 0, 1, 0, 0, 1, 0
            FROM generate_series(0, 99999) AS i""",
            """
            INSERT INTO feedback (session_id, message_id, seq, user_id, rating, comment, agent, event_seq, at)
            SELECT CASE WHEN i <= 500 THEN 's_many' ELSE 's_' || i END, 'm_' || i, i, 'ada', CASE WHEN i % 3 = 0 THEN 'down' ELSE 'up' END,
                   CASE WHEN i % 4 = 0 THEN 'comment ' || i END, 'default', i + 1, timestamptz '2026-01-01Z' + i * interval '1 minute'
            FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO erased_session (hash, at)
            SELECT md5(i::text), now() - interval '1 s' * i FROM generate_series(1, 100000) AS i""",
            """
            INSERT INTO erasure (session_id, store, up_to_seq, due_at)
            SELECT 's_gone_' || i, 'redis', 1, now() + interval '1 s' * (50000 - i) FROM generate_series(1, 100000) AS i""");

    private BigTables() {}

    static void storeIn(StoreFixture fixture) {
        MANY_RUNS.storeIn(fixture.uri());
        LONG_TEXTS.storeIn(fixture.uri());
        // Without the checks of foreign keys and the notifications of timers, which take longer than the rows.
        fixture.execute("SET session_replication_role = replica; " + String.join(";", ROWS) + "; ANALYZE");
    }
}
