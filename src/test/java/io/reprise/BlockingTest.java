package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.history.StoreAway;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class BlockingTest {
    private static final int LONG_S = 600;

    /** Symptom: a node that started on a busy machine ended, because its first connection took longer than an answer may. */
    @Test
    void a_question_that_the_store_does_not_answer_is_asked_again() {
        StoreAway away = new StoreAway(new TimeoutException("no connection"));
        Iterator<Future<String>> answers = List.<Future<String>>of(
                        Future.failedFuture(away), Future.failedFuture(away), Future.succeededFuture("a key"))
                .iterator();

        assertThat(Blocking.awaitAnswer(answers::next, LONG_S)).isEqualTo("a key");
        assertThat(answers.hasNext()).isFalse();
    }

    @Test
    void an_answer_that_would_not_change_is_not_asked_for_again() {
        Iterator<Future<String>> answers = List.<Future<String>>of(
                        Future.failedFuture(new IllegalStateException("no such table")), Future.succeededFuture("late"))
                .iterator();

        assertThatThrownBy(() -> Blocking.awaitAnswer(answers::next, LONG_S)).hasMessage("no such table");
        assertThat(answers.hasNext()).isTrue();
    }

    @Test
    void a_store_that_stays_away_fails_the_start_in_the_end() {
        StoreAway away = new StoreAway(new TimeoutException("no connection"));

        assertThatThrownBy(() -> Blocking.awaitAnswer(() -> Future.failedFuture(away), 0))
                .hasMessageContaining("no connection");
        assertThatThrownBy(() -> Blocking.awaitAnswer(() -> Promise.promise().future(), 0))
                .hasMessageContaining("no answer");
    }
}
