package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A client that makes requests that nearly fit: those of the contract, with other paths, queries, headers and bodies. */
final class FuzzRequests {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final List<Operation> OPERATIONS = Examples.operations();
    private static final String[] TYPES = {"application/json", "application/json; charset=utf-16", "text/plain", "x", ""
    };

    private final TestServer server;
    private final String token;
    private final String adminToken;
    private final Random random;
    private final FuzzJson json;
    private final Map<String, String> hers;

    FuzzRequests(TestServer server, String user, Random random) {
        this.server = server;
        this.token = server.token(user);
        this.adminToken = server.token(user, "admin");
        this.random = random;
        this.json = new FuzzJson(random);
        String session = new JsonObject(
                        server.call("POST", "/api/v1/sessions", token, "{}").body())
                .getString("session");
        this.hers = Map.of("session", session);
    }

    void ask(int requests) {
        for (int i = 0; i < requests; i++) ask();
    }

    private void ask() {
        Operation operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
        HttpRequest request = request(operation);
        try {
            HttpResponse<InputStream> response = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                // A stream of events has no end.
                boolean endless = operation.getOperationId().equals("streamEvents") && response.statusCode() == 200;
                String text = endless ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
                assertThat(response.statusCode())
                        .as("%s %s", request, text)
                        .isNotEqualTo(500)
                        .isBetween(200, 503);
            }
        } catch (IOException e) {
            throw new AssertionError("no answer to " + request, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest request(Operation operation) {
        String path = Examples.path(operation, names(operation)) + query(operation);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path));
        // An administrator who changes settings at random would end the test.
        String whose = Examples.changes(operation) || random.nextBoolean() ? token : adminToken;
        if (random.nextInt(20) > 0) request.header("Authorization", "Bearer " + whose);
        JsonObject example = Examples.body(operation);
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();
        if (example != null || random.nextInt(10) == 0) {
            request.header("Content-Type", random.nextInt(10) > 0 ? TYPES[0] : TYPES[random.nextInt(TYPES.length)]);
            body = HttpRequest.BodyPublishers.ofString(json.spoilt(example == null ? new JsonObject() : example));
        }
        return request.method(operation.getHttpMethod().name(), body).build();
    }

    private Map<String, String> names(Operation operation) {
        Map<String, String> names = new HashMap<>(hers);
        for (Parameter parameter : operation.getParameters()) {
            if (random.nextInt(4) == 0) names.put(parameter.getName(), json.aText());
        }
        return names;
    }

    private String query(Operation operation) {
        StringBuilder query = new StringBuilder();
        for (Parameter parameter : operation.getParameters()) {
            if (parameter.isRequired() || random.nextInt(3) > 0) continue;
            query.append(query.isEmpty() ? '?' : '&')
                    .append(parameter.getName())
                    .append('=')
                    .append(URLEncoder.encode(json.aText(), StandardCharsets.UTF_8));
        }
        return query.toString();
    }
}
