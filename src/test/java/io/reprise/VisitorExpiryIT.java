package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.gateway.access.token.OwnTokens;
import io.reprise.support.WallClock;
import io.reprise.testing.Patience;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.testing.Visitor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of people without a sign-in beside those of others, by the times that hold without a setting. */
@Timeout(300)
class VisitorExpiryIT {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final int HOUR_MS = 3_600_000;

    @TempDir
    private Path folder;

    private TestServer server;
    private Visitor visitor;

    @BeforeEach
    void start() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), SECRET);
        server = TestServer.start(Map.of(
                "auth.mode", "jwt",
                "auth.secret", "file:" + secret,
                "auth.anonymous", "true",
                "sessions.graceMs", "300",
                "jobs.pollMs", "100"));
        visitor = new Visitor(server.url());
        visitor.post("/api/v1/visit");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_visitors_session_expires_and_that_of_a_signed_in_user_does_not() throws SQLException {
        String expired = madeByVisitor();
        String recent = madeByVisitor();
        String signedIn = session(server.call("POST", "/api/v1/sessions", token("ada", "user"), "{}")
                .body());
        await().atMost(Patience.LIMIT).until(() -> server.held().sessions() == 0);
        makeOld(expired, 11);
        makeOld(recent, 5);
        makeOld(signedIn, 365 * 24 * 60);

        // What was found is erased after the grace; a later run counts it.
        await().atMost(Patience.LIMIT).until(() -> {
            run();
            return status(expired) == 404 && deleted() == 1;
        });

        assertThat(status(recent)).isEqualTo(200);
        assertThat(server.call("GET", "/api/v1/sessions/" + signedIn, token("ada", "user"), null)
                        .statusCode())
                .isEqualTo(200);
        assertThat(deleted()).isEqualTo(1);
    }

    private String madeByVisitor() {
        return session(
                server.call("POST", "/api/v1/sessions", null, "{}", asVisitor()).body());
    }

    private int status(String session) {
        return server.call("GET", "/api/v1/sessions/" + session, null, null, asVisitor())
                .statusCode();
    }

    private Map<String, String> asVisitor() {
        return Map.of("Cookie", visitor.cookieHeader(), "Origin", server.url());
    }

    private static String session(String body) {
        return new JsonObject(body).getString("session");
    }

    private void makeOld(String session, int minutes) throws SQLException {
        try (Connection connection = TestDatabase.connect(server.database());
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE session SET updated_at = now() - interval '" + minutes
                    + " minutes', used_at = NULL WHERE id = '" + session + "'");
        }
    }

    /** Runs the job to its end. */
    private void run() {
        int before = runs().size();
        await().atMost(Patience.LIMIT)
                .until(() -> server.call("POST", "/api/v1/jobs/session-expiry/run", admin(), "{}")
                                .statusCode()
                        == 202);
        await().atMost(Patience.LIMIT)
                .until(() -> runs().size() > before
                        && runs().stream().allMatch(one -> ((JsonObject) one).containsKey("endedAt")));
    }

    private int deleted() {
        return runs().stream()
                .mapToInt(one -> ((JsonObject) one).getInteger("deletedCount", 0))
                .sum();
    }

    private JsonArray runs() {
        return new JsonObject(server.call("GET", "/api/v1/job-runs?job=session-expiry&limit=100", admin(), null)
                        .body())
                .getJsonArray("runs");
    }

    private static String admin() {
        return token("root", "admin");
    }

    private static String token(String user, String role) {
        return new OwnTokens(SECRET.getBytes(StandardCharsets.UTF_8), WallClock.system())
                .issue(user, List.of(role), WallClock.system().nowMs() + HOUR_MS);
    }
}
