package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.log.LogRow;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Change;
import io.reprise.session.store.Claim;
import io.reprise.session.store.CreateOutcome;
import io.reprise.session.store.EventStore;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.NewSession;
import io.reprise.support.Current;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which appends share a statement. */
class SharedAppendsTest {
    private final List<List<String>> statements = new ArrayList<>();
    private final Deque<Runnable> turnEnd = new ArrayDeque<>();
    private final SharedAppends appends = new SharedAppends(new FakeStore(), Current.always(3), turnEnd::add);

    private static Append growing(String session) {
        return growing(session, "text");
    }

    private static Append growing(String session, String text) {
        LogRow row = new LogRow.Single(1, "r", "TEXT_MESSAGE_START", text, 0);
        return new Append(session, 1, 1, 1, List.of(row), List.of());
    }

    private static Append accepted(String session) {
        return new Append(session, 1, 1, 1, List.of(), List.of(new Change.EpochBegun("e")));
    }

    private void endTurn() {
        for (Runnable task = turnEnd.poll(); task != null; task = turnEnd.poll()) task.run();
    }

    @Test
    void growing_texts_of_one_turn_share_a_statement() {
        appends.append(growing("a"));
        appends.append(growing("b"));
        assertThat(statements).isEmpty();

        endTurn();
        appends.append(growing("c"));
        endTurn();

        assertThat(statements).containsExactly(List.of("a", "b"), List.of("c"));
    }

    @Test
    void an_append_with_other_changes_is_sent_alone_and_immediately() {
        appends.append(growing("a"));
        appends.append(accepted("b"));

        assertThat(statements).containsExactly(List.of("b"));
    }

    @Test
    void no_more_than_the_limit_share_a_statement() {
        for (String session : List.of("a", "b", "c", "d")) appends.append(growing(session));
        endTurn();

        assertThat(statements).containsExactly(List.of("a", "b", "c"), List.of("d"));
    }

    @Test
    void long_texts_do_not_wait_for_each_other() {
        appends.append(growing("a", "x".repeat(1 << 20)));
        appends.append(growing("b"));
        endTurn();

        assertThat(statements).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void each_append_gets_its_own_outcome() {
        Future<AppendOutcome> a = appends.append(growing("a"));
        Future<AppendOutcome> lost = appends.append(growing("lost"));
        Future<AppendOutcome> away = appends.append(growing("away"));
        endTurn();

        assertThat(a.result()).isEqualTo(new AppendOutcome.Stored());
        assertThat(lost.result()).isEqualTo(new AppendOutcome.Lost());
        assertThat(away.failed()).isTrue();
    }

    private final class FakeStore implements EventStore {
        @Override
        public List<Future<AppendOutcome>> appendAll(List<Append> all) {
            statements.add(all.stream().map(Append::session).toList());
            return all.stream().map(this::outcome).toList();
        }

        private Future<AppendOutcome> outcome(Append append) {
            return switch (append.session()) {
                case "lost" -> Future.succeededFuture(new AppendOutcome.Lost());
                case "away" -> Future.failedFuture("away");
                default -> Future.succeededFuture(new AppendOutcome.Stored());
            };
        }

        @Override
        public Future<AppendOutcome> append(Append append) {
            statements.add(List.of(append.session()));
            return outcome(append);
        }

        @Override
        public Future<Map<Integer, Long>> takeShards(String node, List<Integer> shards) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<List<String>> unfinishedSessions(List<Integer> shards) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<LoadOutcome> load(String session, long owner, Set<String> users) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<CreateOutcome> create(NewSession session) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Optional<Claim>> claim(String user, String session, String id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Optional<Long>> rootSeq(String session, String run) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Integer> recallSessionsSince(String user, long sinceMs) {
            return Future.succeededFuture(0);
        }

        @Override
        public Future<Boolean> exists(String session) {
            return Future.succeededFuture(false);
        }

        @Override
        public Future<Integer> recallsElsewhere(String user, String session) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<Boolean> erase(String session, long owner, Long version) {
            throw new UnsupportedOperationException();
        }
    }
}
