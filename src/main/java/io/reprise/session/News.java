package io.reprise.session;

import io.reprise.config.GatewaySettings;
import io.reprise.message.UserNotices;
import io.reprise.message.UserNotices.Kind;
import io.reprise.message.UserNotices.Notice;
import io.reprise.message.bus.Addresses;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.message.opening.TemporarySession;
import io.reprise.message.recall.Recall;
import io.reprise.session.effect.Effect;
import io.reprise.session.store.Append;
import io.reprise.session.store.Change.Cleared;
import io.reprise.session.store.Change.Previewed;
import io.reprise.session.store.Change.ReadChanged;
import io.reprise.session.store.Listing;
import io.reprise.support.Current;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Notifies all sockets of a user of changes in the user's sessions, so that clients need not poll. Notices are
 * collected for a short time; only the newest per session and kind is sent. For one event loop.
 */
final class News {
    /** Only these events change a list of sessions. The others are very frequent. */
    private static final Set<String> TELLING =
            Set.of("RUN_STARTED", "RUN_FINISHED", "RUN_ERROR", "TEXT_MESSAGE_START", "CUSTOM");

    private final Vertx vertx;
    private final Current<GatewaySettings> settings;
    private final Map<Key, Notice> gathered = new LinkedHashMap<>();
    private long timer = -1;

    private record Key(String session, Kind kind) {}

    News(Vertx vertx, Current<GatewaySettings> settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /** What lists show of a session at present; {@code title} may be null. */
    record Shown(String title, Listing listing, int unread) {}

    void stored(String user, Shown shown, Append append) {
        if (TemporarySession.isMeant(append.session())) return;
        String preview = append.change(Previewed.class).map(Previewed::text).orElse(null);
        boolean cleared = append.change(Cleared.class).isPresent();
        if (cleared) forget(append.session());
        boolean changed = preview != null || cleared;
        for (LogRow row : append.rows()) {
            if (!TELLING.contains(row.type())) continue;
            changed = true;
            Kind kind = kind(row);
            if (kind != Kind.SESSION_CHANGED) add(notice(user, shown, append.session(), kind, preview));
        }
        if (append.change(ReadChanged.class).filter(ReadChanged::isRead).isPresent()) {
            add(notice(user, shown, append.session(), Kind.SESSION_READ, null));
        }
        if (changed) add(notice(user, shown, append.session(), Kind.SESSION_CHANGED, preview));
    }

    private static Notice notice(String user, Shown shown, String session, Kind kind, String preview) {
        Listing listing = shown.listing();
        boolean moved = kind == Kind.SESSION_CHANGED;
        return new Notice(
                user,
                session,
                kind,
                shown.title(),
                preview,
                moved ? listing.pinned() : null,
                moved ? listing.archived() : null,
                listing.muted(),
                shown.unread(),
                null,
                null);
    }

    /** A session was created or deleted. */
    void changed(String user, String session) {
        forget(session);
        add(new Notice(user, session, Kind.SESSION_CHANGED, null, null));
    }

    /** @param title of the session, or null */
    void announced(String user, String session, String title, Effect.Announce what) {
        Long atMs = what.expiresAtMs();
        String expiresAt = atMs == null ? null : Instant.ofEpochMilli(atMs).toString();
        add(new Notice(user, session, what.kind(), title, null, null, null, null, null, expiresAt, null));
    }

    /** What was said before must not be told any more. */
    private void forget(String session) {
        gathered.remove(new Key(session, Kind.SESSION_CHANGED));
    }

    private static Kind kind(LogRow row) {
        return switch (row.type()) {
            case "RUN_ERROR" -> Kind.RUN_ENDED;
            case "RUN_FINISHED", "CUSTOM" -> kind(EventJson.parse(row.json(row.from() - 1, row.seq())));
            default -> Kind.SESSION_CHANGED;
        };
    }

    private static Kind kind(LogEvent event) {
        return switch (event) {
            case LogEvent.RunFinished finished
            when finished.outcome() != null && finished.outcome().interrupts() != null -> Kind.INTERRUPT_OPENED;
            case LogEvent.RunFinished finished -> Kind.RUN_ENDED;
            case LogEvent.Custom custom
            when custom.value() instanceof LogEvent.RecallUpdated updated
                    && updated.action() == Recall.Action.STARTED -> Kind.RECALL_FIRED;
            case LogEvent.Custom custom
            when custom.value() instanceof LogEvent.RecallUpdated updated
                    && updated.action() == Recall.Action.PAUSED
                    && updated.pause() == Recall.Pause.CHAIN -> Kind.RECALL_PAUSED;
            default -> Kind.SESSION_CHANGED;
        };
    }

    private void add(Notice notice) {
        if (TemporarySession.isMeant(notice.session())) return;
        Key key = new Key(notice.session(), notice.kind());
        Notice before = gathered.remove(key); // Removed first, so that the newest notices stay in order.
        gathered.put(key, before == null ? notice : notice.after(before));
        if (gathered.size() >= settings.get().noticesMax()) tell();
        else if (timer < 0) timer = vertx.setTimer(settings.get().noticeMs(), due -> tell());
    }

    private void tell() {
        vertx.cancelTimer(timer);
        timer = -1;
        vertx.eventBus()
                .publish(
                        Addresses.NOTICES,
                        new UserNotices(gathered.values().stream().toList()));
        gathered.clear();
    }
}
