package io.reprise.account;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Port: sign-ins of people to MCP servers. What it is given is sealed already. A failed future means that the store is
 * unavailable.
 */
public interface McpSignInStore {
    /**
     * The sign-in of a user to a server.
     *
     * @param id the same for the same user and server
     */
    record Key(String id, String user, String server) {}

    /**
     * Keeps a sign-in that has begun; it replaces an earlier one that has not ended, and no tokens.
     *
     * @param state hash of its state
     * @param lifeMs after which it cannot be taken any more
     */
    Future<Void> begin(Key key, String state, byte[] attempt, long lifeMs);

    /** Takes the sign-in with this state, once; empty if there is none or its time is over. */
    Future<Optional<Begun>> take(String state);

    record Begun(Key key, byte[] attempt) {}

    /** Keeps the tokens of a user who has signed in; they replace earlier ones. */
    Future<Void> keep(Key key, byte[] secret);

    /** The tokens of a user, if there are any. */
    Future<Optional<Stored>> find(Key key);

    /** Of the sign-ins with these ids, those that have tokens. */
    Future<Set<String>> existing(List<String> ids);

    /** @param version changes with each change of the tokens */
    record Stored(byte[] secret, long version) {}

    /**
     * Replaces tokens of this version, also if they have been dropped: another node that used the same refresh token at the
     * same time, and came second, takes them for void, while these follow them. False if they have changed or are gone.
     */
    Future<Boolean> replace(Key key, long version, byte[] secret);

    /** Removes tokens of this version, which are not accepted any more. */
    Future<Void> drop(Key key, long version);

    /** Removes a sign-in of a user; false if there is none. */
    Future<Boolean> remove(Key key);

    /** The sign-ins of a user that have tokens, by server. */
    Future<List<Listed>> list(String user);

    /** More are not counted. */
    int PEOPLE_MAX = 1_000;

    /** How many users have tokens for each of these servers, at most {@link #PEOPLE_MAX}. */
    Future<Map<String, Integer>> people(List<String> servers);

    record Listed(String server, long signedInMs) {}
}
