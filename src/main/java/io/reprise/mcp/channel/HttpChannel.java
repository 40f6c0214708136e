package io.reprise.mcp.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.channel.McpFailure.Kind;
import io.reprise.outgoing.OutgoingStream;
import io.reprise.outgoing.OutgoingStream.Head;
import io.reprise.outgoing.OutgoingStreams;
import io.reprise.outgoing.OutgoingStreams.RefusedException;
import io.reprise.outgoing.OutgoingStreams.Request;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.StoppedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/** Streamable HTTP: each message is a POST of its own, and its response is one message or a stream of messages. */
public final class HttpChannel implements McpChannel {
    private static final String SESSION = "Mcp-Session-Id";
    private static final String EVENTS = "text/event-stream";
    private static final int ERROR_BYTES_MAX = 65_536;

    /** If the server names no time. */
    private static final int RETRY_MS = 1_000;

    private final OutgoingStreams http;
    private final String url;
    private final Supplier<Map<String, String>> credentials;
    private final McpSettings.Sizes sizes;
    private final Listener listener;
    private final AtomicLong ids = new AtomicLong();
    private final Inquirers underWay = new Inquirers();
    private volatile String session = "";
    private volatile boolean closed;

    /**
     * @param http only for this channel, which closes it
     * @param credentials headers for every request; asked each time, because secrets are replaced
     */
    public HttpChannel(
            OutgoingStreams http,
            String url,
            Supplier<Map<String, String>> credentials,
            McpSettings.Sizes sizes,
            Listener listener) {
        this.http = http;
        this.url = url;
        this.credentials = credentials;
        this.sizes = sizes;
        this.listener = listener;
    }

    @Override
    public JsonNode request(Call call, Dialect dialect, StopSignal stop) throws InterruptedException {
        underWay.add(call.inquirer());
        try {
            return new Exchange(call, dialect, ids.incrementAndGet()).run(stop);
        } finally {
            underWay.remove(call.inquirer());
        }
    }

    @Override
    public void tell(String method, ObjectNode params, Dialect dialect) {
        send(JsonRpc.notification(method, params), method, dialect);
    }

