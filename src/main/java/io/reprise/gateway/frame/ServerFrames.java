package io.reprise.gateway.frame;

import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.message.Json;
import io.reprise.message.NodeMessage;
import io.reprise.message.UserNotices;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Creates the frames that a gateway sends by itself: PROTOCOL section 2.2. */
public final class ServerFrames {
    private ServerFrames() {}

    public static String attached(String id, Delivery.Verdict verdict) {
        Delivery.Attached attached = verdict.attached();
        return new Text("attached")
                .put("id", id)
                .put("session", verdict.session())
                .put("epoch", verdict.epoch())
                .put("head", attached.head())
                .put("floor", attached.floor())
                .put("mode", verdict.mode())
                .put("recovered", attached.recovered())
                .put("reason", attached.reason())
                .put("missing", attached.missing())
                .put("run", attached.run())
                .put("lastRun", attached.lastRun())
                .put("queue", attached.queue() == null ? List.of() : attached.queue())
                .put("interrupts", attached.interrupts() == null ? List.of() : attached.interrupts())
                .put("pendingToolCalls", pending(attached))
                .put("title", attached.title())
                .put("agent", attached.agent())
                .put("recalls", attached.recalls() == null ? List.of() : attached.recalls())
                .json();
    }

    /** Null for none, so that the field is absent. */
    private static List<Interrupt.PendingCall> pending(Delivery.Attached attached) {
        List<Interrupt.PendingCall> calls = attached.pendingToolCalls();
        return calls == null || calls.isEmpty() ? null : calls;
    }

    public static String live(String session, long seq) {
        return new Text("live").put("session", session).put("seq", seq).json();
    }

    public static String notice(Delivery.Notice notice) {
        return new Text("notice")
                .put("kind", notice.kind())
                .put("session", notice.session())
                .put("data", notice.data() == null ? Map.of() : notice.data())
                .json();
    }

    /** A notice for all sockets of a user. It names the session, because the socket may not be attached to it. */
    public static String notice(UserNotices.Notice notice) {
        Map<String, Object> data = new LinkedHashMap<>();
        if (notice.session() != null) {
            data.put("session", notice.session());
            data.put("title", notice.title());
        }
        if (notice.webhook() != null) {
            data.put("webhook", notice.webhook());
            data.put("name", notice.title());
        }
        if (notice.preview() != null) data.put("preview", notice.preview());
        if (notice.pinned() != null) data.put("pinned", notice.pinned());
        if (notice.archived() != null) data.put("archived", notice.archived());
        if (notice.muted() != null) data.put("muted", notice.muted());
        if (notice.unread() != null) data.put("unread", notice.unread());
        if (notice.expiresAt() != null) data.put("expiresAt", notice.expiresAt());
        return new Text("notice").put("kind", notice.kind()).put("data", data).json();
    }

    /** A notice for administrators. */
    public static String notice(NodeMessage.ConfigNews news) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("version", news.version());
        boolean used = news.problems().isEmpty();
        if (used) data.put("keys", news.keys());
        else data.put("problems", news.problems());
        return new Text("notice")
                .put("kind", used ? "config.reloaded" : "config.rejected")
                .put("data", data)
                .json();
    }

    public static String notice(NodeMessage.McpNews news) {
        return new Text("notice")
                .put("kind", "mcp.status")
                .put("data", Map.of("server", news.server(), "title", news.title(), "status", news.status()))
                .json();
    }

    /** Replaces notices that could not be sent. */
    public static String somethingChanged() {
        return new Text("notice")
                .put("kind", UserNotices.Kind.SESSION_CHANGED)
                .put("data", Map.of())
                .json();
    }

    public static String outcome(String id, String session, CommandOutcome outcome) {
        return switch (outcome) {
            case CommandOutcome.Refused refused -> error(id, session, refused.failure());
            case CommandOutcome.Accepted accepted -> {
                Map<String, Object> fields = new LinkedHashMap<>(result(accepted.result()));
                if (accepted.duplicate()) fields.put("duplicate", true);
                yield result(id, fields);
            }
        };
    }

    /** The result of a command, with the names of PROTOCOL section 2.1. */
    public static Map<String, Object> result(CommandResult result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        switch (result) {
            case CommandResult.Created created -> {
                fields.put("session", created.session());
                fields.put("epoch", created.epoch());
            }
            case CommandResult.Sent sent -> {
                fields.put("message", sent.message());
                fields.put("status", sent.status());
                if (sent.run() != null) fields.put("run", sent.run());
            }
            case CommandResult.Stopped stopped -> {
                fields.put("stopped", stopped.stopped());
                fields.put("unqueued", stopped.unqueued());
            }
            case CommandResult.Answered answered -> {
                if (answered.run() != null) fields.put("run", answered.run());
                fields.put("open", answered.open());
            }
            case CommandResult.Resumed resumed -> fields.put("run", resumed.run());
            case CommandResult.Updated updated -> {
                fields.put("title", updated.title());
                if (updated.pinned() != null) fields.put("pinned", updated.pinned());
                if (updated.archived() != null) fields.put("archived", updated.archived());
                if (updated.muted() != null) fields.put("muted", updated.muted());
            }
            case CommandResult.Read read -> {
                fields.put("seq", read.seq());
                fields.put("unread", read.unread());
            }
            case CommandResult.Recalled recalled -> fields.putAll(RecallBodies.shown(recalled.recall()));
            case CommandResult.Recalls recalls -> fields.put("recalls", recalls.recalls());
            case CommandResult.Rated rated -> {
                fields.put("rating", rated.rating());
                if (rated.comment() != null) fields.put("comment", rated.comment());
            }
            case CommandResult.Done done -> {}
        }
        return fields;
    }

    public static String result(String id, Map<String, Object> fields) {
        Text text = new Text("result").put("id", id);
        fields.forEach(text::put);
        return text.json();
    }

    public static String tokenResult(String id, long expiresAtMs) {
        return result(id, Map.of("expiresAt", Instant.ofEpochMilli(expiresAtMs).toString()));
    }

    /**
     * @param id may be null
     * @param session may be null
     */
    public static String error(String id, String session, Failure failure) {
        return new Text("error")
                .put("id", id)
                .put("session", session)
                .put("code", failure.code())
                .put("message", failure.message())
                .put("retryable", failure.code().retryable())
                .put("afterMs", failure.afterMs() > 0 ? failure.afterMs() : null)
                .json();
    }

    public static String pong(String id) {
        return new Text("pong").put("id", id).json();
    }

    public static String beat(Map<String, Long> sent) {
        return new Text("beat").put("sent", sent).json();
    }

    public static String goaway(long afterMs) {
        return new Text("goaway")
                .put("reason", "shutdown")
                .put("afterMs", afterMs)
                .json();
    }

    /** Builds a frame; a null value omits its key. */
    public static final class Text {
        private final Map<String, Object> fields = new LinkedHashMap<>();

        public Text(String type) {
            fields.put("type", type);
        }

        public Text put(String key, Object value) {
            if (value != null) fields.put(key, value);
            return this;
        }

        public String json() {
            return Json.text(fields);
        }
    }
}
