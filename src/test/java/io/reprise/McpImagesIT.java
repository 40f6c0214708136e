package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.mcp.FakeMcp;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.testing.Uploads;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images that tools of MCP servers answer with. */
@Timeout(300)
class McpImagesIT {
    private static final byte[] PICTURE = TestImages.png(64, 48);

    @TempDir
    private Path folder;

    private final DatabaseUri database = TestDatabase.fresh();
    private final FakeMcp mcp = FakeMcp.start(true);

    @BeforeEach
    void begin() throws IOException {
        write("reprise.yaml", "");
        write("mcp-servers/house.yaml", "url: " + mcp.url() + "\n");
        write("agents/clerk.yaml", "mcpServers: [house]\n");
    }

    @AfterEach
    void end() {
        mcp.close();
    }

    @Test
    void an_image_is_a_file_of_the_session_that_stays() throws SQLException {
        answers(new JsonObject().put("type", "text").put("text", "a chart"), image("image/png", PICTURE));
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            String session = create(tab);
            String run = tab.send(session, "/tool house_draw {}").getString("run");
            tab.awaitEnd(session, run);

            JsonArray content = contentOf(server, session);
            assertThat(content.getJsonObject(0).getString("text")).contains("a chart");
            JsonObject file = content.getJsonObject(1);
            assertThat(file.getString("type")).isEqualTo("image");
            assertThat(file.getString("mediaType")).isEqualTo("image/png");
            assertThat(file.getInteger("width")).isEqualTo(64);
            String attachment = file.getString("attachment");
            Uploads files = new Uploads(server, server.token("ada"));
            assertThat(files.get(session, attachment, "").body()).isEqualTo(PICTURE);
            assertThat(files.get(session, attachment, "?thumbnail").statusCode())
                    .isEqualTo(200);
            assertThat(unsent()).as("removed as one that was never sent").isZero();
        }
    }

    @Test
    void an_image_that_cannot_be_kept_is_a_text_that_says_why() {
        answers(
                image("image/png", PICTURE),
                image("image/png", PICTURE),
                image("image/svg+xml", "<svg/>".getBytes(StandardCharsets.UTF_8)));
        try (TestServer server = start(Map.of("attachments.perResultMax", "1"));
                TestClient tab = server.client("ada")) {
            String session = create(tab);
            String run = tab.send(session, "/tool house_draw {}").getString("run");
            tab.awaitEnd(session, run);

            String content = contentOf(server, session).encode();
            assertThat(content)
                    .contains("not shown: a result has at most 1 images")
                    .containsOnlyOnce("\"attachment\"");
        }
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            answers(
                    image("image/svg+xml", "<svg/>".getBytes(StandardCharsets.UTF_8)),
                    image("image/png", new byte[] {(byte) 0x89, 'P'}));
            String session = create(tab);
            String run = tab.send(session, "/tool house_draw {}").getString("run");
            tab.awaitEnd(session, run);

            assertThat(server.messages(server.token("ada"), session, 10).encode())
                    .contains("[image, 6 bytes, not shown: no PNG, JPEG, GIF or WebP]")
                    .doesNotContain("\"attachment\"");
        }
    }

    private void answers(JsonObject... content) {
        mcp.tools = List.of(FakeMcp.tool("draw"));
        mcp.calls.put("draw", asked -> asked.result(new JsonObject().put("content", new JsonArray(List.of(content)))));
    }

    private static JsonObject image(String type, byte[] bytes) {
        return new JsonObject()
                .put("type", "image")
                .put("mimeType", type)
                .put("data", Base64.getEncoder().encodeToString(bytes));
    }

    private long unsent() throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT count(*) FROM attachment WHERE sent_at IS NULL")) {
            found.next();
            return found.getLong(1);
        }
    }

    /** The content of the last result. */
    private static JsonArray contentOf(TestServer server, String session) {
        JsonArray messages = server.messages(server.token("ada"), session, 10);
        return messages.stream()
                .map(JsonObject.class::cast)
                .filter(message -> message.getString("role").equals("tool"))
                .reduce((first, second) -> second)
                .orElseThrow()
                .getJsonArray("content");
    }

    private static String create(TestClient tab) {
        String session =
                tab.ask("create", new JsonObject().put("agent", "clerk")).getString("session");
        tab.attachLive(session);
        return session;
    }

    private TestServer start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("outgoing.allow", "127.0.0.0/8");
        all.put("mcp.runMs", "30000");
        return TestServer.startWithFile(folder.resolve("reprise.yaml"), database, all);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
