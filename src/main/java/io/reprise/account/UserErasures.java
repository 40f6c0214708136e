package io.reprise.account;

import io.vertx.core.Future;

/** Port: erasures of everything that belongs to a user. A failed future means that the store is unavailable. */
public interface UserErasures {
    /**
     * Records that the data of a user is to be erased, and who asked for it. A job carries it out. A repeat changes
     * nothing.
     */
    Future<Void> ask(String user, String by);
}
