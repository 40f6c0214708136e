package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line checks models of files and of the database alike. */
class CheckModelCommandIT {
    private final DatabaseUri database = TestDatabase.fresh();

    @TempDir
    private Path folder;

    private record Ran(int code, String out, String err) {}

    @Test
    void a_model_that_administrators_made_is_checked_by_its_name_also_as_the_default() throws Exception {
        Path file = Files.writeString(folder.resolve("reprise.yaml"), "");
        Files.createDirectories(folder.resolve("models"));
        Files.writeString(folder.resolve("models/filed.yaml"), "provider: default\nname: filed\n");
        try (TestServer server = TestServer.start(database, Map.of())) {
            String admin = server.token("root", "admin");
            create(server, admin, "providers", "house", "{\"type\":\"demo\"}");
            create(server, admin, "models", "made", "{\"provider\":\"house\",\"name\":\"m\",\"default\":true}");
            create(server, admin, "models", "off", "{\"provider\":\"house\",\"name\":\"m\",\"enabled\":false}");
        }

        assertThat(check(file, "made").out()).startsWith("model made (demo m): The model demo answers.");
        assertThat(check(file).out()).startsWith("model made (demo m): ");
        assertThat(check(file, "filed").out()).startsWith("model filed (demo filed): The model demo answers.");
        assertThat(check(file, "off").err()).contains("model off: it or its provider is not enabled");
        Ran none = check(file, "none");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("model none: is neither in the files and settings nor in the database");
    }

    @Test
    void without_the_database_models_of_files_and_settings_are_checked() throws Exception {
        Path file = Files.writeString(folder.resolve("reprise.yaml"), "");
        Map<String, String> away = Map.of("REPRISE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none");

        assertThat(run(away, "--config", file.toString(), "--check-model", "default")
                        .out())
                .startsWith("model default (demo demo): The model demo answers.");
        assertThat(run(away, "--config", file.toString(), "--check-model", "made")
                        .err())
                .contains("model made: is not in the files and settings, and the database does not answer");
    }

    private static void create(TestServer server, String admin, String kind, String name, String settings) {
        String body = "{\"name\":\"" + name + "\",\"settings\":" + settings + "}";
        assertThat(server.call("POST", "/api/v1/" + kind, admin, body).statusCode())
                .isEqualTo(201);
    }

    private Ran check(Path file, String... name) {
        String[] arguments = new String[3 + name.length];
        System.arraycopy(new String[] {"--config", file.toString(), "--check-model"}, 0, arguments, 0, 3);
        System.arraycopy(name, 0, arguments, 3, name.length);
        return run(Map.of("REPRISE_DATABASE_URL", database.reveal()), arguments);
    }

    private static Ran run(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = new Main(environment, new PrintStream(out), new PrintStream(err)).run(arguments);
        return new Ran(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
