package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.await;
import static io.reprise.store.postgres.StoreFixture.newSession;
import static io.reprise.store.postgres.StoreFixture.segment;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.log.LogRow;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.testing.Rounds;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Growing texts of several sessions that are stored with one statement. */
class PgSharedAppendsIT {
    private static final long OWNER = 7;
    private static final long SEED = Long.getLong("reprise.appends.seed", new Random().nextInt(1_000_000));
    private static final AppendOutcome STORED = new AppendOutcome.Stored();

    private StoreFixture fixture;
    private PgEventStore store;

    @BeforeEach
    void open_a_store_with_three_sessions() {
        fixture = new StoreFixture();
        store = new PgEventStore(fixture.pool);
        for (String session : List.of("a", "b", "c")) await(store.create(newSession(session, "ada", OWNER)));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static Append append(String session, long version, long from, String... texts) {
        LogRow.Segment row = segment(from, "r", texts);
        return new Append(session, OWNER, version, row.seq(), List.of(row), List.of());
    }

    private List<AppendOutcome> appendAll(Append... appends) {
        return store.appendAll(List.of(appends)).stream()
                .map(StoreFixture::await)
                .toList();
    }

    private String heads() {
        return fixture.look("SELECT string_agg(id || head_seq || 'v' || version, ' ' ORDER BY id) FROM session");
    }

    private String texts() {
        return fixture.look("SELECT string_agg(session_id || from_seq || '-' || seq, ' ' ORDER BY session_id, seq)"
                + " FROM session_event");
    }

    @Test
    void appends_of_several_sessions_are_stored_in_one_transaction() {
        List<AppendOutcome> outcomes =
                appendAll(append("c", 0, 1, "x"), append("a", 0, 1, "x", "y"), append("b", 0, 1, "x"));

        assertThat(outcomes).containsOnly(STORED);
        assertThat(heads()).isEqualTo("a2v1 b1v1 c1v1");
        assertThat(texts()).isEqualTo("a1-2 b1-1 c1-1");
        assertThat(fixture.look("SELECT count(DISTINCT xmin::text) FROM session"))
                .isEqualTo("1");
    }

    @Test
    void an_append_of_another_writer_is_lost_and_the_others_are_stored() {
        Append outdated = append("b", 5, 1, "x");
        Append foreign = new Append("c", OWNER + 1, 0, 1, List.of(segment(1, "r", "x")), List.of());

        List<AppendOutcome> outcomes = appendAll(append("a", 0, 1, "x"), outdated, foreign);

        assertThat(outcomes).containsExactly(STORED, new AppendOutcome.Lost(), new AppendOutcome.Lost());
        assertThat(heads()).isEqualTo("a1v1 b0v0 c0v0");
        assertThat(texts()).isEqualTo("a1-1");
    }

    @Test
    void content_that_the_database_refuses_does_not_affect_other_appends() {
        LogRow notStorable = segment(1, "a run with \u0000 in its id", "x");
        Append refused = new Append("b", OWNER, 0, 1, List.of(notStorable), List.of());

        List<AppendOutcome> outcomes = appendAll(append("a", 0, 1, "x"), refused, append("c", 0, 1, "x"));

        assertThat(outcomes.get(0)).isEqualTo(STORED);
        assertThat(outcomes.get(1)).isInstanceOf(AppendOutcome.Refused.class);
        assertThat(outcomes.get(2)).isEqualTo(STORED);
        assertThat(heads()).isEqualTo("a1v1 b0v0 c1v1");
        assertThat(texts()).isEqualTo("a1-1 c1-1");
    }

    @Test
    void an_append_whose_answer_was_lost_is_stored_once() {
        appendAll(append("a", 0, 1, "x"), append("b", 0, 1, "x"));

        List<AppendOutcome> again = appendAll(append("a", 0, 1, "x"), append("b", 0, 1, "x"), append("c", 0, 1, "x"));

        assertThat(again).containsOnly(STORED);
        assertThat(heads()).isEqualTo("a1v1 b1v1 c1v1");
        assertThat(texts()).isEqualTo("a1-1 b1-1 c1-1");
    }

    /** Symptom if rows are not locked in one order: "deadlock detected", and an append without an outcome. */
    @Test
    void statements_with_the_same_sessions_do_not_wait_for_each_other_forever() {
        System.out.println("PgSharedAppendsIT seed " + SEED + " (-Dreprise.appends.seed=" + SEED + ")");
        Random random = new Random(SEED);
        List<String> sessions = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            sessions.add("s" + i);
            await(store.create(newSession("s" + i, "ada", OWNER)));
        }
        Map<String, Long> versions = new HashMap<>();
        for (int round = 0; round < Rounds.of(15, 300); round++) {
            List<Future<AppendOutcome>> answers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                Collections.shuffle(sessions, random);
                List<Append> appends = sessions.stream()
                        .map(session ->
                                append(session, versions.getOrDefault(session, 0L), seq(versions, session), "x"))
                        .toList();
                answers.addAll(store.appendAll(appends));
            }
            answers.forEach(answer -> assertThat(await(answer)).isEqualTo(STORED));
            sessions.forEach(session -> versions.merge(session, 1L, Long::sum));
        }

        assertThat(fixture.look("SELECT count(*) FROM session_event"))
                .isEqualTo(String.valueOf(40 * Rounds.of(15, 300)));
    }

    private static long seq(Map<String, Long> versions, String session) {
        return versions.getOrDefault(session, 0L) + 1;
    }
}
