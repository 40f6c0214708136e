package io.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.CutProxy;
import io.reprise.testing.DocumentBlocks;
import io.reprise.testing.NpmPackages;
import io.reprise.testing.Patience;
import io.reprise.testing.Programs;
import io.reprise.testing.Shell;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the programs of the document about clients against a server; those for curl are run with the other documents, that for
 * Java with its jar.
 */
class ClientExamplesIT {
    private static TestServer server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void the_program_in_JavaScript_prints_the_answer() throws IOException {
        linked();
        Path program = program("## JavaScript", "js", "ask.mjs", server.port());

        Shell.Ended ended = Shell.run(folder, environment(), List.of(node(), program.toString(), "/echo the answer"));

        assertThat(ended.code()).as("%s", ended).isZero();
        assertThat(ended.out()).as("%s", ended).isEqualTo("the answer");
    }

    @Test
    void the_tools_of_the_client_in_JavaScript_are_called() throws IOException {
        Path program = Files.writeString(linked().resolve("tools.mjs"), """
                import { Client } from 'reprise-client'
                const url = 'ws://127.0.0.1:%d/ws'
                const client = new Client({ url, token: () => process.env.REPRISE_TOKEN }).start()
                const created = await client.create({})
                const session = client.session(created.session, { epoch: created.epoch, seq: 0 })
                const map = { moveTo: async place => console.log('moved to ' + place) }
                %s
                let runs = 0
                session.on('event', ({ event }) => { if (event.type === 'RUN_FINISHED' && ++runs === 2) client.stop() })
                """.formatted(
                        server.port(),
                        shown("### Tools of the client", "ClientCalls")
                                .replace("Show me Porto", "/tool move_map {\"place\":\"Porto\"}")));

        Shell.Ended ended = Shell.run(folder, environment(), List.of(node(), program.toString()));

        assertThat(ended.code()).as("%s", ended).isZero();
        assertThat(ended.out()).as("%s", ended).isEqualTo("moved to Porto\n");
    }

    @Test
    void the_lasting_client_in_JavaScript_stores_where_it_is() throws IOException {
        String session = server.client("ada").create();
        Path program = Files.writeString(linked().resolve("lasting.mjs"), """
                const [url, id] = ['ws://127.0.0.1:%d/ws', '%s']
                const token = () => process.env.REPRISE_TOKEN
                let ends
                const ended = new Promise(resolve => { ends = resolve })
                const remember = ({ type }) => { if (type === 'RUN_FINISHED') ends() }
                %s
                await client.send(id, '/echo remembered')
                await ended
                await client.flush()
                client.stop()
                """.formatted(
                        server.port(), session, shown("### Going on after a restart", "LastingClient")));

        Shell.Ended ended = Shell.run(folder, environment(), List.of(node(), program.toString()));

        assertThat(ended.code()).as("%s", ended).isZero();
        assertThat(folder.resolve("state.json")).content().contains(session);
    }

    private Path linked() throws IOException {
        Path packages = Files.createDirectory(folder.resolve("node_modules"));
        Files.createSymbolicLink(
                packages.resolve("reprise-client"), Path.of("webroot", "js").toAbsolutePath());
        return folder;
    }

    private static String shown(String heading, String word) {
        return DocumentBlocks.part("clients.md", heading, "js", word);
    }

    @Test
    void the_program_for_AG_UI_prints_the_answer() throws IOException {
        Files.createSymbolicLink(
                folder.resolve("node_modules"), NpmPackages.folder().resolve("node_modules"));
        Path program = program("## AG-UI", "js", "agui.mjs", server.port());

        Shell.Ended ended = Shell.run(folder, environment(), List.of(node(), program.toString(), "/echo the answer"));

        assertThat(ended.code()).as("%s", ended).isZero();
        assertThat(ended.out()).as("%s", ended).isEqualTo("the answer");
    }

