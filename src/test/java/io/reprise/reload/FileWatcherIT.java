package io.reprise.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.config.ReloadSettings;
import io.reprise.config.read.FileText;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.testing.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How files really change, on the file system of this machine. Nothing is found by looking now and then. */
class FileWatcherIT {
    /** So long that only an event of the file system can be the reason. */
    private static final int NEVER_MS = 600_000;

    @TempDir
    private Path folder;

    private final List<FileText> seen = new CopyOnWriteArrayList<>();
    private FileWatcher watcher;

    @AfterEach
    void close() {
        if (watcher != null) watcher.close();
    }

    @Test
    void ten_writes_in_a_row_are_one_reload() throws IOException {
        Path file = write(folder.resolve("conf/reprise.yaml"), "0");
        // However slowly they are written, no time passes until the last one is read.
        AtomicBoolean read = new AtomicBoolean();
        Supplier<FileText> reading = () -> {
            FileText text = FileText.read(file);
            if (text.fault() == null && text.text().equals("10")) read.set(true);
            return text;
        };
        MonotonicClock system = MonotonicClock.system();
        watch(file, NEVER_MS, reading, () -> read.get() ? system.elapsedMs() : 0);

        for (int i = 1; i <= 10; i++) write(file, "" + i);

        awaitText("10");
        assertThat(seen).hasSize(1);
    }

    @Test
    void a_file_that_is_renamed_over_the_old_one_is_seen_each_time() throws IOException {
        Path file = write(folder.resolve("conf/reprise.yaml"), "0");
        watch(file, NEVER_MS);

        for (int i = 1; i <= 3; i++) {
            Path next = write(folder.resolve("conf/.reprise.yaml.swp"), "" + i);
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            awaitText("" + i);
        }

        assertThat(seen).hasSize(3);
    }

    /** Kubernetes: the file is a link through a link to a folder, and only that link is replaced. */
    @Test
    void a_link_that_leads_to_another_folder_is_seen_each_time() throws IOException {
        write(folder.resolve("conf/..v0/reprise.yaml"), "0");
        Files.createSymbolicLink(folder.resolve("conf/..data"), Path.of("..v0"));
        Path file = folder.resolve("conf/reprise.yaml");
        Files.createSymbolicLink(file, Path.of("..data/reprise.yaml"));
        watch(file, NEVER_MS);

        for (int i = 1; i <= 3; i++) {
            write(folder.resolve("conf/..v" + i + "/reprise.yaml"), "" + i);
            Path next = folder.resolve("conf/..data_tmp");
            Files.createSymbolicLink(next, Path.of("..v" + i));
            Files.move(next, folder.resolve("conf/..data"), StandardCopyOption.ATOMIC_MOVE);
            awaitText("" + i);
        }

        assertThat(seen).hasSize(3);
    }

    @Test
    void the_folder_itself_may_be_a_link_that_is_replaced() throws IOException {
        write(folder.resolve("v0/reprise.yaml"), "0");
        Files.createSymbolicLink(folder.resolve("conf"), Path.of("v0"));
        watch(folder.resolve("conf/reprise.yaml"), NEVER_MS);

        for (int i = 1; i <= 2; i++) {
            write(folder.resolve("v" + i + "/reprise.yaml"), "" + i);
            Path next = folder.resolve("next");
            Files.createSymbolicLink(next, Path.of("v" + i));
            Files.move(next, folder.resolve("conf"), StandardCopyOption.ATOMIC_MOVE);
            awaitText("" + i);
        }
    }

    @Test
    void a_folder_that_is_gone_and_back_is_followed_again() throws IOException {
        Path file = write(folder.resolve("conf/reprise.yaml"), "0");
        watch(file, NEVER_MS);

        Files.delete(file);
        Files.delete(file.getParent());
        awaitLast(text -> "does not exist".equals(text.fault()));
        write(file, "1");
        awaitText("1");
        write(file, "2");

        awaitText("2");
    }

    @Test
    void where_no_event_comes_it_looks_now_and_then() throws IOException {
        // The link is outside of all watched folders, as are changes on some network file systems.
        write(folder.resolve("a/b/v0/reprise.yaml"), "0");
        write(folder.resolve("a/b/v1/reprise.yaml"), "1");
        Files.createSymbolicLink(folder.resolve("far"), Path.of("a/b/v0"));
        Path file = folder.resolve("x/conf/reprise.yaml");
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, folder.resolve("far/reprise.yaml"));
        watch(file, 50);

        Path next = folder.resolve("next");
        Files.createSymbolicLink(next, Path.of("a/b/v1"));
        Files.move(next, folder.resolve("far"), StandardCopyOption.ATOMIC_MOVE);

        awaitText("1");
    }

    private void watch(Path file, int pollMs) {
        watch(file, pollMs, () -> FileText.read(file), MonotonicClock.system());
    }

    private void watch(Path file, int pollMs, Supplier<FileText> reading, MonotonicClock clock) {
        watcher = FileWatcher.start(
                file,
                List.of(),
                reading,
                FileText.read(file),
                seen::add,
                Current.always(new ReloadSettings(true, 150, 2_000, pollMs)),
                clock);
    }

    private void awaitText(String text) {
        awaitLast(last -> last.fault() == null && last.text().equals(text));
    }

    private void awaitLast(Predicate<FileText> wanted) {
        await().atMost(Patience.LIMIT).until(() -> !seen.isEmpty() && wanted.test(seen.getLast()));
    }

    private static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
