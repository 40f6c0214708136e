package io.reprise.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The text of each kind of refusal is defined in one place, for all interfaces. */
class FailureTextsTest {
    private static final Pattern TEXT =
            Pattern.compile("(?:Failure\\.of|new Failure)\\(\\s*ErrorCode\\.[A-Z_]+,\\s*\"([^\"]+)\"");

    @Test
    void each_text_of_a_failure_is_defined_once() throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher found = TEXT.matcher(Files.readString(file));
                while (found.find()) texts.add(found.group(1));
            }
        }

        assertThat(texts).hasSizeGreaterThan(20).doesNotHaveDuplicates();
    }

    @Test
    void everything_that_is_missing_is_reported_with_one_text() {
        assertThat(Failure.notFound().message()).isEqualTo("Session not found.");
        assertThat(Failure.notFound("Recall")).isEqualTo(Failure.of(ErrorCode.NOT_FOUND, "Recall not found."));
        assertThat(Failure.recallNotOpen().message()).startsWith("Recall not found");
    }
}
