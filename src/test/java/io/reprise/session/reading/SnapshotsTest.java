package io.reprise.session.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.StoreAway;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
    private final List<Snapshots.Key> asked = new ArrayList<>();
    private final Map<Snapshots.Key, Promise<List<String>>> answers = new HashMap<>();
    private final List<Runnable> timers = new ArrayList<>();
    private long nowMs;
    private final Snapshots snapshots = snapshots(new Snapshots.Limits(1_000, 100, 2, 3));

    private Snapshots snapshots(Snapshots.Limits limits) {
        return new Snapshots(
                (ms, task) -> timers.add(task),
                (key, unstored) -> {
                    asked.add(key);
                    return answers.computeIfAbsent(key, its -> Promise.promise())
                            .future();
                },
                limits,
                () -> nowMs);
    }

    /**
     * Symptom: a snapshot of P pages read and folded the conversation P times, and each of its readers did so again. Cause:
     * nothing of it was kept between two pages.
     */
    @Test
    void a_snapshot_is_made_once_for_all_its_pages_and_readers() {
        Future<List<String>> first = pages("a", 7);
        Future<List<String>> meanwhile = pages("a", 7);
        answer("a", 7, "one", "two");
        Future<List<String>> later = pages("a", 7);

        assertThat(asked).hasSize(1);
        assertThat(List.of(first, meanwhile, later))
                .allSatisfy(pages -> assertThat(pages.result()).containsExactly("one", "two"));
        assertThat(snapshots.keptBytes()).isEqualTo(6);
    }

    @Test
    void a_session_makes_one_snapshot_at_a_time_and_does_not_delay_others() {
        pages("a", 7);
        pages("a", 8);
        pages("b", 1);
        pages("c", 1);
        assertThat(asked).containsExactly(key("a", 7), key("b", 1));

        answer("a", 7, "x");

        assertThat(asked).containsExactly(key("a", 7), key("b", 1), key("a", 8));
        answer("b", 1, "x");
        assertThat(asked).endsWith(key("c", 1));
    }

    @Test
    void too_many_waiting_requests_are_answered_unavailable() {
        for (int seq = 1; seq <= 4; seq++) pages("a", seq);

        Future<List<String>> fifth = pages("a", 5);

        assertThat(StoreAway.isCause(fifth.cause())).isTrue();
        assertThat(pages("a", 4).isComplete()).as("waits").isFalse();
    }

    @Test
    void a_failed_build_is_repeated_at_the_next_request() {
        Future<List<String>> failed = pages("a", 7);
        answers.get(key("a", 7)).fail(new StoreAway(new IOException("away")));
        answers.clear();

        Future<List<String>> again = pages("a", 7);
        answer("a", 7, "x");

        assertThat(failed.failed()).isTrue();
        assertThat(again.result()).containsExactly("x");
    }

    @Test
    void the_cache_has_a_limit_and_drops_the_least_recently_used() {
        for (String session : List.of("a", "b")) {
            pages(session, 1);
            answer(session, 1, "x".repeat(50));
        }
        pages("a", 1);
        pages("c", 1);
        answer("c", 1, "x".repeat(50));

        assertThat(snapshots.keptBytes()).isEqualTo(100);
        asked.clear();
        pages("a", 1);
        pages("c", 1);
        assertThat(asked).isEmpty();
        pages("b", 1);
        assertThat(asked).containsExactly(key("b", 1));
    }

    @Test
    void a_single_entry_above_the_limit_is_kept_until_the_next_one() {
        pages("a", 1);
        answer("a", 1, "x".repeat(1_000));
        pages("a", 1);
        assertThat(asked).hasSize(1);

        pages("b", 1);
        answer("b", 1, "x");

        assertThat(snapshots.keptBytes()).isEqualTo(1);
    }

    @Test
    void an_unused_session_is_evicted_in_time() {
        pages("a", 1);
        answer("a", 1, "x");
        nowMs = 600;
        pages("b", 1);
        answer("b", 1, "y");
        assertThat(timers).hasSize(1);

        nowMs = 1_000;
        timers.removeFirst().run();
        assertThat(snapshots.keptBytes()).isEqualTo(1);
        nowMs = 1_600;
        timers.removeFirst().run();

        assertThat(snapshots.keptBytes()).isZero();
        assertThat(timers).isEmpty();
    }

    @Test
    void nothing_is_left_of_a_session_that_is_erased() {
        pages("a", 1);
        answer("a", 1, "said");
        pages("b", 1);
        answer("b", 1, "other");
        Future<List<String>> underWay = pages("a", 2);

        snapshots.forget("a");
        answer("a", 2, "said");

        assertThat(underWay.isComplete()).isTrue();
        assertThat(snapshots.keptBytes()).isEqualTo(5);
    }

    private Future<List<String>> pages(String session, long at) {
        return snapshots.pages(key(session, at), List.of());
    }

    private void answer(String session, long at, String... pages) {
        answers.get(key(session, at)).complete(List.of(pages));
    }

    private static Snapshots.Key key(String session, long at) {
        return new Snapshots.Key(session, "e_1", at);
    }
}
