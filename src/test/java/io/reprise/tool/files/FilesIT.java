package io.reprise.tool.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.config.tool.ToolSettings;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files in a real folder, with a secret beside it. */
class FilesIT {
    @TempDir
    Path place;

    private Path folder;
    private final StopSignal stop = new StopSignal();

    @BeforeEach
    void make() throws IOException {
        folder = Files.createDirectories(place.resolve("shared"));
        Files.createDirectories(folder.resolve("reports/2026"));
        Files.writeString(folder.resolve("readme.md"), "Hello\nThe Answer is 42\nbye");
        Files.writeString(folder.resolve("reports/2026/may.md"), "answer: none");
        Files.writeString(folder.resolve("reports/data.csv"), "a,b\nanswer,1");
        Files.write(folder.resolve("picture.md"), new byte[] {'a', 'n', 's', 'w', 'e', 'r', 0});
        Files.writeString(folder.resolve(".env"), "answer=hidden");
        Files.createDirectories(folder.resolve(".git"));
        Files.writeString(folder.resolve(".git/config"), "answer=hidden");
        Files.writeString(place.resolve("secret.md"), "answer: secret");
        Files.createSymbolicLink(folder.resolve("link.md"), place.resolve("secret.md"));
        Files.createSymbolicLink(folder.resolve("up"), place);
    }

    @Test
    void names_are_found_by_pattern() {
        assertThat(search("{\"name\":\"*.md\"}"))
                .contains("picture.md", "readme.md", "reports/2026/may.md")
                .doesNotContain("csv");
        assertThat(search("{\"name\":\"reports/*\"}"))
                .contains("reports/data.csv")
                .doesNotContain("may.md");
        assertThat(search("{\"folder\":\"reports/2026\"}")).contains("may.md").doesNotContain("data.csv");
        assertThat(search("{\"name\":\"*.java\"}")).isEqualTo("Nothing was found.");
    }

    @Test
    void lines_are_found_by_text_whatever_their_case_and_not_in_what_is_no_text() {
        assertThat(search("{\"text\":\"ANSWER\"}"))
                .contains("readme.md:2: The Answer is 42", "reports/2026/may.md:1: answer: none", "reports/data.csv:2")
                .doesNotContain("picture", "hidden", "secret");
    }

    @Test
    void a_file_is_read_by_its_lines() {
        assertThat(read("{\"path\":\"readme.md\",\"from\":2,\"lines\":1}"))
                .startsWith("From readme.md, lines 2 to 2 of 3.")
                .contains("The Answer is 42")
                .doesNotContain("Hello", "bye");
        assertThat(read("{\"path\":\"readme.md\",\"from\":99}")).contains("lines 4 to 3 of 3");
        assertThatThrownBy(() -> read("{\"path\":\"picture.md\"}")).isInstanceOf(ToolFailure.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret.md",
                "reports/../../secret.md",
                "/etc/passwd",
                "link.md",
                "up/secret.md",
                ".env",
                ".git/config",
                "reports/../.env",
                "missing.md",
                "reports",
                ""
            })
    void nothing_outside_of_the_folder_can_be_read(String path) {
        assertThatThrownBy(() -> read("{\"path\":\"" + path + "\"}")).isInstanceOf(ToolFailure.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../shared", "up", "/", ".git", "readme.md", "nowhere"})
    void nothing_outside_of_the_folder_can_be_searched(String where) {
        assertThatThrownBy(() -> search("{\"folder\":\"" + where + "\",\"text\":\"answer\"}"))
                .isInstanceOf(ToolFailure.class);
    }

    @Test
    void the_work_is_bounded_and_says_so() throws IOException {
        for (int i = 0; i < 30; i++) Files.writeString(folder.resolve("f" + i + ".txt"), "one\none\none");

        assertThat(search("{\"name\":\"*.txt\"}", limits(1_000, 1_024, 5)))
                .contains("[Stopped after 5 results; narrow the search.]");
        assertThat(search("{\"name\":\"*.txt\"}", limits(3, 1_024, 100))).contains("[Stopped after 3 files");
        Files.writeString(folder.resolve("long.txt"), "x".repeat(2_000) + "\nneedle");
        assertThat(search("{\"text\":\"needle\"}", limits(1_000, 1_024, 100))).isEqualTo("Nothing was found.");
    }

    @Test
    void a_stop_ends_a_search() {
        stop.stop(Reason.USER);

        assertThatThrownBy(() -> search("{\"text\":\"answer\"}")).isInstanceOf(StoppedException.class);
    }

    @Test
    void a_bad_pattern_is_a_failure_with_advice() {
        assertThatThrownBy(() -> search("{\"name\":\"[\"}")).hasMessageContaining("*.md");
        assertThatThrownBy(() -> search("{\"name\":\"" + "x".repeat(201) + "\"}"))
                .hasMessageContaining("200");
    }

    private ToolSettings.Files limits(int scanned, int bytes, int matches) {
        return new ToolSettings.Files(folder.toString(), scanned, bytes, matches, 60_000);
    }

    private String search(String arguments) {
        return search(arguments, limits(1_000, 100_000, 100));
    }

    private String search(String arguments, ToolSettings.Files limits) {
        return call(new SearchFilesTool(limits), arguments);
    }

    private String read(String arguments) {
        return call(new ReadFileTool(limits(1_000, 100_000, 100)), arguments);
    }

    private String call(Tool tool, String arguments) {
        try {
            return tool.call(new ToolCall("t1", "s1", "u1", arguments), stop).text();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
