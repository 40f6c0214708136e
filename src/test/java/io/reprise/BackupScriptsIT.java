package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.OwnDatabase;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.Shell;
import io.reprise.testing.TestClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts {@code backup} and {@code restore}, on private databases. Only {@code scripts/run}, which builds, is replaced. */
class BackupScriptsIT {
    private static final String RUN = """
            #!/usr/bin/env bash
            set -euo pipefail
            cd "$(dirname "${BASH_SOURCE[0]}")/.."
            mapfile -t classes <<< "$CLASSES"
            exec "$JAVA" -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED "${classes[@]}" io.reprise.Main "$@"
            """;

    @TempDir
    private Path folder;

    private Path elsewhere;

    @BeforeEach
    void makeFolderLikeTheRepository() throws IOException {
        Path scripts = Files.createDirectories(folder.resolve("scripts"));
        Files.createSymbolicLink(
                scripts.resolve("lib"), Path.of("scripts", "lib").toAbsolutePath());
        for (String name : List.of("backup", "restore")) Files.copy(Path.of("scripts", name), scripts.resolve(name));
        Files.writeString(scripts.resolve("run"), RUN);
        try (Stream<Path> files = Files.list(scripts)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(file.toFile().setExecutable(true)).isTrue();
            }
        }
        elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    }

    @Test
    void what_the_scripts_saved_of_one_private_database_is_in_another_one() throws IOException {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        Map<String, String> settings = Map.of("attachments.store", "folder");
        String token;
        String session;
        try (OwnDatabase database = OwnDatabase.prepared(first)) {
            try (ServerProcess server = ServerProcess.startOn(first, settings)) {
                token = server.token("ada");
                session = spoken(server);

                Shell.Ended saved = script(first, "backup", "mine.backup");

                assertThat(saved.code()).as(saved.toString()).isZero();
                assertThat(saved.out()).startsWith("saved 1 session in ").contains("elsewhere/mine.backup");
            }
            assertThat(database.dataDir()).exists();
        }

        Shell.Ended restored = script(second, "restore", "mine.backup");

        assertThat(restored.code()).as(restored.toString()).isZero();
        // After what is logged of the new database.
        assertThat(restored.out()).contains("restored 1 session as of 20");
        try (OwnDatabase database = new OwnDatabase(second);
                ServerProcess server = ServerProcess.startOn(second, settings)) {
            assertThat(database.process()).isPresent();
            // The key that signs tokens is part of the backup.
            assertThat(server.call("GET", "/api/v1/sessions/" + session + "/messages", token, null)
                            .body())
                    .contains("You said", "kumquat");
            assertThat(script(second, "restore", "mine.backup").code()).isEqualTo(1);
        }
    }

    @Test
    void a_script_without_a_file_or_with_one_that_is_not_there_says_so() {
        Shell.Ended without = script(folder.resolve("none"), "restore");
        Shell.Ended missing = script(folder.resolve("none"), "restore", "missing.backup");

        assertThat(without.out()).contains("usage: scripts/restore");
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.out() + missing.err()).contains("missing.backup");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    private static String spoken(ServerProcess server) {
        try (TestClient tab = server.client("ada")) {
            String session = tab.ask("create", new JsonObject()).getString("session");
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "kumquat").getString("run"));
            return session;
        }
    }

    /** Called from another folder, with the settings of a server on this folder. */
    private Shell.Ended script(Path dataDir, String name, String... arguments) {
        Map<String, String> environment = new HashMap<>();
        environment.put(
                "JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
        environment.put("CLASSES", String.join("\n", ServerProcess.classes()));
        environment.put("REPRISE_DATA_DIR", dataDir.toString());
        environment.put("REPRISE_ATTACHMENTS_STORE", "folder");
        environment.put("REPRISE_DATABASE_LOCK_WAIT_MS", "0");
        return Shell.run(
                elsewhere,
                environment,
                Stream.concat(Stream.of("../scripts/" + name), Stream.of(arguments))
                        .toList());
    }
}
