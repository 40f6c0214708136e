package io.reprise.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.ReloadSettings;
import io.reprise.config.read.FileText;
import io.reprise.support.Current;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a changed file is used; time and file are moved by hand. */
class ConfigWatchTest {
    private static final FileText ABSENT = new FileText("f", "", "does not exist");

    private final List<String> used = new ArrayList<>();
    private FileText file = text("old");
    private long nowMs;
    private final ConfigWatch<FileText> watch = new ConfigWatch<>(
            () -> file,
            file,
            text -> used.add(text.fault() == null ? text.text() : text.fault()),
            Current.always(new ReloadSettings(true, 150, 2_000, 2_000)),
            () -> nowMs);

    @Test
    void ten_writes_in_100_ms_are_one_reload() {
        for (int i = 1; i <= 10; i++) {
            write("new " + i);
            nowMs += 10;
        }
        settle();

        assertThat(used).containsExactly("new 10");
    }

    @Test
    void it_waits_until_the_file_has_not_changed_for_the_quiet_time() {
        assertThat(write("new")).isEqualTo(150);
        nowMs = 149;
        assertThat(watch.look()).isEqualTo(1);
        assertThat(used).isEmpty();

        nowMs = 150;
        assertThat(watch.look()).isEqualTo(2_000);

        assertThat(used).containsExactly("new");
    }

    @Test
    void half_a_file_is_not_used_when_the_other_half_follows() {
        write("run:\n");
        nowMs = 100;
        write("run:\n  stepsMax: 30\n");
        nowMs = 200;
        watch.look();
        assertThat(used).isEmpty();
        settle();

        assertThat(used).containsExactly("run:\n  stepsMax: 30\n");
    }

    @Test
    void a_file_that_never_rests_is_used_after_the_longest_time() {
        for (; nowMs <= 2_000; nowMs += 100) write("at " + nowMs);

        assertThat(used).containsExactly("at 2000");
    }

    @Test
    void a_file_that_is_written_with_the_same_content_is_not_read_again() {
        write("new");
        nowMs = 50;
        write("old");
        settle();

        assertThat(used).isEmpty();
    }

    @Test
    void a_file_that_was_gone_for_a_moment_is_not_missed() {
        file = ABSENT;
        watch.look();
        nowMs = 50;
        write("new");
        settle();

        assertThat(used).containsExactly("new");
    }

    @Test
    void a_file_that_stays_away_is_told_once_and_used_when_it_is_back() {
        file = ABSENT;
        settle();
        settle();
        write("old");
        settle();

        assertThat(used).containsExactly("does not exist", "old");
    }

    private long write(String text) {
        file = text(text);
        return watch.look();
    }

    private void settle() {
        for (int i = 0; i < 3; i++) nowMs += watch.look();
    }

    private static FileText text(String text) {
        return FileText.of("f", text);
    }
}
