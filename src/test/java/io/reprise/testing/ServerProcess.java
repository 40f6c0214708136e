package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.Main;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The server as an operator runs it: a JVM of its own, for tests that kill it, signal it and read its log. */
public final class ServerProcess implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Patience.LIMIT;
    private static final Pattern READY = Pattern.compile("Reprise is ready: http://[^ ]+:(\\d+)");

    private final Process process;
    private final Place place;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final Thread outputReader;
    private final Thread errorReader;

    private ServerProcess(Process process, Place place) {
        this.process = process;
        this.place = place;
        outputReader = follow(process.inputReader(), this::tookOutput);
        errorReader = follow(process.errorReader(), errors::add);
    }

    /** With the defaults except for the given settings; returns once it accepts clients. */
    public static ServerProcess start(Map<String, String> settings) {
        return ready(launch(settings));
    }

    /** As above, by a virtual machine with these options. */
    public static ServerProcess start(Map<String, String> settings, List<String> options) {
        return ready(launch(settings, options, Main.class));
    }

    /** As above, by someone who may only do what permissions of files allow, although an administrator runs the tests. */
    public static ServerProcess startObedient(Map<String, String> settings) {
        ProcessBuilder builder = builder(ServerClasses.options(), settings, List.of(), Main.class);
        builder.command().addAll(0, Permissions.heeded());
        return ready(begin(builder));
    }

    private static ServerProcess ready(ServerProcess server) {
        try {
            server.port();
            return server;
        } catch (RuntimeException | AssertionError e) {
            server.kill();
            throw e;
        }
    }

    /** As above on the private PostgreSQL of this folder; {@link OwnDatabase} stops one that a killed server leaves. */
    public static ServerProcess startOn(Path dataDir, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("data.dir", dataDir.toString());
        return start(all);
    }

    /** As above, by another main class that prints what {@code Main} prints when it is ready. */
    public static ServerProcess startOn(Path dataDir, Map<String, String> settings, Class<?> main, String... words) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("data.dir", dataDir.toString());
        return ready(launch(all, List.of(), main, words));
    }

    /** The options for java that name the classes of the server and an archive of them, for a quick start. */
    public static List<String> classes() {
        return ServerClasses.options();
    }

    /** Does not wait until it is ready. */
    public static ServerProcess launch(Map<String, String> settings) {
        return launch(settings, List.of(), Main.class);
    }

    /** In another place; does not wait until it is ready. */
    public static ServerProcess launch(Map<String, String> settings, Place place) {
        Map<String, String> all = new HashMap<>(place.settings());
        all.putAll(settings);
        ProcessBuilder builder = builder(ServerClasses.options(), all, List.of(), Main.class);
        builder.command().addAll(0, place.command());
        return begin(builder, place);
    }

    /** With arguments on the command line; does not wait until it is ready. */
    public static ServerProcess launchWith(Map<String, String> settings, String... arguments) {
        return launch(settings, List.of(), Main.class, arguments);
    }

    private static ServerProcess launch(
            Map<String, String> settings, List<String> options, Class<?> main, String... arguments) {
        return launch(ServerClasses.options(), settings, options, main, arguments);
    }

    /** In this folder, which has its settings file {@code conf/reprise.yaml}, with these variables in its environment. */
    public static ServerProcess startIn(Path folder, Map<String, String> settings, Map<String, String> variables) {
        ProcessBuilder builder = builder(ServerClasses.options(), settings, List.of(), Main.class);
        builder.environment().putAll(variables);
        return ready(begin(builder.directory(folder.toFile())));
    }

    /** With the classes that these options for java name. */
    static ServerProcess launch(
            List<String> classes,
            Map<String, String> settings,
            List<String> options,
            Class<?> main,
            String... arguments) {
        return begin(builder(classes, settings, options, main, arguments));
    }

    private static ProcessBuilder builder(
            List<String> classes,
            Map<String, String> settings,
            List<String> options,
            Class<?> main,
            String... arguments) {
        List<String> words = new ArrayList<>(Interrupts.heeded());
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(options);
        words.addAll(classes);
        words.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                // A killed server leaves it behind.
                "-Dvertx.cacheDirBase=" + Path.of("target", "vertx-cache").toAbsolutePath(),
                "--enable-native-access=ALL-UNNAMED",
                main.getName()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().keySet().removeIf(name -> name.startsWith("REPRISE_"));
        // The virtual machine reports these on standard error.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        Patience.OF_SERVER.forEach((key, value) -> builder.environment().put(variable(key), value));
        builder.environment().put(variable("server.port"), "0");
        settings.forEach((key, value) -> builder.environment().put(variable(key), value));
        return builder;
    }

    private static ServerProcess begin(ProcessBuilder builder) {
        return begin(builder, Place.HERE);
    }

    private static ServerProcess begin(ProcessBuilder builder, Place place) {
        try {
            return new ServerProcess(builder.start(), place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code log.flushMs} is {@code REPRISE_LOG_FLUSH_MS}. */
    private static String variable(String key) {
        return "REPRISE_"
                + key.replace('.', '_').replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(java.util.Locale.ROOT);
    }

    // --- its clients

    /** The port that clients connect to; waits until it is ready. */
    public int port() {
        try {
            return port.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the server did not become ready: " + errors + "\n" + output, e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether it accepts clients; false when it has ended. */
    public boolean isReady() {
        return port.isDone() && !port.isCompletedExceptionally() && process.isAlive();
    }

    /** Whether it has ended before it accepted clients. */
    public boolean isFailed() {
        return port.isCompletedExceptionally();
    }

    /** The ports of so many nodes of this machine, in their order; waits until they are ready. */
    public List<Integer> ports(int nodes) {
        port();
        await().atMost(PATIENCE).until(() -> readyPorts().size() >= nodes);
        return readyPorts();
    }

    private List<Integer> readyPorts() {
        return output.stream()
                .map(READY::matcher)
                .filter(Matcher::matches)
                .map(line -> Integer.valueOf(line.group(1)))
                .toList();
    }

    /** A token of an ordinary user. */
    public String token(String user) {
        return token(user, "user");
    }

    /** As above, with a role such as {@code admin}. */
    public String token(String user, String role) {
        if (place.isSigned()) return Place.token(user, role);
        String body =
                new JsonObject().put("user", user).put("roles", List.of(role)).encode();
        HttpResponse<String> response = call("POST", "/api/v1/dev/token", null, body);
        return new JsonObject(response.body()).getString("token");
    }

    /** A client that has said hello. */
    public TestClient client(String user) {
        return TestClient.connect(place.host(), port(), token(user));
    }

    /** A REST call; {@code token} and {@code body} may be null. */
    public HttpResponse<String> call(String method, String path, String token, String body) {
        return call(method, path, token, body, Map.of());
    }

    /** A REST call with more headers. */
    public HttpResponse<String> call(
            String method, String path, String token, String body, Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://" + place.host() + ":" + port() + path));
        headers.forEach(request::header);
        if (token != null) request.header("Authorization", "Bearer " + token);
        if (body != null) request.header("Content-Type", "application/json");
        HttpRequest.BodyPublisher publisher =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        try {
            return HTTP.send(request.method(method, publisher).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    // --- its end

    /** The names of all classes that its virtual machine has loaded. */
    public String loadedClasses() {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process asked = new ProcessBuilder(jcmd, Long.toString(process.pid()), "VM.class_hierarchy", "-i").start();
            return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The number of its process. */
    public long pid() {
        return process.pid();
    }

    /** {@code kill -9}; returns when it is dead. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Sends a signal such as {@code TERM}. */
    public void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start();
            assertThat(kill.waitFor()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until it has ended by itself, and returns its exit code. */
    public int awaitExit() {
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("the server ended; its output: " + output)
                    .isTrue();
            outputReader.join();
            errorReader.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    // --- what it says

    /** The lines of its log. */
    public List<JsonObject> log() {
        return output.stream().flatMap(ServerProcess::logLine).toList();
    }

    /** The lines of its log with this message. */
    public List<JsonObject> logged(String message) {
        return log().stream()
                .filter(line -> line.getString("message").equals(message))
                .toList();
    }

    /** Its warnings and errors, except those that only report a slow machine. */
    public List<JsonObject> troubles() {
        return log().stream()
                .filter(line -> List.of("WARN", "ERROR").contains(line.getString("level")))
                .filter(line -> !line.getString("logger").endsWith("BlockedThreadChecker"))
                .filter(line -> !line.getString("logger").endsWith("LoopWatch"))
                .filter(line -> !line.getString("logger").endsWith("SlowStatements"))
                .toList();
    }

    /** Standard output without the log. */
    public List<String> said() {
        return output.stream().filter(line -> logLine(line).findAny().isEmpty()).toList();
    }

    /** Standard error. */
    public List<String> complained() {
        return List.copyOf(errors);
    }

    private void tookOutput(String line) {
        output.add(line);
        Matcher ready = READY.matcher(line);
        if (ready.matches()) port.complete(Integer.valueOf(ready.group(1)));
    }

    private static Stream<JsonObject> logLine(String line) {
        if (!line.startsWith("{")) return Stream.empty();
        try {
            return Stream.of(new JsonObject(line));
        } catch (DecodeException cutByAKill) {
            return Stream.empty();
        }
    }

    private Thread follow(BufferedReader reader, Consumer<String> take) {
        return Thread.ofVirtual().start(() -> {
            try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) take.accept(line);
            } catch (IOException e) {
                // The process is gone.
            } finally {
                port.completeExceptionally(new IllegalStateException("the server ended"));
            }
        });
    }
}