    @Override
    public void listen(ObjectNode wanted, Dialect dialect, StopSignal stop) throws InterruptedException {
        Deadline deadline = Deadline.never();
        if (dialect.modern()) {
            request(new Call("subscriptions/listen", wanted, deadline), dialect, stop);
            return;
        }
        Map<String, String> headers = headers(dialect, "", "");
        headers.put("Accept", EVENTS);
        OutgoingStream stream = http.open(new Request("GET", url, headers, null));
        StopSignal.Registration atStop = stop.onStop(stream::cancel);
        try {
            Head head = stream.head(TimeUnit.SECONDS.toNanos(30));
            if (head.status() != 200) throw refused(head, stream, dialect);
            SseEvents events = new SseEvents(() -> next(stream, deadline), sizes.answerBytes());
            for (SseEvents.Event event = events.next(); event != null; event = events.next()) {
                if (event.data().length > 0) {
                    other(JsonRpc.parsed(event.data()), dialect, deadline, underWay.only());
                }
            }
        } catch (IOException | TimeoutException e) {
            stop.throwIfStopped();
            throw broken(e);
        } finally {
            atStop.remove();
            stream.cancel();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean hasHeaders() {
        return true;
    }

    /** Also tells a server with sessions that this one is over; it may not offer that. */
    @Override
    public void close(Dialect dialect) {
        if (closed) return;
        closed = true;
        if (session.isEmpty()) {
            http.close();
            return;
        }
        OutgoingStream stream = http.open(new Request("DELETE", url, headers(dialect, "", ""), null));
        Thread.ofVirtual().name("mcp goodbye").start(() -> {
            try {
                stream.head(TimeUnit.SECONDS.toNanos(2));
            } catch (InterruptedException | IOException | TimeoutException e) {
                // The server forgets the session by itself.
            } finally {
                stream.cancel();
                http.close();
            }
        });
    }

    private Map<String, String> headers(Dialect dialect, String method, String name) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(credentials.get());
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json, " + EVENTS);
        if (dialect.modern()) {
            headers.put("MCP-Protocol-Version", dialect.version());
            headers.put("Mcp-Method", method);
            if (!name.isEmpty()) headers.put("Mcp-Name", HeaderValue.of(name));
            return headers;
        }
        // Not in the handshake, which finds the version out.
        if (!method.equals("initialize")) headers.put("MCP-Protocol-Version", dialect.version());
        if (!session.isEmpty()) headers.put(SESSION, session);
        return headers;
    }

    /** A message without an answer. */
    private void send(JsonNode message, String method, Dialect dialect) {
        OutgoingStream stream =
                http.open(new Request("POST", url, headers(dialect, method, ""), JsonRpc.text(message)));
        Thread.ofVirtual().name("mcp notification").start(() -> {
            try {
                stream.head(TimeUnit.SECONDS.toNanos(30));
                while (stream.next(TimeUnit.SECONDS.toNanos(1)) != null) {
                    // Read to its end, so that the connection can be used again.
                }
            } catch (InterruptedException | IOException | TimeoutException e) {
                // Whether it arrived shows at the next request.
            } finally {
                stream.cancel();
            }
        });
    }

    /**
     * A message that is not the response that is waited for.
     *
     * @param inquirer of the call in whose stream it came; empty if it came in none
     */
    private void other(JsonNode message, Dialect dialect, Deadline deadline, Optional<Inquirer> inquirer) {
        String method = message.path("method").asText("");
        if (method.isEmpty()) return;
        if (message.has("id")) {
            if (dialect.modern()) return;
            if (method.equals(JsonRpc.ASKS)) {
                inquirer.orElse(Inquirer.NONE)
                        .asked(message.path("params"), JsonRpc.reply(message, answer -> send(answer, "", dialect)));
            } else {
                send(JsonRpc.response(message), "", dialect);
            }
        } else {
            if (JsonRpc.isProgress(message)) deadline.progress();
            listener.told(method, message.path("params"));
        }
    }

    private McpFailure refused(Head head, OutgoingStream stream, Dialect dialect)
            throws InterruptedException, IOException, TimeoutException {
        JsonNode body = MissingNode.getInstance();
        try {
            byte[] bytes = whole(stream, Deadline.in(1_000), ERROR_BYTES_MAX);
            if (bytes.length > 0) body = JsonRpc.parsed(bytes);
        } catch (McpFailure notJson) {
            // The status says enough.
        }
        int status = head.status();
        // Some servers do not answer 404, as they should, but 400.
        if (!dialect.modern() && !session.isEmpty() && (status == 404 || status == 400)) {
            return McpFailure.of(Kind.SESSION_LOST, "The server has forgotten the session.");
        }
        return McpFailure.ofStatus(status, head.header("WWW-Authenticate"), body);
    }

    /** A wait that has begun before the deadline was extended or paused goes on. */
    private static byte[] next(OutgoingStream stream, Deadline deadline)
            throws InterruptedException, IOException, TimeoutException {
        while (true) {
            try {
                return stream.next(deadline.leftNanos());
            } catch (TimeoutException e) {
                if (deadline.hasPassed()) throw e;
            }
        }
    }

    private static byte[] whole(OutgoingStream stream, Deadline deadline, int bytesMax)
            throws InterruptedException, IOException, TimeoutException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece = next(stream, deadline); piece != null; piece = next(stream, deadline)) {
            if (all.size() + piece.length > bytesMax) throw tooLarge(bytesMax);
            all.write(piece, 0, piece.length);
        }
        return all.toByteArray();
    }

    static McpFailure tooLarge(int bytesMax) {
        return McpFailure.of(Kind.TOO_LARGE, "The answer of the server exceeds " + bytesMax + " bytes.");
    }

    private static String insecure(SSLException tls) {
        for (Throwable cause = tls; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException)
                return "The certificate of the server is not trusted, or is not for its address.";
        }
        return "No secure connection could be made.";
    }

    private static McpFailure broken(Exception e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return switch (cause) {
            case RefusedException refused -> McpFailure.of(Kind.REFUSED, refused.getMessage(), e);
            case UnknownHostException unknown -> McpFailure.of(Kind.UNREACHABLE, "The host is unknown.", e);
            case SSLException tls -> McpFailure.of(Kind.UNREACHABLE, insecure(tls), e);
            case ConnectException connect -> McpFailure.of(Kind.UNREACHABLE, "No connection could be made.", e);
            default -> McpFailure.of(Kind.CUT, "The connection to the server was lost.", e);
        };
    }

    /** One request until its response, which may come in several streams. */
    private final class Exchange {
        private final Call call;
        private final Dialect dialect;
        private final long id;
        private volatile OutgoingStream stream;

        Exchange(Call call, Dialect dialect, long id) {
            this.call = call;
            this.dialect = dialect;
            this.id = id;
        }

        JsonNode run(StopSignal stop) throws InterruptedException {
            stop.throwIfStopped();
            if (closed) throw McpFailure.of(Kind.UNREACHABLE, "The connection to the server was closed.");
            ObjectNode message = JsonRpc.request(id, call);
            Map<String, String> headers = headers(dialect, call.method(), call.name());
            headers.putAll(call.headers());
            stream = http.open(new Request("POST", url, headers, JsonRpc.text(message)));
            StopSignal.Registration atStop = stop.onStop(() -> cancel("stopped"));
            try {
                return JsonRpc.result(response(stop));
            } catch (TimeoutException e) {
                cancel("timed out");
                throw call.deadline().failure();
            } catch (IOException e) {
                stop.throwIfStopped();
                throw broken(e);
            } catch (InterruptedException e) {
                cancel("stopped");
                throw e;
            } finally {
                atStop.remove();
                stream.cancel();
            }
        }

        /** Closing the stream is the cancel in the newer protocol, and none in the older one. */
        private void cancel(String reason) {
            if (!dialect.modern() && !call.method().equals("initialize")) {
                send(JsonRpc.cancelled(id, reason), "notifications/cancelled", dialect);
            }
            stream.cancel();
        }

        private JsonNode response(StopSignal stop) throws InterruptedException, IOException, TimeoutException {
            Head head = stream.head(call.deadline().leftNanos());
            if (head.status() / 100 != 2) throw refused(head, stream, dialect);
            if (call.method().equals("initialize")) session = head.header(SESSION);
            String type = head.header("Content-Type").toLowerCase(Locale.ROOT);
            if (type.startsWith(EVENTS)) return ofEvents(stop);
            if (!type.startsWith("application/json")) {
                throw McpFailure.of(Kind.INVALID, "The server answered with neither JSON nor events.");
            }
            JsonNode message = JsonRpc.parsed(whole(stream, call.deadline(), sizes.answerBytes()));
            if (JsonRpc.isResponse(message, id)) return message;
            throw McpFailure.of(Kind.INVALID, "The server answered another request.");
        }

        private JsonNode ofEvents(StopSignal stop) throws InterruptedException, IOException, TimeoutException {
            String lastId = "";
            int retryMs = RETRY_MS;
            while (true) {
                SseEvents events = new SseEvents(() -> next(stream, call.deadline()), sizes.answerBytes());
                IOException lost = null;
                try {
                    JsonNode response = found(events);
                    if (response != null) return response;
                } catch (IOException e) {
                    lost = e;
                }
                if (stop.isStopped()) throw new StoppedException();
                if (!events.lastId().isEmpty()) lastId = events.lastId();
                if (events.retryMs() >= 0) retryMs = events.retryMs();
                if (dialect.modern() || lastId.isEmpty()) throw cut(lost);
                resume(lastId, retryMs, stop);
            }
        }

        /** The response; null if the stream ends before it. */
        private JsonNode found(SseEvents events) throws InterruptedException, IOException, TimeoutException {
            for (SseEvents.Event event = events.next(); event != null; event = events.next()) {
                if (event.data().length == 0) continue; // It only has an id, from which the stream can go on.
                JsonNode message = JsonRpc.parsed(event.data());
                if (JsonRpc.isResponse(message, id)) return message;
                if (JsonRpc.isProgress(message)) call.inquirer().progressed(message.path("params"));
                other(message, dialect, call.deadline(), Optional.of(call.inquirer()));
            }
            return null;
        }

        private static McpFailure cut(IOException lost) {
            return McpFailure.of(Kind.CUT, "The server ended its answer before it was complete.", lost);
        }

        /** Asks for the rest of the stream, after the pause that the server wishes. */
        private void resume(String lastId, int retryMs, StopSignal stop)
                throws InterruptedException, IOException, TimeoutException {
            long pause = TimeUnit.MILLISECONDS.toNanos(retryMs);
            if (pause >= call.deadline().leftNanos()) throw new TimeoutException();
            stop.sleep(pause);
            Map<String, String> headers = headers(dialect, "", "");
            headers.put("Accept", EVENTS);
            headers.put("Last-Event-ID", lastId);
            stream.cancel();
            stream = http.open(new Request("GET", url, headers, null));
            Head head = stream.head(call.deadline().leftNanos());
            if (head.status() != 200) throw refused(head, stream, dialect);
        }
    }
}
