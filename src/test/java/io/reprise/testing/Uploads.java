package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Uploads and downloads of attachments over REST. */
public record Uploads(TestServer server, String token) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    public HttpResponse<String> put(String session, String name, byte[] file) {
        String path = path(session) + "?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
        return ask(
                HttpRequest.newBuilder(URI.create(server.url() + path))
                        .header("Content-Type", "application/x-anything")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(file)),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Uploads a file that has to be accepted; returns what is told of it. */
    public JsonObject accepted(String session, String name, byte[] file) {
        HttpResponse<String> answer = put(session, name, file);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return new JsonObject(answer.body());
    }

    /** The id of an uploaded file. */
    public String id(String session, String name, byte[] file) {
        return accepted(session, name, file).getString("attachment");
    }

    public HttpResponse<byte[]> get(String session, String attachment, String query, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.url() + path(session) + "/" + attachment + query));
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        return ask(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String path(String session) {
        return "/api/v1/sessions/" + session + "/attachments";
    }

    private <T> HttpResponse<T> ask(HttpRequest.Builder request, HttpResponse.BodyHandler<T> as) {
        try {
            return HTTP.send(
                    request.header("Authorization", "Bearer " + token)
                            .timeout(Patience.LIMIT)
                            .build(),
                    as);
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
