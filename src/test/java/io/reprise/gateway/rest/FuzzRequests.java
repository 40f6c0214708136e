package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.Routes;
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

/**
 * A client that makes requests that nearly fit: those of the contract and those beside it, with other paths, queries,
 * headers and bodies.
 */
final class FuzzRequests {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final List<Operation> OPERATIONS = Examples.operations();
    private static final String[] TYPES = {"application/json", "application/json; charset=utf-16", "text/plain", "x", ""
    };

    /** This part of the requests is beside the contract. */
    private static final int MOUNTED_ONE_IN = 5;

    private static final List<String> NAMES = List.of("agent", "model", "tool", "run", "hook");

    private final TestServer server;
    private final List<Routes.Mounted> mounts;
    private final String token;
    private final String adminToken;
    private final Random random;
    private final FuzzJson json;
    private final Map<String, String> hers;

    FuzzRequests(TestServer server, String user, Random random) {
        this.server = server;
        this.mounts = server.mounted();
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
        HttpRequest request = random.nextInt(MOUNTED_ONE_IN) == 0 ? beside() : request(operation());
        try {
            HttpResponse<InputStream> response = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                // Events of a session have no end, and those of a run end when it does.
                boolean streams =
                        response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
                String text = streams ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
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

    private Operation operation() {
        return OPERATIONS.get(random.nextInt(OPERATIONS.size()));
    }

    private HttpRequest request(Operation operation) {
        String path = Examples.path(operation, names(operation)) + query(operation);
        // An administrator who changes settings at random would end the test.
        String whose = Examples.changes(operation) || random.nextBoolean() ? token : adminToken;
        return request(operation.getHttpMethod().name(), path, whose, Examples.body(operation));
    }

    /** For what is not in the contract. */
    private HttpRequest beside() {
        Routes.Mounted mounted = mounts.get(random.nextInt(mounts.size()));
        Map<String, String> names = new HashMap<>();
        if (random.nextInt(4) == 0) NAMES.forEach(name -> names.put(name, json.aText()));
        String method = mounted.method() == null ? "PUT" : mounted.method();
        String thread = random.nextBoolean() ? hers.get("session") : "t" + random.nextInt(10);
        JsonObject body = Mounts.body(mounted, thread, "r" + random.nextInt(1_000_000));
        return request(method, Mounts.path(mounted, names), token, body);
    }

    private HttpRequest request(String method, String path, String whose, JsonObject example) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path));
        if (random.nextInt(20) > 0) request.header("Authorization", "Bearer " + whose);
        HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.noBody();
        if (example != null || random.nextInt(10) == 0) {
            request.header("Content-Type", random.nextInt(10) > 0 ? TYPES[0] : TYPES[random.nextInt(TYPES.length)]);
            body = HttpRequest.BodyPublishers.ofString(json.spoilt(example == null ? new JsonObject() : example));
        }
        return request.method(method, body).build();
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
