package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The JavaScript tests of the page's modules, run by the machine's node. */
class JavaScriptIT {
    private static final Path FOLDER = Path.of("src", "test", "js");

    @Test
    void the_tests_in_javascript_pass() throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(Programs.find("node").toString(), "--test"));
        words.addAll(files());

        Process node = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(node.waitFor()).as("%s", output).isZero();
        assertThat(output).as("the summary says that tests were run").containsPattern("(?m)^\\W+tests [1-9]\\d*$");
    }

    private static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".test.mjs"))
                    .sorted()
                    .toList();
        }
    }
}
