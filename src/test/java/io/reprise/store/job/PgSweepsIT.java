package io.reprise.store.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.hook.Hooks;
import io.reprise.job.Sweep;
import io.reprise.mcp.signin.McpSignIns;
import io.reprise.push.Pushes;
import io.reprise.secret.SecretBox;
import io.reprise.secret.SecretPlace;
import io.reprise.store.postgres.StoreFixture;
import io.reprise.webhook.Webhooks;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each job changes the rows that it is for, and no others. */
class PgSweepsIT {
    private static final int DAYS = 10;
    private static final int HOURS = DAYS * 24;

    private static final String PARENTS = """
            INSERT INTO session (id, user_id, epoch, owner) VALUES ('s', 'ada', 'e', 1);
            INSERT INTO hook (id, session_id, user_id, name, template, secret) VALUES ('h', 's', 'ada', 'x', 'x', '%1$s');
            INSERT INTO webhook (id, user_id, name, url, events, secret) VALUES ('w', 'ada', 'x', 'x', '{run.ended}', '%2$s');
            INSERT INTO push_key (id, secret) VALUES ('k', '%3$s');
            INSERT INTO push_subscription (id, user_id, endpoint, name, service, secret, titles, ends_at)
                VALUES ('young', 'ada', 'young', 'x', 'x', '%4$s', true, now() + interval '1 day');
            INSERT INTO mcp_sign_in (id, user_id, server, secret) VALUES ('m', 'ada', 'house', '%5$s')""";

    /** An old and a young one in each table that a job cleans up. */
    private static final String AGED = """
            CREATE TEMPORARY TABLE aged ON COMMIT DROP AS
                SELECT * FROM (VALUES ('old', now() - interval '20 days'), ('young', now())) AS a (id, at);
            INSERT INTO claim (user_id, session_id, id, hash, result, at) SELECT 'ada', 's', id, 'h', '{}', at FROM aged;
            INSERT INTO erased_session (hash, at) SELECT id, at FROM aged;
            INSERT INTO audit (action, at) SELECT id, at FROM aged;
            INSERT INTO job_run (job, lease, node, cause, part, started_at, ended_at)
                SELECT id, 1, 'n', 'schedule', 'all', at, at FROM aged UNION ALL
                SELECT 'unfinished', 1, 'n', 'schedule', 'all', at, NULL FROM aged WHERE id = 'old';
            INSERT INTO hook_delivery (hook_id, id, signature, at) SELECT 'h', id, id, at FROM aged;
            INSERT INTO webhook_delivery (id, webhook_id, event, data, next_at, created_at)
                SELECT id, 'w', 'run.ended', '{}', at, at FROM aged;
            INSERT INTO push_subscription (id, user_id, endpoint, name, service, secret, titles, ends_at)
                SELECT id, 'ada', id, 'x', 'x', '', true, at FROM aged WHERE id = 'old';
            INSERT INTO push_message (id, subscription_id, kind, next_at, created_at)
                SELECT id, 'young', 'run.ended', at, at FROM aged;
            INSERT INTO model_use (id, user_id, purpose, provider, model, at, input, cached_input, cache_write, output,
                reasoning, estimated) SELECT id, 'ada', 'answer', 'x', 'x', at, 0, 0, 0, 0, 0, false FROM aged;
            INSERT INTO usage_day (day, user_id, agent, purpose, provider, model, calls, input, cached_input, cache_write,
                output, reasoning, estimated, unpriced, cost)
                SELECT at, 'ada', id, 'answer', 'x', 'x', 1, 0, 0, 0, 0, 0, 0, 0, 0 FROM aged""";

    private static final String LEFT = """
            SELECT string_agg(row, ',') FROM (
                SELECT 'claim ' || id FROM claim UNION ALL SELECT 'erased_session ' || hash FROM erased_session
                UNION ALL SELECT 'audit ' || action FROM audit UNION ALL SELECT 'job_run ' || job FROM job_run
                UNION ALL SELECT 'hook_delivery ' || id FROM hook_delivery
                UNION ALL SELECT 'webhook_delivery ' || id FROM webhook_delivery
                UNION ALL SELECT 'push_message ' || id FROM push_message
                UNION ALL SELECT 'push_subscription ' || id FROM push_subscription
                UNION ALL SELECT 'model_use ' || id FROM model_use UNION ALL SELECT 'usage_day ' || agent FROM usage_day
            ) AS rows (row)""";