    @Test
    void the_program_for_the_client_of_OpenAI_in_JavaScript_prints_the_answer() throws IOException {
        Files.createSymbolicLink(
                folder.resolve("node_modules"), NpmPackages.folder().resolve("node_modules"));
        Path program = program("## OpenAI clients", "js", "openai.mjs", server.port());

        Shell.Ended ended = Shell.run(folder, environment(), List.of(node(), program.toString(), "/echo the answer"));

        assertThat(ended.code()).as("%s", ended).isZero();
        assertThat(ended.out()).as("%s", ended).isEqualTo("the answer");
    }

    @Test
    void the_program_for_the_client_of_OpenAI_in_Python_prints_the_answer() throws IOException {
        assumeThat(Programs.has("python3")).as("there is Python 3").isTrue();
        String python = Programs.find("python3").toString();
        Shell.Ended found = Shell.run(folder, Map.of(), List.of(python, "-c", "import openai"));
        assumeThat(found.code()).as("there is the package openai").isZero();
        Path program = program("## OpenAI clients", "python", "openai_client.py", server.port());

        Shell.Ended ended = Shell.run(folder, environment(), List.of(python, program.toString(), "/echo the answer"));

        assertThat(ended.code()).as("%s", ended).isZero();
        assertThat(ended.out()).as("%s", ended).isEqualTo("the answer");
    }

    @Test
    void the_program_in_Python_prints_the_answer_once_although_its_connection_is_cut() throws IOException {
        assumeThat(Programs.has("python3")).as("there is Python 3").isTrue();
        try (CutProxy proxy = CutProxy.before(server.port())) {
            Path program = program("## Python", "python", "ask.py", proxy.port());
            List<String> words = List.of(Programs.find("python3").toString(), program.toString(), "/stream 200 100");
            try (Shell python = Shell.start(folder, environment(), words)) {
                await().atMost(Patience.LIMIT)
                        .until(() -> !python.isAlive() || python.out().contains("w10 "));
                proxy.cut();
                Shell.Ended ended = python.awaitEnd();

                assertThat(ended.code()).as("%s", ended).isZero();
                assertThat(ended.out()).as("%s", ended).isEqualTo(TestClient.words(200) + "\n");
            }
        }
    }

    @Test
    void the_program_in_Python_prints_why_it_was_refused() throws IOException {
        assumeThat(Programs.has("python3")).as("there is Python 3").isTrue();
        Path program = program("## Python", "python", "ask.py", server.port());
        List<String> words = List.of(Programs.find("python3").toString(), program.toString(), "hello");

        Shell.Ended ended = Shell.run(folder, Map.of("REPRISE_TOKEN", "wrong"), words);

        assertThat(ended.code()).as("%s", ended).isEqualTo(1);
        assertThat(ended.err()).as("%s", ended).contains("\"code\":\"unauthorized\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wscat", "websocat"})
    void a_tool_for_WebSockets_shows_the_frames(String tool) throws IOException {
        if (tool.equals("websocat"))
            assumeThat(Programs.has(tool)).as("there is websocat").isTrue();
        String session = server.client("ada").create();
        String command =
                DocumentBlocks.of("clients.md", "## With a tool for WebSockets", "sh example", tool, server.port());
        Map<String, String> environment = Map.of(
                "REPRISE_TOKEN",
                server.token("ada"),
                "SESSION",
                session,
                "PATH",
                NpmPackages.file(".bin") + ":" + Programs.find("node").getParent() + ":" + System.getenv("PATH"));

        List<String> words = List.of(Programs.find("bash").toString(), "-euc", command);
        try (Shell shell = Shell.start(folder, environment, words)) {
            await().atMost(Patience.LIMIT)
                    .until(() -> !shell.isAlive() || shell.out().contains("\"RUN_FINISHED\""));

            assertThat(shell.out())
                    .contains("\"type\":\"welcome\"", "\"status\":\"started\"", "\"TEXT_MESSAGE_CONTENT\"")
                    .contains("\"RUN_FINISHED\"");
        }
    }

    private static Map<String, String> environment() {
        return Map.of("REPRISE_TOKEN", server.token("ada"));
    }

    private static String node() {
        return Programs.find("node").toString();
    }

    private Path program(String heading, String kind, String file, int port) throws IOException {
        return Files.writeString(folder.resolve(file), DocumentBlocks.of("clients.md", heading, kind, port));
    }
}
