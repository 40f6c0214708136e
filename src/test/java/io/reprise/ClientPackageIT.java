package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.NodeVersions;
import io.reprise.testing.NpmPackages;
import io.reprise.testing.Patience;
import io.reprise.testing.Ports;
import io.reprise.testing.Programs;
import io.reprise.testing.Shell;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JavaScript client as a package of npm: it is packed, installed in an empty folder, and used there. */
class ClientPackageIT {
    private static final Path SOURCES = Path.of("src", "test", "js", "package");
    private static final Map<String, String> NO_FLAGS = Map.of("NODE_OPTIONS", "");

    @TempDir
    private static Path folder;

    @BeforeAll
    static void install() throws IOException {
        String npm = Programs.find("npm").toString();
        String packed = NpmPackages.run(
                Path.of("webroot", "js"), npm, "pack", "--silent", "--pack-destination", folder.toString());
        Files.writeString(folder.resolve("package.json"), "{ \"private\": true, \"type\": \"module\" }");
        String archive =
                "./" + packed.strip().lines().reduce((first, last) -> last).orElseThrow();
        NpmPackages.run(folder, npm, "install", "--offline", "--no-audit", "--no-fund", archive);
        for (String name : List.of("ask.mjs", "lasting.mjs", "typed.ts", "tsconfig.json")) {
            Files.copy(SOURCES.resolve(name), folder.resolve(name));
        }
    }

    @Test
    void the_package_has_the_version_of_the_server_and_contains_nothing_of_the_page() throws IOException {
        Path installed = folder.resolve("node_modules").resolve("reprise-client");
        String version = new JsonObject(Files.readString(installed.resolve("package.json"))).getString("version");

        assertThat(Files.readString(Path.of("pom.xml"))).contains("<version>" + version + "-SNAPSHOT</version>");
        try (var files = Files.list(installed)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("client", "client.js", "client.d.ts", "package.json", "README.md");
        }
    }

    @Test
    void its_types_accept_what_works_and_refuse_what_does_not() {
        String tsc = NpmPackages.file("typescript/bin/tsc").toString();

        NpmPackages.run(folder, Programs.find("node").toString(), tsc, "-p", ".");
    }

    /** Every module has types, and the types name no member that does not exist. */
    @Test
    void each_module_exports_what_its_types_declare() throws IOException {
        JsonObject exports =
                new JsonObject(Files.readString(Path.of("webroot", "js", "package.json"))).getJsonObject("exports");
        for (String module : exports.fieldNames()) {
            if (module.equals("./package.json")) continue;
            String types = Files.readString(Path.of("webroot", "js")
                    .resolve(exports.getJsonObject(module).getString("types")));
            List<String> declared = Pattern.compile("(?m)^export (?:class|function) (\\w+)")
                    .matcher(types)
                    .results()
                    .map(match -> match.group(1))
                    .filter(name -> !name.equals("Session"))
                    .sorted()
                    .toList();
            String script = "console.log(Object.keys(await import('" + module.replaceFirst("^\\.", "reprise-client")
                    + "')).sort().join())";
            String exported =
                    NpmPackages.run(folder, Programs.find("node").toString(), "--input-type=module", "-e", script);

            assertThat(exported.strip()).as(module).isEqualTo(String.join(",", declared));
        }
    }

    /** Node 20 has no WebSocket without a flag, so that one is given; later versions have their own. */
    @ParameterizedTest
    @ValueSource(ints = {20, 22})
    void a_program_without_flags_asks_and_prints_the_answer(int major) {
        Optional<Path> node = NodeVersions.find(major);
        assumeThat(node).as("there is Node " + major).isPresent();
        try (TestServer server = TestServer.start(Map.of())) {
            String socket = socket(server.port());
            List<String> words =
                    new ArrayList<>(List.of(node.orElseThrow().toString(), "ask.mjs", socket, server.token("ada")));
            if (major == 20) words.add(ws());

            Shell.Ended ask = Shell.run(folder, NO_FLAGS, words);

            assertThat(ask.code()).as("%s", ask).isZero();
            assertThat(ask.out()).isEqualTo("the answer");
        }
    }

    @Test
    void a_program_that_is_killed_goes_on_without_losing_or_doubling_anything() {
        try (TestServer server = TestServer.start(Map.of())) {
            String token = server.token("ada");
            TestClient other = TestClient.connect(server.port(), token);
            String session = other.create();
            other.attachLive(session);
            Path state = folder.resolve("state.json");

            // It reads a first answer, and is killed.
            try (Shell first =
                    Shell.start(folder, NO_FLAGS, lasting(server.port(), token, session, state, "/echo one"))) {
                awaitLine(first, "RUN_FINISHED");
            }
            // It is killed while it has no server, with a message that is only stored.
            try (Shell second =
                    Shell.start(folder, NO_FLAGS, lasting(Ports.free(), token, session, state, "/echo two"))) {
                awaitLine(second, "stored");
            }
            try (Shell third = Shell.start(folder, NO_FLAGS, lasting(server.port(), token, session, state, ""))) {
                awaitLine(third, "RUN_FINISHED");

                assertThat(third.out())
                        .contains("attached replay true", "restored send accepted", "TEXT_MESSAGE_CONTENT two");
                assertThat(third.out()).doesNotContain("TEXT_MESSAGE_CONTENT one");
            }
            // What was accepted is not sent again.
            try (Shell fourth =
                    Shell.start(folder, NO_FLAGS, lasting(server.port(), token, session, state, "/echo three"))) {
                awaitLine(fourth, "RUN_FINISHED");
                assertThat(fourth.out()).doesNotContain("restored", "CONTENT two");
            }
            JsonArray messages = server.messages(token, session, 100);
            assertThat(messages.stream().map(message -> ((JsonObject) message).getString("content")))
                    .containsExactly("/echo one", "one", "/echo two", "two", "/echo three", "three");
        }
    }

    private static void awaitLine(Shell shell, String text) {
        await().atMost(Patience.LIMIT)
                .until(() -> !shell.isAlive() || shell.out().contains(text));
        assertThat(shell.out()).contains(text);
    }

    private static List<String> lasting(int port, String token, String session, Path state, String text) {
        return node("lasting.mjs", socket(port), token, ws(), session, state.toString(), text);
    }

    private static List<String> node(String... words) {
        return Stream.concat(Stream.of(Programs.find("node").toString()), Arrays.stream(words))
                .toList();
    }

    private static String ws() {
        return NpmPackages.file("ws").toString();
    }

    private static String socket(int port) {
        return "ws://127.0.0.1:" + port + "/ws";
    }
}
