package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.reprise.testing.NodeVersions;
import io.reprise.testing.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JavaScript tests of the page's modules, run by the machine's node. */
class JavaScriptIT {
    private static final Path FOLDER = Path.of("src", "test", "js");

    @Test
    void the_tests_in_javascript_pass() throws IOException, InterruptedException {
        pass(Programs.find("node"), files(""));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 22})
    void the_tests_of_the_client_pass_with_each_node_that_it_is_made_for(int major)
            throws IOException, InterruptedException {
        Optional<Path> node = NodeVersions.find(major);
        assumeThat(node).as("there is Node " + major).isPresent();

        pass(node.orElseThrow(), files("client-"));
    }

    private static void pass(Path program, List<String> files) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(program.toString(), "--test"));
        words.addAll(files);

        Process node = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(node.waitFor()).as("%s", output).isZero();
        assertThat(output).as("the summary says that tests were run").containsPattern("(?m)^\\W+tests [1-9]\\d*$");
    }

    private static List<String> files(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .map(Path::toString)
                    .filter(name -> name.endsWith(".test.mjs"))
                    .sorted()
                    .toList();
        }
    }
}
