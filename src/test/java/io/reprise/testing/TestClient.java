package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A client of the wire protocol, written from its document and without the server's code. It keeps every frame, and
 * the events of each session that it applied by its cursor; a gap, an overlap or a doubled event is an error
 * immediately.
 */
public final class TestClient implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long PATIENCE_MS = Patience.LIMIT.toMillis();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final List<JsonObject> frames = new ArrayList<>();
    private final Map<String, View> views = new HashMap<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private AssertionError broken;
    private boolean cut;
    private WebSocket socket;

    /** The state of a session in this client. */
    public static final class View {
        public String epoch;
        /** The last event applied; -1 before the first snapshot. */
        public long cursor = -1;

        public boolean live;
        /** Every applied event since the last snapshot. */
        public final List<JsonObject> events = new ArrayList<>();
        /** The messages of the last snapshot. */
        public JsonArray messages = new JsonArray();

        private String awaitedAttach;
        private JsonArray pages = new JsonArray();
    }

    private TestClient() {}

    /** A socket that has said hello. */
    public static TestClient connect(int port, String token) {
        return connect("127.0.0.1", port, token);
    }

    static TestClient connect(String host, int port, String token) {
        TestClient client = open(host, port, "/ws", Map.of());
        client.say(new JsonObject()
                .put("type", "hello")
                .put("id", "hello")
                .put("version", 1)
                .put("token", token));
        client.await("welcome", frame -> frame.getString("type").equals("welcome"));
        return client;
    }

    /** A socket that has sent nothing. */
    public static TestClient open(int port, String path) {
        return open(port, path, Map.of());
    }

    /** The same, with headers of the upgrade. */
    public static TestClient open(int port, String path, Map<String, String> headers) {
        return open("127.0.0.1", port, path, headers);
    }

    private static TestClient open(String host, int port, String path, Map<String, String> headers) {
        TestClient client = new TestClient();
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        headers.forEach(builder::header);
        client.socket = builder.buildAsync(URI.create("ws://" + host + ":" + port + path), client.new Listener())
                .join();
        return client;
    }

    // --- sending

    public void say(JsonObject frame) {
        sayRaw(frame.encode());
    }

    public void sayRaw(String text) {
        socket.sendText(text, true).join();
    }

    public void sayBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /** A frame with a new id; returns its answer. */
    public JsonObject ask(String type, JsonObject fields) {
        return ask(type, UUID.randomUUID().toString(), fields);
    }

    public JsonObject ask(String type, String id, JsonObject fields) {
        int from = frameCount();
        say(fields.copy().put("type", type).put("id", id));
        return await("answer to " + type, from, frame -> id.equals(frame.getString("id")));
    }

    /** A new session whose run waits for an approval, so that there is a checkpoint, on a server that asks before {@code sleep}. */
    public String asked() {
        String session = create();
        attachLive(session);
        awaitEnd(session, send(session, "/tool sleep {\"seconds\":0.01}").getString("run"));
        return session;
    }

    public String create() {
        JsonObject result = ask("create", new JsonObject());
        assertThat(result.getString("type")).as(result.encode()).isEqualTo("result");
        return result.getString("session");
    }

    /** Sends a message and expects it to be accepted; returns the result. */
    public JsonObject send(String session, String text) {
        JsonObject result = ask("send", new JsonObject().put("session", session).put("text", text));
        assertThat(result.getString("type")).as(result.encode()).isEqualTo("result");
        return result;
    }

    /** Attaches from the cursor that this client has, if any; returns the verdict (or the error). */
    public JsonObject attach(String session) {
        JsonObject fields = new JsonObject().put("session", session);
        String id = UUID.randomUUID().toString();
        View view = view(session);
        locked(() -> {
            if (view.cursor >= 0) fields.put("epoch", view.epoch).put("after", view.cursor);
            view.awaitedAttach = id;
        });
        return ask("attach", id, fields);
    }

    /** As if it had applied the log up to {@code after}, for the next {@link #attach}; until then it ignores the session. */
    public TestClient place(String session, String epoch, long after) {
        View view = view(session);
        locked(() -> {
            view.awaitedAttach = "an attach to come";
            view.epoch = epoch;
            view.cursor = after;
            view.live = false;
            view.events.clear();
        });
        return this;
    }

    /** Attaches and waits until it is live; returns the verdict. */
    public JsonObject attachLive(String session) {
        JsonObject verdict = attach(session);
        assertThat(verdict.getString("type")).as(verdict.encode()).isEqualTo("attached");
        awaitThat("live", () -> view(session).live);
        return verdict;
    }

    /** Continues with the state of another client of the same user, as a reconnecting tab does. */
    public TestClient adopt(TestClient before, String session) {
        View old = before.view(session);
        View view = view(session);
        before.locked(() -> {
            view.epoch = old.epoch;
            view.cursor = old.cursor;
            view.events.addAll(old.events);
            view.messages = old.messages;
        });
        return this;
    }

    // --- waiting

    public JsonObject await(String what, Predicate<JsonObject> wanted) {
        return await(what, 0, wanted);
    }

    /** The first frame from the {@code from}-th on that is wanted. */
    public JsonObject await(String what, int from, Predicate<JsonObject> wanted) {
        JsonObject[] found = {null};
        int[] next = {from};
        awaitThat(what, () -> {
            for (; next[0] < frames.size() && found[0] == null; next[0]++) {
                if (wanted.test(frames.get(next[0]))) found[0] = frames.get(next[0]);
            }
            return found[0] != null;
        });
        return found[0];
    }

    /** The event that ends the run; null: any run's. */
    public JsonObject awaitEnd(String session, String run) {
        JsonObject[] found = {null};
        int[] looked = {0};
        awaitThat("the end of a run", () -> {
            List<JsonObject> events = view(session).events;
            if (looked[0] > events.size()) looked[0] = 0; // It began afresh, with a snapshot.
            for (; looked[0] < events.size() && found[0] == null; looked[0]++) {
                JsonObject e = events.get(looked[0]);
                boolean ends = type(e).equals("RUN_FINISHED") || type(e).equals("RUN_ERROR");
                if (ends && (run == null || run.equals(e.getString("run")))) found[0] = e;
            }
            return found[0] != null;
        });
        return found[0];
    }

    /** Waits until the condition holds; it is checked after every frame and under the client's lock. */
    public void awaitThat(String what, java.util.function.BooleanSupplier condition) {
        lock.lock();
        try {
            long leftNanos = TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
            while (true) {
                if (broken != null) throw broken;
                if (condition.getAsBoolean()) return;
                if (closed.isDone()) throw new AssertionError("closed " + closed.join() + " while waiting for " + what);
                if (leftNanos <= 0) throw new AssertionError("no " + what + "; last frames: " + lastFrames());
                leftNanos = news.awaitNanos(leftNanos);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            lock.unlock();
        }
    }

    /** The code with which the server closed the socket. */
    public int awaitClose() {
        return closed.orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS).join();
    }

    /** Whether the connection is over. */
    public boolean isClosed() {
        return closed.isDone();
    }

    /** Fails if an event was missing, came twice or did not fit. */
    public void assertSound() {
        locked(() -> {
            if (broken != null) throw broken;
        });
    }

    // --- state

    public int frameCount() {
        return locked(frames::size);
    }

    public List<JsonObject> frames() {
        return locked(() -> List.copyOf(frames));
    }

    public View view(String session) {
        return locked(() -> views.computeIfAbsent(session, id -> new View()));
    }

    /** The applied events since the last snapshot. */
    public List<JsonObject> events(String session) {
        View view = view(session);
        return locked(() -> List.copyOf(view.events));
    }

    /** The assistant's text among the applied events; null: of every run. */
    public String text(String session, String run) {
        List<JsonObject> events = events(session);
        List<String> users = events.stream()
                .filter(e -> type(e).equals("TEXT_MESSAGE_START") && "user".equals(event(e).getString("role")))
                .map(e -> event(e).getString("messageId"))
                .toList();
        return events.stream()
                .filter(e -> run == null || run.equals(e.getString("run")))
                .filter(e -> type(e).equals("TEXT_MESSAGE_CONTENT"))
                .filter(e -> !users.contains(event(e).getString("messageId")))
                .map(e -> event(e).getString("delta"))
                .collect(Collectors.joining());
    }

    public static JsonObject event(JsonObject frame) {
        return frame.getJsonObject("event");
    }

    public static String type(JsonObject frame) {
        return event(frame).getString("type");
    }

    /** {@code w1 w2 ... wN }, as the demo model streams it. */
    public static String words(int count) {
        StringBuilder words = new StringBuilder();
        for (int i = 1; i <= count; i++) words.append('w').append(i).append(' ');
        return words.toString();
    }

    /** Cuts the connection without a close; data that still arrives is ignored. */
    public void cut() {
        locked(() -> cut = true);
        socket.abort();
    }

    @Override
    public void close() {
        if (!closed.isDone()) socket.abort();
    }

    // --- received frames

    private void take(JsonObject frame) {
        frames.add(frame);
        String session = frame.getString("session");
        if (session == null) return;
        View view = views.computeIfAbsent(session, id -> new View());
        String type = frame.getString("type");
        if (type.equals("attached")) attached(view, frame);
        if (view.awaitedAttach != null) return;
        switch (type) {
            case "snapshot" -> snapshot(view, frame);
            case "live" -> view.live = true;
            case "event" -> apply(view, frame);
            default -> {}
        }
    }

    private static void attached(View view, JsonObject frame) {
        if (frame.getString("id") != null && frame.getString("id").equals(view.awaitedAttach)) {
            view.awaitedAttach = null;
        }
        if (view.awaitedAttach != null) return;
        view.live = false;
        boolean replay = frame.getString("mode").equals("replay");
        if (replay && !frame.getString("epoch").equals(view.epoch)) throw new AssertionError("replay of another epoch");
        view.epoch = frame.getString("epoch");
        if (!replay) {
            view.cursor = -1;
            view.events.clear();
        }
    }

    private static void snapshot(View view, JsonObject frame) {
        if (frame.getInteger("page") == 1) view.pages = new JsonArray();
        view.pages.addAll(frame.getJsonArray("messages"));
        if (!frame.getBoolean("last")) return;
        view.messages = view.pages;
        view.cursor = frame.getLong("seq");
    }

    private static void apply(View view, JsonObject frame) {
        long seq = frame.getLong("seq");
        long from = frame.getLong("from", seq);
        if (view.cursor < 0) throw new AssertionError("an event before any state: " + frame.encode());
        if (from != view.cursor + 1 || seq < from) {
            throw new AssertionError("cursor " + view.cursor + ", then " + from + ".." + seq + ": " + frame.encode());
        }
        view.cursor = seq;
        view.events.add(frame);
    }

    private String lastFrames() {
        String all =
                frames.subList(Math.max(0, frames.size() - 4), frames.size()).toString();
        return all.substring(0, Math.min(600, all.length()));
    }

    private void locked(Runnable work) {
        lock.lock();
        try {
            work.run();
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(java.util.function.Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                JsonObject frame = new JsonObject(partial.toString());
                partial.setLength(0);
                locked(() -> {
                    if (cut) return;
                    try {
                        take(frame);
                    } catch (AssertionError e) {
                        if (broken == null) broken = e;
                    }
                    news.signalAll();
                });
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            ended(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            ended(1006);
        }

        private void ended(int code) {
            closed.complete(code);
            locked(news::signalAll);
        }
    }
}
