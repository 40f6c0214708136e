package io.reprise.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * One session as a client reads it: a cursor, and the rules by which frames move it (PROTOCOL section 3).
 *
 * <pre>
 * IDLE ─▶ ATTACHING ─▶ CATCHING_UP ─▶ LIVE   after a hole, an overlap or a beat ahead of the cursor: ATTACHING
 *              └────▶ FAILED                 (the server refused, for example not_found)
 * </pre>
 */
final class Reading {
    enum Status {
        IDLE,
        ATTACHING,
        CATCHING_UP,
        LIVE,
        FAILED
    }

    private final String session;
    private final Link link;
    private final SessionListener listener;
    private Status status = Status.IDLE;
    /** Null before the first snapshot. Read by any thread. */
    private volatile Cursor cursor;

    private String attachId;
    private JsonObject verdict;
    private final List<JsonObject> pages = new ArrayList<>();
    private Timing.Timer timer = Timing.Timer.NONE;
    private int reattaches;
    private long reattachedAtMs = Long.MIN_VALUE / 2;

    Reading(String session, Cursor cursor, SessionListener listener, Link link) {
        this.session = session;
        this.cursor = cursor;
        this.listener = listener;
        this.link = link;
    }

    Cursor cursor() {
        return cursor;
    }

    Status status() {
        return status;
    }

    /** Attaches after the cursor. Until the answer with this id arrives, frames of the session are ignored. */
    void attach() {
        if (status == Status.FAILED) return;
        status = Status.ATTACHING;
        pages.clear();
        attachId = UUID.randomUUID().toString();
        JsonObject frame =
                new JsonObject().put("type", "attach").put("id", attachId).put("session", session);
        if (cursor != null) frame.put("epoch", cursor.epoch()).put("after", cursor.seq());
        link.send().test(frame);
        expectFrames();
    }

    /** The connection was lost, or the session is not read any more. The cursor stays. */
    void suspend() {
        timer.cancel();
        attachId = null;
        pages.clear();
        if (status != Status.FAILED) status = Status.IDLE;
    }

    boolean awaits(String id) {
        return attachId != null && attachId.equals(id);
    }

    void take(JsonObject frame) {
        String type = frame.getString("type");
        if (type.equals("notice")) {
            listener.notice(frame);
            return;
        }
        if (type.equals("error")) {
            refused(frame);
            return;
        }
        if (status == Status.ATTACHING) {
            if (type.equals("attached") && awaits(frame.getString("id"))) begin(frame);
            return;
        }
        if (status != Status.CATCHING_UP && status != Status.LIVE) return;
        if (status == Status.CATCHING_UP) expectFrames();
        switch (type) {
            case "attached" -> {
                if (!frame.containsKey("id")) begin(frame);
            }
            case "snapshot" -> page(frame);
            case "event" -> apply(frame);
            case "live" -> live(frame.getLong("seq"));
            default -> {} // of a later version
        }
    }

    /** The last number that was sent to this socket. If it is ahead of the cursor, events were lost. */
    void beat(long sent) {
        boolean reads = status == Status.CATCHING_UP || status == Status.LIVE;
        if (reads && cursor != null && sent > cursor.seq()) reattach("sent " + sent + ", have " + cursor.seq(), 0);
    }

    private void begin(JsonObject frame) {
        attachId = null;
        boolean replays = frame.getString("mode").equals("replay");
        if (replays && (cursor == null || !frame.getString("epoch").equals(cursor.epoch()))) {
            restart("replay of another epoch");
            return;
        }
        verdict = frame;
        status = Status.CATCHING_UP;
        pages.clear();
        if (!replays) cursor = null; // without a complete snapshot the next attach must have no cursor
        expectFrames();
        listener.attached(frame);
    }

    private void page(JsonObject frame) {
        if (cursor != null || !frame.getString("epoch").equals(verdict.getString("epoch"))) return;
        int number = frame.getInteger("page");
        if (number == 1) pages.clear();
        boolean fits = number == pages.size() + 1
                && (pages.isEmpty()
                        || frame.getLong("seq").equals(pages.getFirst().getLong("seq")));
        if (!fits) {
            restart("snapshot page missing");
            return;
        }
        pages.add(frame);
        int messages = pages.stream()
                .mapToInt(page -> page.getJsonArray("messages").size())
                .sum();
        if (messages > link.options().sizes.snapshotMessagesMax()) {
            fail(new CommandException("too_large", "The snapshot is larger than this client allows.", false, null));
            return;
        }
        if (frame.getBoolean("last", false)) applySnapshot(frame);
    }

    private void applySnapshot(JsonObject last) {
        JsonArray messages = new JsonArray();
        boolean earlier = false;
        JsonObject whole = last.copy();
        for (JsonObject page : pages) {
            messages.addAll(page.getJsonArray("messages"));
            earlier |= page.getBoolean("earlier", false);
            if (page.containsKey("run")) whole.put("run", page.getJsonObject("run"));
        }
        pages.clear();
        cursor = new Cursor(last.getString("epoch"), last.getLong("seq"));
        long head = verdict.getLong("head", cursor.seq());
        listener.snapshot(whole.put("messages", messages).put("earlier", earlier));
        // Queue, interrupts and recalls are only in the verdict, so they are older than this snapshot.
        if (cursor != null && cursor.seq() > head) reattach("snapshot is newer than its verdict", 0);
    }

    private void apply(JsonObject frame) {
        long seq = frame.getLong("seq");
        if (cursor == null || seq <= cursor.seq()) return; // before the snapshot, or a duplicate
        long from = frame.getLong("from", seq);
        if (from != cursor.seq() + 1) {
            reattach("expected " + (cursor.seq() + 1) + ", got " + from + "-" + seq, 0);
            return;
        }
        cursor = new Cursor(cursor.epoch(), seq);
        listener.event(frame);
    }

    private void live(long seq) {
        if (cursor == null) restart("live before its snapshot");
        else if (seq > cursor.seq()) reattach("live at " + seq + ", have " + cursor.seq(), 0);
        else {
            status = Status.LIVE;
            timer.cancel();
            listener.live(seq);
        }
    }

    private void refused(JsonObject frame) {
        boolean ours = awaits(frame.getString("id"));
        boolean retryable = frame.getBoolean("retryable", false);
        if (ours && retryable)
            reattach(
                    frame.getString("code"),
                    frame.getLong("afterMs", link.options().backoff.minMs()));
        else if (ours || !frame.containsKey("id") && !retryable)
            fail(CommandException.of(frame)); // ended by the server
    }

    private void fail(CommandException error) {
        suspend();
        status = Status.FAILED;
        listener.failed(error);
    }

    private void restart(String why) {
        cursor = null;
        reattach(why, 0);
    }

    private void reattach(String why, long afterMs) {
        suspend();
        status = Status.ATTACHING; // without an id, frames are ignored until the next answer
        long nowMs = link.timing().elapsedMs();
        if (nowMs > reattachedAtMs + 2 * link.options().backoff.maxMs()) reattaches = 0;
        reattachedAtMs = nowMs;
        long delayMs = reattaches == 0 ? 0 : link.backoffMs(reattaches);
        reattaches++;
        listener.reattaching(why);
        timer = link.timing().after(Math.max(afterMs, delayMs), this::attach);
    }

    private void expectFrames() {
        timer.cancel();
        timer = link.timing().after(link.options().waits.attachMs(), () -> reattach("no frames", 0));
    }
}
