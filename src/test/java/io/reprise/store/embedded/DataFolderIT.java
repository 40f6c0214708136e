package io.reprise.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.store.database.StoreStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderIT {
    @TempDir
    Path temp;

    @Test
    void an_absent_folder_is_created_for_its_owner_only() throws IOException {
        try (DataFolder folder = DataFolder.open(temp.resolve("a/b"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                    .isEqualTo("rwx------");
            assertThat(folder.path().resolve(DataFolder.LAYOUT_FILE)).hasContent("1");
        }
    }

    @Test
    void it_can_be_opened_again_after_it_was_closed_and_keeps_what_is_in_it() throws IOException {
        DataFolder.open(temp).close();
        Files.writeString(temp.resolve("kept"), "text");

        DataFolder.open(temp).close();

        assertThat(temp.resolve("kept")).hasContent("text");
    }

    @Test
    void it_is_held_by_one_at_a_time_also_under_another_name() throws IOException {
        Path link = Files.createSymbolicLink(temp.resolve("link"), Files.createDirectory(temp.resolve("data")));
        try (DataFolder first = DataFolder.open(temp.resolve("data"))) {
            assertRefused(
                    link, "another Reprise (pid " + ProcessHandle.current().pid() + ")");
            assertRefused(first.path(), "is using data folder");
        }
    }

    @Test
    void files_of_something_else_are_left_untouched() throws IOException {
        Path foreign = Files.writeString(temp.resolve("thesis.txt"), "text");

        assertRefused(temp, "contains other files: choose an empty folder");

        try (var files = Files.list(temp)) {
            assertThat(files).containsExactly(foreign);
        }
    }

    @Test
    void files_of_a_new_volume_a_checkout_or_an_early_kill_are_not_foreign() throws IOException {
        Files.createDirectory(temp.resolve("lost+found"));
        Files.createFile(temp.resolve(".gitkeep"));
        Files.createFile(temp.resolve(DataFolder.LOCK_FILE));

        DataFolder.open(temp).close();

        assertThat(temp.resolve(DataFolder.LAYOUT_FILE)).exists();
    }

    @Test
    void a_newer_layout_is_refused_and_the_folder_is_free_again() throws IOException {
        DataFolder.open(temp).close();
        Files.writeString(temp.resolve(DataFolder.LAYOUT_FILE), "2\n");

        assertRefused(temp, "has layout 2, this server knows 1");

        Files.writeString(temp.resolve(DataFolder.LAYOUT_FILE), "1\n");
        DataFolder.open(temp).close();
    }

    @Test
    void a_file_where_the_folder_belongs_is_refused() throws IOException {
        assertRefused(Files.createFile(temp.resolve("file")), "is a file: choose another folder");
    }

    @Test
    void a_place_that_cannot_be_written_is_refused() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));

        assertRefused(file.resolve("data"), "is not writable");
    }

    private static void assertRefused(Path path, String part) {
        assertThatThrownBy(() -> DataFolder.open(path))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining(part)
                .message()
                .hasLineCount(1);
    }
}
