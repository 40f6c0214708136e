package io.reprise.testing;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A reader of an event stream over TCP that reads only on request. It stores the events that it applied by
 * its cursor; a gap, an overlap, a doubled event or a wrong {@code id} is an error immediately.
 */
public final class SseReader implements AutoCloseable {
    private static final int PATIENCE_MS = (int) Patience.LIMIT.toMillis();

    private final Socket socket;
    private final InputStream in;
    private final String head;
    private int chunkLeft;
    private boolean over;

    /** The last {@code id} it was sent: where it resumes. */
    public String lastId;

    public String epoch;
    public long cursor = -1;
    public boolean live;
    public int comments;
    public long retryMs = -1;

    /** Every applied event since the last snapshot. */
    public final List<JsonObject> events = new ArrayList<>();

    /** An event of the stream. {@code id} may be null. */
    public record Sent(String type, String id, JsonObject data) {}

    private SseReader(int port, String request, int receiveBufferBytes) {
        try {
            socket = new Socket();
            if (receiveBufferBytes > 0) socket.setReceiveBufferSize(receiveBufferBytes);
            socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MS);
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            in = new BufferedInputStream(socket.getInputStream(), 4_096);
            StringBuilder lines = new StringBuilder();
            for (String line = rawLine(); !line.isEmpty(); line = rawLine())
                lines.append(line).append('\n');
            head = lines.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From the cursor of another reader; null: from a snapshot. */
    public static SseReader open(int port, String token, String session, String lastId) {
        return open(port, token, session, lastId, 0);
    }

    public static SseReader open(int port, String token, String session, String lastId, int receiveBufferBytes) {
        String place = lastId == null ? "" : "Last-Event-ID: " + lastId + "\r\n";
        SseReader reader =
                request(port, session, "Authorization: Bearer " + token + "\r\n" + place, receiveBufferBytes);
        reader.lastId = lastId;
        if (lastId != null) {
            reader.epoch = lastId.substring(0, lastId.indexOf(':'));
            reader.cursor = Long.parseLong(lastId.substring(lastId.indexOf(':') + 1));
        }
        return reader;
    }

    /** With other headers, each ended by CR LF; the session may be followed by a query. */
    public static SseReader request(int port, String session, String headers, int receiveBufferBytes) {
        String[] parts = session.split("\\?", 2);
        String query = parts.length == 1 ? "" : "?" + parts[1];
        String path = "/api/v1/sessions/" + parts[0] + "/events" + query;
        return new SseReader(
                port, "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n", receiveBufferBytes);
    }

    public String head() {
        return head;
    }

    public int status() {
        return Integer.parseInt(head.split(" ")[1]);
    }

    /** Whether the server has ended the stream; reads what is left. */
    public boolean ended() {
        while (!over) next();
        return true;
    }

    /** The next event, applied; null at the end of the stream. */
    public Sent next() {
        try {
            String type = null;
            String id = null;
            String data = null;
            while (true) {
                String line = line();
                if (line == null) return null;
                if (line.startsWith(":")) comments++;
                else if (line.startsWith("event: ")) type = line.substring(7);
                else if (line.startsWith("id: ")) id = line.substring(4);
                else if (line.startsWith("data: ")) data = line.substring(6);
                else if (line.startsWith("retry: ")) retryMs = Long.parseLong(line.substring(7));
                else if (!line.isEmpty()) throw new AssertionError("not of an event stream: " + line);
                if (line.isEmpty() && data != null) return apply(new Sent(type, id, new JsonObject(data)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads only comments. */
    public void awaitComments(int more) {
        try {
            for (int i = 0; i < more; i++) {
                String comment = line();
                if (comment == null || !comment.startsWith(":") || !line().isEmpty()) throw new AssertionError(comment);
                comments++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads up to the event that is wanted. */
    public Sent await(String what, Predicate<Sent> wanted) {
        while (true) {
            Sent sent = next();
            if (sent == null) throw new AssertionError("the stream ended before " + what);
            if (wanted.test(sent)) return sent;
        }
    }

    public Sent await(String type) {
        return await(type, sent -> sent.type().equals(type));
    }

    public SseReader awaitLive() {
        while (!live) await("live");
        return this;
    }

    /** Reads until it has applied the seq. */
    public void awaitCursor(long seq) {
        while (cursor < seq) await("event " + seq, sent -> true);
    }

    /** Reconnects as a client does: another connection, from the last id. */
    public SseReader again(int port, String token, String session) {
        SseReader next = open(port, token, session, lastId);
        next.events.addAll(events);
        return next;
    }

    private Sent apply(Sent sent) {
        JsonObject frame = sent.data();
        if (!sent.type().equals(frame.getString("type"))) throw new AssertionError("two types: " + sent);
        switch (sent.type()) {
            case "attached" -> attached(frame);
            case "snapshot" -> {
                if (frame.getBoolean("last")) at(sent, cursor = frame.getLong("seq"));
            }
            case "event" -> event(sent, frame);
            case "live" -> {
                live = true;
                at(sent, cursor);
            }
            default -> {}
        }
        if (sent.id() != null) lastId = sent.id();
        return sent;
    }

    private void attached(JsonObject frame) {
        live = false;
        boolean replay = frame.getString("mode").equals("replay");
        if (replay && !frame.getString("epoch").equals(epoch)) throw new AssertionError("replay of another epoch");
        epoch = frame.getString("epoch");
        if (replay) return;
        cursor = -1;
        events.clear();
    }

    private void event(Sent sent, JsonObject frame) {
        long seq = frame.getLong("seq");
        long from = frame.getLong("from", seq);
        if (cursor < 0 || from != cursor + 1 || seq < from) {
            throw new AssertionError("cursor " + cursor + ", then " + frame.encode());
        }
        cursor = seq;
        events.add(frame);
        at(sent, seq);
    }

    private void at(Sent sent, long seq) {
        if (!(epoch + ":" + seq).equals(sent.id())) throw new AssertionError("wrong id: " + sent);
    }

    // --- HTTP

    /** A line of the stream, assembled from its chunks; null at the end. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = read(); b >= 0; b = read()) {
            if (b == '\n') return line.toString(StandardCharsets.UTF_8);
            line.write(b);
        }
        over = true;
        return null;
    }

    private int read() throws IOException {
        if (over) return -1;
        if (chunkLeft == 0) {
            chunkLeft = chunkBytes();
            if (chunkLeft == 0) return -1;
        }
        int b = in.read();
        if (--chunkLeft == 0) rawLine();
        return b;
    }

    /** 0 at the last one, and where the connection broke. */
    private int chunkBytes() throws IOException {
        try {
            return Integer.parseInt(rawLine(), 16);
        } catch (EOFException | java.net.SocketException broken) {
            return 0;
        }
    }

    private String rawLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int b = in.read();
            if (b < 0) throw new EOFException();
            if (b == '\n') return line.toString();
            if (b != '\r') line.append((char) b);
        }
    }

    /** Disconnects without a close. */
    public void cut() {
        close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
