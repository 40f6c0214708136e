package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.AuditDirectory.Entry;
import io.reprise.history.AuditDirectory.Filter;
import io.reprise.message.Interrupt;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Loaded;
import io.reprise.support.Page;
import io.reprise.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What runs ask people, and the record of what people decided. */
class PgInterruptsIT extends ContinuedRunsBench {
    private static final List<Integer> EVERY_SHARD =
            IntStream.range(0, TestDatabase.SHARDS).boxed().toList();

    private final PgAudit audit = new PgAudit(database.pool);

    // --- interrupts

    @Test
    void interrupts_are_loaded_in_the_order_of_their_run_with_their_resolutions() {
        Interrupt one = interrupt("i_z", "t_1");
        Interrupt two = interrupt("i_a", "t_2");
        append(List.of(run("r_1", 1, "interrupt")), List.of(one, two), List.of());

        Loaded none = load();
        append(List.of(), List.of(two.resolved(EDITED)), List.of());
        Loaded half = load();
        append(List.of(), List.of(one.resolved(expired())), List.of());
        Loaded all = load();

        assertThat(none.interrupts()).containsExactly(one, two);
        assertThat(half.interrupts()).containsExactly(one, two.resolved(EDITED));
        assertThat(all.interrupts()).containsExactly(one.resolved(expired()), two.resolved(EDITED));
    }

    @Test
    void interrupts_of_an_earlier_run_are_loaded_only_as_far_as_they_are_resolved() {
        Interrupt resolved = interrupt("i_2", "t_2").resolved(EDITED);
        append(List.of(run("r_1", 1, "interrupt")), List.of(interrupt("i_1", "t_1"), resolved), List.of());

        append(run("r_2", 5, "success"));

        assertThat(load().interrupts()).containsExactly(resolved);
    }

    @Test
    void an_append_that_is_lost_leaves_neither_interrupts_nor_audit() {
        Append late = appendOf(
                7, List.of(run("r_1", 1, "interrupt")), List.of(interrupt("i_1", "t_1")), List.of(audited("ada")));

        assertThat(await(store.append(late))).isEqualTo(new AppendOutcome.Lost());

        assertThat(database.look("SELECT (SELECT count(*) FROM interrupt) + (SELECT count(*) FROM audit)"))
                .isEqualTo("0");
    }

    @Test
    void a_clear_erases_the_interrupts_of_what_it_erases_and_keeps_the_audit() {
        log("r_1", started("r_1"));
        append(List.of(run("r_1", 1, "interrupt")), List.of(interrupt("i_1", "t_1")), List.of(audited("ada")));

        clear(1);

        assertThat(database.look("SELECT count(*) FROM interrupt")).isEqualTo("0");
        assertThat(database.look("SELECT string_agg(action, ' ' ORDER BY id) FROM audit"))
                .isEqualTo("interrupt.approve session.cleared");
    }

    @Test
    void erasing_a_session_erases_its_interrupts_but_not_its_audit_entries() {
        append(List.of(run("r_1", 1, "interrupt")), List.of(interrupt("i_1", "t_1")), List.of(audited("ada")));

        assertThat(await(store.erase(SESSION, 1, null))).isTrue();

        assertThat(database.look("SELECT count(*) FROM interrupt")).isEqualTo("0");
        assertThat(database.look("SELECT string_agg(action, ' ' ORDER BY id) FROM audit"))
                .isEqualTo("interrupt.approve session.deleted");
    }

    @Test
    void a_session_that_waits_for_people_is_not_unfinished_even_if_messages_wait() {
        append(List.of(run("r_1", 1, "interrupt")), List.of(interrupt("i_1", "t_1")), List.of());
        database.execute("UPDATE session SET queue = '[{\"message\":\"m_1\"}]'");

        List<String> waiting = await(store.unfinishedSessions(EVERY_SHARD));
        append(List.of(), List.of(interrupt("i_1", "t_1").resolved(expired())), List.of());
        List<String> answered = await(store.unfinishedSessions(EVERY_SHARD));

        assertThat(waiting).isEmpty();
        assertThat(answered).containsExactly(SESSION);
    }