    private static StoreFixture fixture;

    private final SecretBox old = new SecretBox(List.of("an old key of more than thirty-two bytes"));
    private final SecretBox both = new SecretBox(
            List.of("a new key of more than thirty-two bytes", "an old key of more than thirty-two bytes"));
    private final SecretBox newest = new SecretBox(List.of("a new key of more than thirty-two bytes"));

    @BeforeAll
    static void start() {
        fixture = new StoreFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @BeforeEach
    void prepare() {
        fixture.execute("TRUNCATE session, webhook, push_key, push_subscription, mcp_sign_in CASCADE");
        fixture.execute(PARENTS.formatted(
                sealed(Hooks.PURPOSE, "h"),
                sealed(Webhooks.PURPOSE, "w"),
                sealed(Pushes.KEY_PURPOSE, "k"),
                sealed(Pushes.PURPOSE, "young"),
                sealed(McpSignIns.PURPOSE, "m")));
    }

    private String sealed(String purpose, String id) {
        byte[] plain = (purpose + id).getBytes(StandardCharsets.UTF_8);
        return "\\x" + HexFormat.of().formatHex(old.seal(plain, new SecretPlace(purpose, id)));
    }

    @Test
    void each_deletes_the_old_rows_of_its_table_and_nothing_else() {
        fixture.execute("BEGIN; " + AGED + "; COMMIT");
        Map<String, Sweep> sweeps = new LinkedHashMap<>();
        sweeps.put("claim", PgSweeps.claims(fixture.pool, HOURS, 1));
        sweeps.put("erased_session", PgSweeps.erasedSessions(fixture.pool, HOURS, 1));
        sweeps.put("audit", PgSweeps.audit(fixture.pool, DAYS, 1));
        sweeps.put("job_run", PgSweeps.jobRuns(fixture.pool, DAYS, 1));
        sweeps.put("hook_delivery", PgSweeps.hookDeliveries(fixture.pool, DAYS, 1));
        sweeps.put("webhook_delivery", PgSweeps.webhookDeliveries(fixture.pool, DAYS, 1));
        sweeps.put("push_message", PgSweeps.pushMessages(fixture.pool, HOURS * 60, 1));
        sweeps.put("push_subscription", PgSweeps.pushSubscriptions(fixture.pool, 1));
        sweeps.put("model_use", PgSweeps.modelUses(fixture.pool, DAYS, 1));
        sweeps.put("usage_day", PgSweeps.usageDays(fixture.pool, DAYS, 1));

        sweeps.forEach((table, sweep) -> {
            Set<String> gone = left();
            assertThat(swept(sweep)).as(table).isOne();
            gone.removeAll(left());
            assertThat(gone).containsExactly(table + " old");
        });
    }

    @Test
    void secrets_of_every_kind_are_sealed_again_so_that_the_old_key_can_go() {
        swept(new PgReseal(fixture.pool, both, 1));

        assertOpens("hook", Hooks.PURPOSE, "h");
        assertOpens("webhook", Webhooks.PURPOSE, "w");
        assertOpens("push_key", Pushes.KEY_PURPOSE, "k");
        assertOpens("push_subscription", Pushes.PURPOSE, "young");
        assertOpens("mcp_sign_in", McpSignIns.PURPOSE, "m");
    }

    private void assertOpens(String table, String purpose, String id) {
        String hex = fixture.look("SELECT encode(secret, 'hex') FROM " + table + " WHERE id = '" + id + "'");
        assertThat(newest.open(HexFormat.of().parseHex(hex), new SecretPlace(purpose, id)))
                .as(table)
                .hasValue((purpose + id).getBytes(StandardCharsets.UTF_8));
    }

    /** Returns how many rows it deleted. */
    private static long swept(Sweep sweep) {
        long deleted = 0;
        Sweep.Batch batch;
        do {
            batch = StoreFixture.await(sweep.next());
            deleted += batch.deleted();
        } while (batch.more());
        return deleted;
    }

    private static Set<String> left() {
        return new TreeSet<>(Arrays.asList(fixture.look(LEFT).split(",")));
    }
}
