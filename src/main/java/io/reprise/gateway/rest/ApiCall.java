package io.reprise.gateway.rest;

import io.reprise.gateway.access.Identity;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.http.RequestId;
import io.reprise.history.BrokenLog;
import io.reprise.history.StoreAway;
import io.reprise.message.AnonymousUsers;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.reprise.support.Rfc3339;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A valid request, and the methods to answer it.
 *
 * @param caller the authenticated user; null if the operation requires no authentication
 * @param request its parameters and body
 */
public record ApiCall(RoutingContext context, Identity caller, RequestCheck.Fit request) {
    public static final Failure FOREIGN_CURSOR = Failure.badRequest("`cursor` is not from a page of this list.");

    private static final Logger log = LoggerFactory.getLogger(ApiCall.class);

    public String user() {
        return caller.user();
    }

    /** A parameter; null if it is absent. */
    public String text(String name) {
        return (String) request.values().get(name);
    }

    /** A parameter that is present or has a default. */
    public int integer(String name) {
        return Math.toIntExact((Long) request.values().get(name));
    }

    /** A parameter; {@code usual} if it is absent. */
    public long number(String name, long usual) {
        return request.values().get(name) instanceof Long number ? number : usual;
    }

    /** A parameter; null if it is absent. */
    public Boolean flag(String name) {
        return (Boolean) request.values().get(name);
    }

    /**
     * A moment, in milliseconds since the epoch; null if it is absent.
     *
     * @throws UnfitException if it is no RFC 3339 time
     */
    public Long time(String name) throws UnfitException {
        if (text(name) == null) return null;
        try {
            return Math.clamp(Instant.parse(text(name)).toEpochMilli(), 0L, Rfc3339.LAST_MS);
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new UnfitException(Failure.badRequest("`" + name + "` must be a time such as 2026-11-01T08:00:00Z."));
        }
    }

    /** The session of the path. */
    public String session() {
        return text("session");
    }

    /** The JSON body; empty without one. */
    public JsonObject body() {
        return request.body();
    }

    /** The body where a null is as good as nothing, so that defaults hold for both. */
    public JsonObject given() {
        return RequestCheck.withoutNulls(request.body());
    }

    /** The number that the cursor is, or the largest one without a cursor; refuses anything else and is empty then. */
    public OptionalLong before() {
        String cursor = text("cursor");
        if (cursor == null) return OptionalLong.of(Long.MAX_VALUE);
        try {
            return OptionalLong.of(Long.parseLong(cursor));
        } catch (NumberFormatException e) {
            refuse(FOREIGN_CURSOR);
            return OptionalLong.empty();
        }
    }

    public void answer(int status, Object body) {
        Answers.send(context, status, "application/json", Json.text(body));
    }

    /** Answers with something new and where it is from now on. */
    public void created(String path, Object body) {
        context.response().putHeader(HttpHeaders.LOCATION, ApiContract.BASE + path);
        answer(201, body);
    }

    public void answerNothing() {
        context.response().setStatusCode(204).end();
    }

    /** Refuses if there is a reason to, and says whether there was. */
    public boolean refused(Optional<Failure> reason) {
        reason.ifPresent(this::refuse);
        return reason.isPresent();
    }

    /**
     * Why the caller cannot have what only people have who have signed in, and what can be off.
     *
     * @param ofVisitors the reason for others
     * @param reasonOff a sentence for people; empty if it is on
     */
    public Optional<Failure> withheld(Failure ofVisitors, Optional<String> reasonOff) {
        if (AnonymousUsers.isOne(user())) return Optional.of(ofVisitors);
        return reasonOff.map(reason -> Failure.of(ErrorCode.UNAVAILABLE, reason));
    }

    public void refuse(Failure failure) {
        Problem.send(context, failure);
    }

    /** Refuses with all reasons, each with what it is about. */
    public void refuse(Failure failure, List<Problem.Detail> problems) {
        Problem.send(context, failure, problems);
    }

    /** Passes what was found to {@code then}; refuses if there is nothing, or if the store did not answer. */
    public <T> void found(Future<Optional<T>> asked, Failure notFound, Consumer<? super T> then) {
        asked.onSuccess(found -> found.ifPresentOrElse(then, () -> refuse(notFound)))
                .onFailure(this::storeAway);
    }

    /** Answers whether something was removed. */
    public void removed(Future<Boolean> asked, Failure notFound) {
        asked.onSuccess(removed -> {
                    if (removed) answerNothing();
                    else refuse(notFound);
                })
                .onFailure(this::storeAway);
    }

    /** Answers a failed read: {@code unavailable} if a retry may succeed, else {@code internal}. */
    public void storeAway(Throwable cause) {
        if (!StoreAway.isCause(cause)) {
            broken(cause);
            return;
        }
        // Without the stack trace, because every request fails here while the store is unavailable.
        log.atWarn()
                .addKeyValue("path", context.normalizedPath())
                .addKeyValue("request", RequestId.of(context))
                .addKeyValue("cause", cause.toString())
                .log("store did not answer a REST request");
        refuse(Failure.unavailable());
    }

    /** As {@link #storeAway}, where the store also says that the cursor of the request is not from a page of the list. */
    public void unread(Throwable cause) {
        if (cause instanceof IllegalArgumentException && text("cursor") != null) refuse(FOREIGN_CURSOR);
        else storeAway(cause);
    }

    private void broken(Throwable cause) {
        log.atError()
                .addKeyValue("path", context.normalizedPath())
                .addKeyValue("request", RequestId.of(context))
                .addKeyValue("seq", cause instanceof BrokenLog broken ? broken.seq() : null)
                .setCause(cause)
                .log("REST read failed");
        refuse(Failure.internal());
    }
}
