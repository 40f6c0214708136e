package io.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Programs;
import io.reprise.testing.Shell;
import io.reprise.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code scripts/assemble} puts into a folder, and the chat from there. Nothing is built: the jars are those of this build. */
class AssembleIT {
    @TempDir
    private Path folder;

    @Test
    void a_folder_for_a_service_has_the_server_and_what_clients_need() throws IOException {
        Path assembled = folder.resolve("assembled");
        Shell.Ended ended = Shell.run(
                repository(),
                Map.of("REPRISE_JAVA_TRAINING", "false", "JAVA_HOME", System.getProperty("java.home")),
                List.of("scripts/assemble", assembled.toString()));
        assertThat(ended.code()).as("%s", ended).isZero();

        assertThat(names(assembled))
                .containsExactlyInAnyOrder(
                        "LICENSE",
                        "cache.options",
                        "conf",
                        "healthy",
                        "java.options",
                        "lib",
                        "reprise-client.jar",
                        "reprise.jar",
                        "scripts",
                        "webroot");
        assertThat(assembled.resolve("webroot/js/package.json")).exists();
        assertThat(names(assembled.resolve("scripts"))).containsExactlyInAnyOrder("chat", "lib");
        try (TestServer server = TestServer.start(Map.of())) {
            Shell.Ended chat = Shell.run(
                    folder,
                    Map.of("REPRISE_TOKEN", server.token("ada"), "JAVA_HOME", System.getProperty("java.home")),
                    List.of(
                            Programs.find("bash").toString(),
                            "-c",
                            "echo '/echo the answer' | assembled/scripts/chat --url " + server.url()));

            assertThat(chat.code()).as("%s", chat).isZero();
            assertThat(chat.out()).as("%s", chat).isEqualTo("the answer\n");
        }
    }

    /** With links to the files of this repository, and jars that are newer than all of them. */
    private Path repository() throws IOException {
        Path copy = Files.createDirectories(folder.resolve("repository").resolve("target"))
                .getParent();
        Files.createDirectories(copy.resolve("src").resolve("main"));
        for (String name : List.of("LICENSE", "conf", "pom.xml", "webroot")) {
            Files.createSymbolicLink(copy.resolve(name), Path.of(name).toAbsolutePath());
        }
        Files.createDirectories(copy.resolve("scripts"));
        for (String name : List.of("assemble", "chat", "lib")) {
            Files.createSymbolicLink(
                    copy.resolve("scripts").resolve(name),
                    Path.of("scripts", name).toAbsolutePath());
        }
        Files.createSymbolicLink(
                copy.resolve("target").resolve("lib"), Path.of("target", "lib").toAbsolutePath());
        for (String name : List.of("reprise.jar", "reprise-client.jar")) {

            Files.copy(Path.of("target", name), copy.resolve("target").resolve(name));
        }
        return copy;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
