package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Authorization servers read what this server is as a client, without any sign-in. */
@Timeout(300)
class McpDescriptionIT {
    @Test
    void a_server_with_an_address_with_tls_is_described_there() {
        try (TestServer server = start("https://reprise.example")) {
            HttpResponse<String> answer = server.call("GET", "/client-metadata.json", null, null);

            assertThat(answer.statusCode()).isEqualTo(200);
            JsonObject described = new JsonObject(answer.body());
            assertThat(described.getString("client_id")).isEqualTo("https://reprise.example/client-metadata.json");
            assertThat(described.getJsonArray("redirect_uris"))
                    .containsExactly("https://reprise.example/oauth/callback");
        }
    }

    @Test
    void a_server_without_one_is_not() {
        try (TestServer server = start("http://127.0.0.1:8080")) {
            assertThat(server.call("GET", "/client-metadata.json", null, null).statusCode())
                    .isEqualTo(404);
        }
    }

    private static TestServer start(String publicUrl) {
        return TestServer.start(Map.of("server.publicUrl", publicUrl));
    }
}
