package io.reprise.client;

import io.vertx.core.json.JsonObject;

/** What a client tells about its connection and its user, on the client's context; must not block. */
public interface ClientListener {
    default void state(ConnectionState state) {}

    /** After each connect: the frame {@code welcome}. */
    default void welcome(JsonObject frame) {}

    /** The frame {@code notice}: a hint, at most once. */
    default void notice(JsonObject frame) {}

    /** The server shuts down; the client leaves it and reconnects by itself. */
    default void goaway(JsonObject frame) {}
}
