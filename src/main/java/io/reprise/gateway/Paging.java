package io.reprise.gateway;

import io.reprise.message.Failure;
import io.reprise.support.Texts;
import io.vertx.core.http.HttpServerRequest;

/**
 * Which piece of a list is asked for.
 *
 * @param cursor from the piece before, or null
 * @param before of messages: only those that began below this seq
 * @param fault of the query, or null
 */
record Paging(int limit, String cursor, long before, Failure fault) {
    private static final int LIMIT_USUAL = 50;
    private static final int LIMIT_MAX = 200;

    static final Failure CURSOR = Failure.badRequest("`cursor` is not from a page of this list.");

    static Paging of(HttpServerRequest request) {
        long limit = number(request.getParam("limit"), LIMIT_USUAL);
        long before = number(request.getParam("before"), Long.MAX_VALUE);
        String cursor = request.getParam("cursor");
        Failure fault = null;
        if (limit < 1 || limit > LIMIT_MAX) fault = Failure.badRequest("`limit` must be from 1 to " + LIMIT_MAX + ".");
        else if (before < 1) fault = Failure.badRequest("`before` must be a seq from 1.");
        else if (cursor != null && !Texts.isWellFormed(cursor)) fault = CURSOR;
        return new Paging((int) limit, cursor, before, fault);
    }

    /** The usual number when there is none, -1 for what is none. */
    private static long number(String given, long usual) {
        if (given == null) return usual;
        return given.matches("[0-9]{1,15}") ? Long.parseLong(given) : -1;
    }
}
