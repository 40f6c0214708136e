package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/** Notices about sessions for all sockets of their users, attached or not. Not numbered; delivered at most once. */
public record UserNotices(List<Notice> notices) implements BusMessage {
    public UserNotices {
        notices = List.copyOf(notices);
    }

    /**
     * A notice.
     *
     * @param session the session that it concerns, or null
     * @param title title of the session, or null
     * @param preview the beginning of its first message if that has changed, else null
     * @param pinned the current value; null if unknown; likewise {@code archived}
     * @param muted whether nobody is to be notified of what happens in the session; null if unknown
     * @param unread messages that its user has not seen; null if unknown
     * @param expiresAt with {@code SESSION_EXPIRING} and {@code SESSION_EXPIRED}, RFC 3339; else null
     * @param webhook id of the webhook that it concerns, whose name is the title; or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Notice(
            String user,
            String session,
            Kind kind,
            String title,
            String preview,
            Boolean pinned,
            Boolean archived,
            Boolean muted,
            Integer unread,
            String expiresAt,
            String webhook) {
        public Notice(String user, String session, Kind kind, String title, String preview) {
            this(user, session, kind, title, preview, null, null, null, null, null, null);
        }

        /** The webhook is switched off. */
        public static Notice webhookOff(String user, String webhook, String name) {
            return new Notice(user, null, Kind.WEBHOOK_OFF, name, null, null, null, null, null, null, webhook);
        }

        /** This notice in place of an earlier one of the same session and kind that was not sent. */
        public Notice after(Notice earlier) {
            String newest = preview != null ? preview : earlier.preview();
            return new Notice(user, session, kind, title, newest, pinned, archived, muted, unread, expiresAt, webhook);
        }
    }

    /** The kind of a notice, see section 2.2 of the protocol. */
    public enum Kind {
        /** Data shown in lists of sessions has changed. */
        SESSION_CHANGED("session.changed"),
        RUN_ENDED("run.ended"),
        RECALL_FIRED("recall.fired"),
        /** Recalls started too many runs in a row: this one waits for a message of the user. */
        RECALL_PAUSED("recall.paused"),
        INTERRUPT_OPENED("interrupt.opened"),
        /** The user has read something, perhaps in another tab; or there is nothing left to read. */
        SESSION_READ("session.read"),
        /** Nobody uses the session: it is erased at {@code expiresAt} unless somebody does. */
        SESSION_EXPIRING("session.expiring"),
        /** It is in use again, and is not erased. */
        SESSION_KEPT("session.kept"),
        SESSION_EXPIRED("session.expired"),
        /** What the user prefers has changed; concerns no session. */
        PREFERENCES_CHANGED("preferences.changed"),
        /** A webhook of the user failed too often and was switched off; concerns no session. */
        WEBHOOK_OFF("webhook.off");

        private final String wire;

        Kind(String wire) {
            this.wire = wire;
        }

        @JsonValue
        public String wire() {
            return wire;
        }
    }
}
