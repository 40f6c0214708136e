package io.reprise.client;

import io.vertx.core.json.JsonObject;

/** What a client tells about one session, in order and on the client's context; must not block. */
public interface SessionListener {
    /** The server's verdict on the cursor: {@code mode} is {@code replay}, {@code snapshot} or {@code reset}. */
    default void attached(JsonObject verdict) {}

    /** Replaces everything that was known; all its pages as one. */
    default void snapshot(JsonObject snapshot) {}

    /** The frame {@code event}, each exactly once. */
    default void event(JsonObject frame) {}

    /** What follows is live. */
    default void live(long seq) {}

    /** A notice about this session. */
    default void notice(JsonObject frame) {}

    /** The session is attached again after its cursor, because frames were missing or a refusal was temporary. */
    default void reattaching(String why) {}

    /** The reading has ended: the server refuses it, for example because the session does not exist. */
    default void failed(CommandException error) {}
}