    // --- audit

    @Test
    void operators_find_what_was_decided_the_newest_first_a_page_at_a_time() {
        append(List.of(), List.of(), List.of(audited("ada"), audited("eve"), audited(null)));

        Page<Entry> first = await(audit.list(Filter.NONE, Long.MAX_VALUE, 2));
        Page<Entry> second = await(audit.list(Filter.NONE, Long.parseLong(first.cursor()), 2));

        assertThat(first.rows()).extracting(Entry::user).containsExactly(null, "eve");
        assertThat(second.rows()).extracting(Entry::user).containsExactly("ada");
        assertThat(second.cursor()).isNull();
        Entry oldest = second.rows().getFirst();
        assertThat(oldest.atMs()).isPositive();
        assertThat(oldest)
                .isEqualTo(new Entry(
                        oldest.id(),
                        oldest.atMs(),
                        "ada",
                        "interrupt.approve",
                        SESSION,
                        "i_1",
                        Map.of("tool", "mail")));
    }

    @Test
    void operators_find_what_one_user_did_or_what_happened_in_one_session() {
        append(List.of(), List.of(), List.of(audited("ada"), audited("eve")));
        await(store.create(StoreFixture.newSession("s_2", "ada", 1)));
        database.execute("INSERT INTO audit (user_id, action, session_id) VALUES ('ada', 'other', 's_2')");

        assertThat(found(new Filter("ada", null, null))).containsExactly("ada other s_2", "ada interrupt.approve s_1");
        assertThat(found(new Filter(null, "interrupt.approve", null)))
                .containsExactly("eve interrupt.approve s_1", "ada interrupt.approve s_1");
        assertThat(found(new Filter(null, null, "s_2"))).containsExactly("ada other s_2");
        assertThat(found(new Filter("eve", null, "s_2"))).isEmpty();
    }

    @Test
    void operators_find_what_happened_in_a_time() {
        database.execute("INSERT INTO audit (at, user_id, action) VALUES"
                + " ('2026-01-01Z', 'ada', 'one'), ('2026-01-03Z', 'ada', 'three'), ('2026-01-02Z', 'eve', 'two')");
        long first = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
        long day = Duration.ofDays(1).toMillis();

        assertThat(found(new Filter(null, null, null, first + day, null)))
                .containsExactly("eve two null", "ada three null");
        assertThat(found(new Filter(null, null, null, null, first + day))).containsExactly("ada one null");
        assertThat(found(new Filter("ada", null, null, first, first + 2 * day))).containsExactly("ada one null");
        assertThat(found(new Filter("ada", "three", null, first + 2 * day, first + 3 * day)))
                .containsExactly("ada three null");
        assertThat(found(new Filter(null, null, null, first + 3 * day, null))).isEmpty();
    }

    @Test
    void what_is_done_outside_the_database_is_recorded() {
        await(audit.record("ada", "config.reload", null, Map.of("outcome", "unchanged")));

        Entry entry = await(audit.list(Filter.NONE, Long.MAX_VALUE, 1)).rows().getFirst();
        assertThat(entry.user()).isEqualTo("ada");
        assertThat(entry.action()).isEqualTo("config.reload");
        assertThat(entry.session()).isNull();
        assertThat(entry.detail()).containsOnly(Map.entry("outcome", "unchanged"));
    }

    private List<String> found(Filter filter) {
        return await(audit.list(filter, Long.MAX_VALUE, 10)).rows().stream()
                .map(entry -> entry.user() + " " + entry.action() + " " + entry.session())
                .toList();
    }

    private void clear(long upTo) {
        Append append = appendOf(version, List.of(), List.of(), List.of(), List.of())
                .clearedTo(upTo)
                .build();
        assertThat(await(store.append(append))).isEqualTo(new AppendOutcome.Stored());
    }
}
