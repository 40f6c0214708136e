package io.reprise.mcp.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.channel.McpFailure.Kind;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.support.Stopwatch;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that is the server: one message in each line of its input and output. What it writes to its error output is
 * logged at debug. Its environment contains only what is given.
 *
 * <p>Its streams are served by platform threads: a virtual thread that waits for a pipe occupies a carrier thread.
 */
public final class StdioChannel implements McpChannel {
    private static final Logger log = LoggerFactory.getLogger(StdioChannel.class);

    /** Messages that wait while the program does not read its input. */
    private static final int WAITING_MAX = 256;

    private static final int ERROR_LINE_BYTES_MAX = 4_096;
    private static final int ERROR_LINES_PER_S = 10;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final byte[] END = new byte[0];

    private final String name;
    private final Process process;
    private final int lineBytesMax;
    private final int stopMs;
    private final Listener listener;
    private final BlockingQueue<byte[]> outgoing = new LinkedBlockingQueue<>(WAITING_MAX);
    private final Map<Long, Waiting> waiting = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final Inquirers underWay = new Inquirers();
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean ended;

    private record Waiting(CompletableFuture<JsonNode> answer, Call call) {
        Deadline deadline() {
            return call.deadline();
        }
    }

    /**
     * @param name of the server, for the log
     * @param command the program and its arguments
     * @param environment all variables that it gets
     */
    public record Program(String name, List<String> command, Map<String, String> environment) {
        public Program {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    private StdioChannel(Program program, Process process, McpSettings limits, Listener listener) {
        this.name = program.name();
        this.process = process;
        this.lineBytesMax = limits.sizes().answerBytes();
        this.stopMs = limits.waits().stopMs();
        this.listener = listener;
    }

    /** @throws McpFailure if the program cannot be started */
    public static StdioChannel start(Program program, McpSettings limits, Listener listener) {
        ProcessBuilder builder = new ProcessBuilder(program.command());
        builder.environment().clear();
        builder.environment().putAll(program.environment());
        builder.directory(new File(System.getProperty("java.io.tmpdir")));
        try {
            StdioChannel channel = new StdioChannel(program, builder.start(), limits, listener);
            channel.serve("output", channel::read);
            channel.serve("input", channel::write);
            channel.serve("errors", channel::readErrors);
            return channel;
        } catch (IOException e) {
            throw McpFailure.of(Kind.UNREACHABLE, "The program of the server could not be started.", e);
        }
    }

    private void serve(String stream, Runnable work) {
        Thread.ofPlatform().daemon().name("mcp " + name + " " + stream).start(work);
    }

    @Override
    public JsonNode request(Call call, Dialect dialect, StopSignal stop) throws InterruptedException {
        stop.throwIfStopped();
        long id = ids.incrementAndGet();
        Waiting own = new Waiting(new CompletableFuture<>(), call);
        waiting.put(id, own);
        underWay.add(call.inquirer());
        StopSignal.Registration atStop = stop.onStop(() -> {
            if (own.answer().completeExceptionally(new StoppedException())) cancel(id, "stopped", call);
        });
        try {
            if (ended) throw exited();
            offer(JsonRpc.request(id, call));
            return JsonRpc.result(awaited(own));
        } catch (TimeoutException e) {
            cancel(id, "timed out", call);
            throw call.deadline().failure();
        } catch (InterruptedException e) {
            cancel(id, "stopped", call);
            throw e;
        } finally {
            atStop.remove();
            waiting.remove(id);
            underWay.remove(call.inquirer());
        }
    }

    private static JsonNode awaited(Waiting own) throws InterruptedException, TimeoutException {
        while (true) {
            try {
                return own.answer().get(own.deadline().leftNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (own.deadline().hasPassed()) throw e; // Otherwise progress has extended it.
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) throw cause;
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    private void cancel(long id, String reason, Call call) {
        if (!ended && !call.method().equals("initialize")) outgoing.offer(line(JsonRpc.cancelled(id, reason)));
    }

    private McpFailure exited() {
        return McpFailure.of(Kind.CUT, "The program of the server has ended.");
    }

    @Override
    public void tell(String method, ObjectNode params, Dialect dialect) {
        if (!outgoing.offer(line(JsonRpc.notification(method, params)))) {
            log.atDebug().addKeyValue("server", name).log("an MCP server does not read its input");
        }
    }

    private void offer(JsonNode message) {
        if (!outgoing.offer(line(message))) throw McpFailure.of(Kind.BUSY, "The server does not read its input.");
    }

    private static byte[] line(JsonNode message) {
        return (JsonRpc.text(message) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** In the older protocol the server speaks at any time; in the newer one it must be asked to. */
    @Override
    public void listen(ObjectNode wanted, Dialect dialect, StopSignal stop) throws InterruptedException {
        if (dialect.modern()) request(new Call("subscriptions/listen", wanted, Deadline.never()), dialect, stop);
        else stop.await();
    }

    @Override
    public boolean isOpen() {
        return !ended && !closing.get();
    }

    @Override
    public boolean hasHeaders() {
        return false;
    }

    /** Asks the program to end by closing its input, then by a signal, then kills it with all programs that it started. */
    @Override
    public void close(Dialect dialect) {
        if (!closing.compareAndSet(false, true)) return;
        outgoing.clear();
        outgoing.offer(END);
        serve("end", this::end);
    }

    private void end() {
        List<ProcessHandle> started = new ArrayList<>(process.descendants().toList());
        try {
            if (!process.waitFor(stopMs, TimeUnit.MILLISECONDS)) {
                started.addAll(process.descendants().toList());
                process.destroy();
                process.waitFor(stopMs, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
            started.forEach(ProcessHandle::destroyForcibly);
        }
    }

    private void write() {
        try (OutputStream input = process.getOutputStream()) {
            for (byte[] line = outgoing.take(); line != END; line = outgoing.take()) {
                input.write(line);
                if (outgoing.isEmpty()) input.flush();
            }
        } catch (IOException e) {
            // The program has ended; the reader of its output finds out.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        McpFailure why = exited();
        try (InputStream output = new BufferedInputStream(process.getInputStream())) {
            for (byte[] line = line(output, lineBytesMax, true);
                    line != null;
                    line = line(output, lineBytesMax, true)) {
                if (line.length > 0) received(line);
            }
        } catch (IOException e) {
            log.atDebug().addKeyValue("server", name).setCause(e).log("the output of an MCP server cannot be read");
        } catch (McpFailure e) {
            why = e;
        } finally {
            ended = true;
            McpFailure failure = why;
            waiting.values().forEach(each -> each.answer().completeExceptionally(failure));
            close(Dialect.LEGACY);
        }
    }

    private void received(byte[] line) {
        JsonNode message;
        try {
            message = JsonRpc.parsed(line);
        } catch (McpFailure notJson) {
            log.atDebug().addKeyValue("server", name).log("an MCP server wrote a line that is no message");
            return;
        }
        String method = message.path("method").asText("");
        if (method.isEmpty()) {
            Waiting its = waiting.get(message.path("id").asLong(-1));
            if (its != null) its.answer().complete(message);
        } else if (message.has("id") && method.equals(JsonRpc.ASKS)) {
            underWay.only()
                    .orElse(Inquirer.NONE)
                    .asked(message.path("params"), JsonRpc.reply(message, answer -> outgoing.offer(line(answer))));
        } else if (message.has("id")) {
            outgoing.offer(line(JsonRpc.response(message)));
        } else {
            if (JsonRpc.isProgress(message)) progressed(message.path("params"));
            listener.told(method, message.path("params"));
        }
    }

    private void progressed(JsonNode params) {
        Waiting its = waiting.get(params.path("progressToken").asLong(-1));
        if (its == null) return;
        its.deadline().progress();
        its.call().inquirer().progressed(params);
    }

    private void readErrors() {
        Stopwatch second = Stopwatch.started();
        int lines = 0;
        try (InputStream errors = new BufferedInputStream(process.getErrorStream())) {
            for (byte[] line = line(errors, ERROR_LINE_BYTES_MAX, false);
                    line != null;
                    line = line(errors, ERROR_LINE_BYTES_MAX, false)) {
                if (second.nanos() > SECOND) {
                    second = Stopwatch.started();
                    lines = 0;
                }
                if (lines++ >= ERROR_LINES_PER_S || !log.isDebugEnabled()) continue;
                log.atDebug()
                        .addKeyValue("server", name)
                        .addKeyValue("line", JsonRpc.oneLine(new String(line, StandardCharsets.UTF_8)))
                        .log("an MCP server wrote to its error output");
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    /** @param strict whether a line over the limit is an error; otherwise its rest is dropped */
    private static byte[] line(InputStream from, int bytesMax, boolean strict) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = from.read(); next >= 0; next = from.read()) {
            if (next == '\n') return line.toByteArray();
            if (line.size() < bytesMax) line.write(next);
            else if (strict) throw HttpChannel.tooLarge(bytesMax);
        }
        return null;
    }
}
