package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Programs;
import io.reprise.testing.SecretKeyFile;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.Shell;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs every block marked {@code sh} in the README and the documents, as written and twice in a row. The blocks of a document run in
 * one shell, from top to bottom; a block that calls {@code scripts/run} has a shell of its own, because a server occupies its
 * terminal. The convention for writers is in {@code architecture.md}.
 */
class DocumentsIT {
    private static final Path README = Path.of("README.md");
    private static final Path DOCS = Path.of("webroot", "docs");
    private static final Path REST = DOCS.resolve("rest.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```([^\n]*)\n(.*?)^```$");
    private static final Pattern STARTS = Pattern.compile("(?m)^([A-Z_]+=\\S+ )*scripts/run\\b");
    private static final Set<String> KINDS =
            Set.of("sh", "sh example", "yaml", "json", "text", "js", "java", "python", "markdown", "xml");
    private static final Pattern CHECK = Pattern.compile(
            "```sh example\n([^\n]+ scripts/run --check-config)\n```\n\n```text\n(.*?)```", Pattern.DOTALL);

    /**
     * Takes the place of {@code scripts/run}: it runs the classes under test, on loopback, a free port and the database of the test. A
     * server is stopped as soon as it is ready, as by a person.
     */
    private static final String RUN = """
            #!/usr/bin/env bash
            set -euo pipefail
            mapfile -t classes <<< "$CLASSES"
            java=("$JAVA" -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED "${classes[@]}" io.reprise.Main "$@")
            case " $* " in *" --check-config "* | *" --token "*) exec "${java[@]}" ;; esac
            export REPRISE_SERVER_HOST=127.0.0.1 REPRISE_SERVER_PORT=0 REPRISE_DATABASE_URL="$DATABASE" REPRISE_SHUTDOWN_DRAIN_MS=0
            "${java[@]}" > server.log 2>&1 &
            until grep -q 'Reprise is ready: ' server.log; do
              kill -0 $! || { cat server.log; exit 1; }
              sleep 0.1
            done
            kill -TERM $!
            code=0
            wait $! || code=$?
            echo "server: ready, then exit code $code"
            [ "$code" = 143 ]
            """;

    private record Block(String kind, String text) {}

    @TempDir
    private Path folder;

    @BeforeEach
    void makeFolderLikeTheRepository() throws IOException {
        Files.createSymbolicLink(folder.resolve("conf"), Path.of("conf").toAbsolutePath());
        Files.createSymbolicLink(folder.resolve("webroot"), Path.of("webroot").toAbsolutePath());
        Path run = Files.writeString(
                Files.createDirectory(folder.resolve("scripts")).resolve("run"), RUN);
        assertThat(run.toFile().setExecutable(true)).isTrue();
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.walk(DOCS)) {
            return Stream.concat(
                            Stream.of(README),
                            files.filter(file -> file.toString().endsWith(".md")))
                    .sorted()
                    .toList();
        }
    }

    /** A block with another mark, such as {@code bash}, would not be run, and nobody would notice. */
    @Test
    void sealed_blocks_begin_with_a_known_prefix() throws IOException {
        for (Path document : documents()) {
            assertThat(blocks(document))
                    .as("%s", document)
                    .extracting(Block::kind)
                    .isSubsetOf(KINDS);
        }
    }

    /** Symptom: the examples of the README answered 405. Cause: they used a token and a session that did not exist. */
    @Test
    void the_examples_of_the_readme_run_twice() throws IOException {
        for (String output : runTwice(README)) {
            assertThat(output)
                    .contains("configuration is valid")
                    .containsPattern("(?m)^eyJ[\\w.-]+$")
                    .contains("\"text\":\"Summarise what is new\"", "\"status\":\"pending\"")
                    .contains("user: hello\nassistant: You said: *hello*");
            assertThat(output.lines().filter(line -> line.equals("server: ready, then exit code 143")))
                    .hasSize(4);
        }
    }

    /**
     * Symptom: from the second time on the examples answered 404. Cause: their keys named a session that they had
     * deleted.
     */
    @Test
    void the_examples_of_the_document_about_rest_run_twice() throws IOException {
        for (String output : runTwice(REST)) {
            assertThat(output)
                    .contains("{\"session\":\"s_")
                    .contains("\"status\":\"started\"")
                    .contains("event: attached", "\"mode\":\"replay\"", "RUN_FINISHED")
                    .contains("\"content\":\"w1 w2 w3")
                    .containsPattern("(?s)\\{\"session\":\"s_.*\\{\"session\":\"s_") // The second is a fork.
                    // The regenerated answer may be complete by then.
                    .containsPattern("\\{\"stopped\":\\[(\"r_[^\"]+\")?],\"unqueued\":\\[]}")
                    .containsPattern("204\n")
                    .contains("`limit` must be from 1 to 200.")
                    .doesNotContain("Session not found");
            assertThat(output.lines().filter(line -> line.startsWith("id: ")).count())
                    .isGreaterThan(5);
        }
    }

    @Test
    void the_examples_of_every_other_document_run_twice() throws IOException {
        List<Path> withExamples = new ArrayList<>();
        for (Path document : documents()) {
            if (blocks(document).stream().anyMatch(block -> block.kind().equals("sh"))) withExamples.add(document);
        }
        assertThat(withExamples).contains(README, REST);

        for (Path document : withExamples) {
            if (!document.equals(README) && !document.equals(REST)) runTwice(document);
        }
    }

    @Test
    void the_check_of_the_configuration_prints_what_the_document_shows() throws IOException {
        Matcher check = CHECK.matcher(Files.readString(DOCS.resolve("configuration.md")));
        assertThat(check.find()).isTrue();

        Shell.Ended ended = Shell.run(folder, environment(""), List.of(bash(), "-c", check.group(1)));

        assertThat(ended.code()).as("%s", ended).isEqualTo(1);
        assertThat(ended.out() + ended.err()).isEqualTo(check.group(2));
    }

    private List<String> runTwice(Path document) throws IOException {
        StringBuilder script = new StringBuilder("set -eu\n");
        for (Block block : blocks(document)) {
            if (!block.kind().equals("sh")) continue;
            boolean hasOwnShell = STARTS.matcher(block.text()).find();
            script.append(hasOwnShell ? "(\n" + block.text() + ")\n" : block.text())
                    .append("echo\n");
        }
        try (TestServer server =
                TestServer.start(Map.of("server.commentMs", "200", "secrets.key", SecretKeyFile.reference()))) {
            Map<String, String> environment = environment(server.url());
            List<String> command = List.of(bash(), "-c", script.toString());
            return List.of(
                    success(Shell.run(folder, environment, command)), success(Shell.run(folder, environment, command)));
        }
    }

    private static String success(Shell.Ended ended) {
        assertThat(ended.code()).as("%s", ended).isZero();
        return ended.out();
    }

    private Map<String, String> environment(String url) {
        Map<String, String> environment = new HashMap<>();
        environment.put(
                "JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
        environment.put("CLASSES", String.join("\n", ServerProcess.classes()));
        environment.put("HOME", folder.toString());
        if (url.isEmpty()) return environment;
        environment.put("DATABASE", TestDatabase.fresh().reveal());
        environment.put("REPRISE", url);
        return environment;
    }

    private static String bash() {
        return Programs.find("bash").toString();
    }

    private static List<Block> blocks(Path document) throws IOException {
        return BLOCK.matcher(Files.readString(document))
                .results()
                .map(found -> new Block(found.group(1), found.group(2)))
                .toList();
    }
}
