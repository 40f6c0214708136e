package io.reprise.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FileChangesTest {
    private final List<Map<String, Object>> recorded = new ArrayList<>();
    private final Deque<Promise<Void>> answers = new ArrayDeque<>();
    private final Deque<Runnable> later = new ArrayDeque<>();
    private long nowMs = 1_000;
    private final FileChanges changes = new FileChanges(recorder(), () -> nowMs, later::add);

    private FileChanges.Audit recorder() {
        return detail -> {
            recorded.add(detail);
            Promise<Void> answer = Promise.promise();
            answers.add(answer);
            return answer.future();
        };
    }

    @Test
    void a_change_is_recorded_at_once() {
        changes.add(List.of("a.b", "c.d"));
        answers.remove().complete();

        assertThat(recorded).containsExactly(Map.of("keys", List.of("a.b", "c.d")));
        assertThat(changes.close()).isEmpty();
        assertThat(later).isEmpty();
    }

    /** Symptom: a change of the settings file was missing from the audit log. Cause: the database was away just then. */
    @Test
    void what_could_not_be_recorded_is_recorded_later_with_what_came_meanwhile() {
        changes.add(List.of("a.b"));
        answers.remove().fail("away");
        nowMs = 2_000;
        changes.add(List.of("c.d"));
        later.remove().run();
        answers.remove().fail("away");

        later.remove().run();
        answers.remove().complete();

        assertThat(recorded.getLast())
                .isEqualTo(Map.of("keys", List.of("a.b", "c.d"), "since", "1970-01-01T00:00:01Z", "times", 2));
        assertThat(answers).isEmpty();
        assertThat(later).isEmpty();
        assertThat(changes.close()).isEmpty();
    }

    @Test
    void changes_while_an_entry_is_written_are_one_entry_after_it() {
        changes.add(List.of("a.b"));
        changes.add(List.of("c.d"));
        changes.add(List.of("c.d", "e.f"));
        assertThat(recorded).hasSize(1);

        answers.remove().complete();
        answers.remove().complete();

        assertThat(recorded).hasSize(2);
        assertThat(recorded.getLast())
                .containsEntry("keys", List.of("c.d", "e.f"))
                .containsEntry("times", 2);
    }

    @Test
    void after_the_end_nothing_is_tried_again_and_what_is_missing_is_known() {
        changes.add(List.of("a.b"));
        changes.add(List.of("c.d"));
        answers.remove().fail("away");
        assertThat(changes.close()).containsExactly("a.b", "c.d");
        later.remove().run();
        answers.remove().fail("away");

        assertThat(later).isEmpty();
    }
}
