package io.reprise.bench;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The server as an operator runs it, by {@code scripts/run}, with an empty data folder of its own. */
final class BenchServer implements AutoCloseable {
    private static final String READY = "Reprise is ready: ";
    private static final int START_S = 300;
    private static final int STOP_S = 60;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final CompletableFuture<String> address = new CompletableFuture<>();
    private final BlockingQueue<String> addresses = new LinkedBlockingQueue<>();

    private BenchServer(Process process) {
        this.process = process;
        Thread.ofVirtual().start(() -> follow(process.inputReader()));
    }

    /** @param settings by the names of their environment variables */
    static BenchServer start(Path data, Map<String, String> settings) {
        return start(data, settings, List.of());
    }

    /** As above, with words on the command line. */
    static BenchServer start(Path data, Map<String, String> settings, List<String> words) {
        List<String> command = new ArrayList<>(List.of("scripts/run"));
        command.addAll(words);
        ProcessBuilder run = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("REPRISE_SERVER_PORT", "0");
        environment.put("REPRISE_DATA_DIR", data.toString());
        environment.put("REPRISE_LOGGING_LEVEL", "warn");
        run.environment().keySet().removeIf(name -> name.startsWith("REPRISE_") && !name.startsWith("REPRISE_JAVA"));
        run.environment().putAll(environment);
        try {
            BenchServer server = new BenchServer(run.start());
            server.address.get(START_S, TimeUnit.SECONDS);
            System.err.println("bench: a server begins, process " + server.process.pid());
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("the server did not start", e);
        }
    }

    String address() {
        return address.join();
    }

    /** The addresses of so many nodes; waits for them. */
    List<String> addresses(int nodes) throws InterruptedException {
        List<String> found = new ArrayList<>();
        while (found.size() < nodes) {
            String next = addresses.poll(START_S, TimeUnit.SECONDS);
            if (next == null) throw new IllegalStateException("only these nodes are ready: " + found);
            found.add(next);
        }
        return found;
    }

    String token(String user) {
        return token(user, "user");
    }

    String token(String user, String role) {
        String body =
                new JsonObject().put("user", user).put("roles", List.of(role)).encode();
        return new JsonObject(call("POST", "/api/v1/dev/token", null, body)).getString("token");
    }

    /** The body of the answer; {@code token} and {@code body} may be null. */
    String call(String method, String path, String token, String body) {
        return callAt(address(), method, path, token, body);
    }

    /** As above, of the node with this address. */
    String callAt(String node, String method, String path, String token, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node + path));
        if (token != null) request.header("Authorization", "Bearer " + token);
        if (body != null) request.header("Content-Type", "application/json");
        HttpRequest.BodyPublisher publisher =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        try {
            HttpResponse<String> answer =
                    http.send(request.method(method, publisher).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) throw new IllegalStateException(path + ": " + answer.body());
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Processor time that the server's process used so far. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    /** Processor time that so many nodes used so far, each a process that this one started. */
    double cpuSecondsOfNodes(int nodes) {
        if (nodes == 1) return cpuSeconds();
        List<ProcessHandle> all = process.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .toList();
        if (all.size() != nodes) throw new IllegalStateException(all + " are not " + nodes + " nodes");
        return all.stream()
                .mapToDouble(
                        node -> node.info().totalCpuDuration().orElseThrow().toNanos() / 1e9)
                .sum();
    }

    /** Memory of the process, after a collection of garbage. */
    long residentBytes() {
        jcmd("GC.run");
        try (Stream<String> status = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            return status.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Live objects on the heap, after a collection of garbage. */
    long heapBytes() {
        jcmd("GC.run");
        return metric("jvm_memory_used_bytes{area=\"heap\"");
    }

    /** Buffers outside the heap, as far as Java counts them. */
    long directBytes() {
        return metric("jvm_buffer_memory_used_bytes{id=\"direct\"");
    }

    private long metric(String prefix) {
        return (long) call("GET", "/metrics", null, null)
                .lines()
                .filter(line -> line.startsWith(prefix))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private void jcmd(String command) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            new ProcessBuilder(jcmd, Long.toString(process.pid()), command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void follow(BufferedReader output) {
        try (output) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(READY)) {
                    String ready = line.substring(READY.length()).strip();
                    addresses.add(ready);
                    address.complete(ready);
                } else if (!line.isBlank()) System.err.println("server: " + line);
            }
        } catch (IOException gone) {
            // The process has ended.
        } finally {
            address.completeExceptionally(new IllegalStateException("the server ended"));
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_S, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
        }
    }
}
