package io.reprise.testing;

import io.reprise.Server;
import io.reprise.config.SettingsSource;
import io.reprise.config.read.SettingsReader;
import io.reprise.gateway.Routes;
import io.reprise.gateway.rest.ContractCheck;
import io.reprise.message.NodeMessage;
import io.reprise.store.database.DatabaseUri;
import io.reprise.tool.Tool;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The whole server in this process, on a free port and with its own database. */
public final class TestServer implements AutoCloseable {
    /** How long a test waits for events that should come soon; a loaded machine is slow. */
    public static final Duration PATIENCE = Patience.LIMIT;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final DatabaseUri database;
    private final int port;
    /** Null when it has stopped: test classes keep this object, and a server is large. */
    private volatile Server server;

    private TestServer(Server server, DatabaseUri database) {
        this.server = server;
        this.port = server.port();
        this.database = database;
    }

    /** With an empty database and the defaults, but for the given settings ({@code "log.flushMs"} to {@code "0"}). */
    public static TestServer start(Map<String, String> settings) {
        return start(TestDatabase.fresh(), settings);
    }

    /** On a database that another server may have used before. */
    public static TestServer start(DatabaseUri database, Map<String, String> settings) {
        return start(database, settings, List.of());
    }

    /** With the timeouts of an operator's server. */
    public static TestServer startImpatient(DatabaseUri database, Map<String, String> settings) {
        return start(database, settings, List.of(), Map.of());
    }

    /** With tools in addition to the server's. */
    public static TestServer start(DatabaseUri database, Map<String, String> settings, List<Tool> tools) {
        return start(database, settings, tools, Patience.OF_SERVER);
    }

    /** With a settings file; the other settings are in its environment, and take precedence. */
    public static TestServer startWithFile(Path file, DatabaseUri database, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>();
        all(database, settings, Patience.OF_SERVER)
                .forEach((key, value) -> environment.put(SettingsReader.variable(key), value));
        return new TestServer(Server.start(SettingsSource.of(file, environment)), database);
    }

    private static TestServer start(
            DatabaseUri database, Map<String, String> settings, List<Tool> tools, Map<String, String> limits) {
        Map<String, String> all = all(database, settings, limits);
        return new TestServer(Server.start(SettingsSource.ofOverrides(all), tools), database);
    }

    private static Map<String, String> all(
            DatabaseUri database, Map<String, String> settings, Map<String, String> limits) {
        Map<String, String> all = new HashMap<>(limits);
        all.put("server.port", "0");
        all.put("server.gateways", "2");
        all.put("sessions.orchestrators", "2");
        all.put("database.url", database.reveal());
        all.put("shutdown.drainMs", "0");
        all.put("sessions.titles", "off"); // A title comes when it comes; most tests want to know where a log ends.
        all.putAll(settings);
        return all;
    }

    public DatabaseUri database() {
        return database;
    }

    public int port() {
        return port;
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** A token of the development mode. */
    public String token(String user) {
        return token(user, "user");
    }

    /** As above, with a role such as {@code admin}. */
    public String token(String user, String role) {
        String body =
                new JsonObject().put("user", user).put("roles", List.of(role)).encode();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/api/v1/dev/token"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return new JsonObject(send(request).body()).getString("token");
    }

    /** A REST call, whose answer must follow the contract; {@code body} may be null. */
    public HttpResponse<String> call(String method, String path, String token, String body) {
        return call(method, path, token, body, Map.of());
    }

    /** The newest {@code count} messages of a session, oldest first, read in as many pages as the server makes of them. */
    public JsonArray messages(String token, String session, int count) {
        JsonArray found = new JsonArray();
        String cursor = "";
        while (found.size() < count) {
            String path =
                    "/api/v1/sessions/" + session + "/messages?limit=" + Math.min(200, count - found.size()) + cursor;
            JsonObject page = new JsonObject(call("GET", path, token, null).body());
            JsonArray messages = page.getJsonArray("messages");
            found = new JsonArray().addAll(messages).addAll(found);
            if (!page.getBoolean("earlier")) break;
            cursor = "&before="
                    + messages.getJsonObject(0).getJsonObject("metadata").getLong("seq");
        }
        return found;
    }

    /** A REST call with more headers. */
    public HttpResponse<String> call(
            String method, String path, String token, String body, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path));
        headers.forEach(request::header);
        if (token != null) request.header("Authorization", "Bearer " + token);
        if (body != null) request.header("Content-Type", "application/json");
        return send(request.method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** A client that has said hello. */
    public TestClient client(String user) {
        return TestClient.connect(port(), token(user));
    }

    /** What clients can ask for beside the REST interface. */
    public List<Routes.Mounted> mounted() {
        return server.mounted();
    }

    /** What the server has in memory. */
    public NodeMessage.Held held() {
        return server.held();
    }

    /** Stops it as SIGTERM would. */
    public void stop() {
        Server running = server;
        if (running != null) running.stop();
        server = null;
    }

    /** The value of a series of the metrics, as {@code name{label="value"}}; 0 if there is none. */
    public double metric(String series) {
        return call("GET", "/metrics", null, null)
                .body()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .sum();
    }

    @Override
    public void close() {
        stop();
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return ContractCheck.checked(HTTP.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
