package io.reprise.gateway.access.oidc;

import io.reprise.account.SignInStore;
import io.reprise.account.SignInStore.StoredSignIn;
import io.reprise.config.access.OidcSettings;
import io.reprise.gateway.access.token.IdTokens.Verdict;
import io.reprise.gateway.access.token.TokenVerdict;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stored sign-ins, by handle. Only one of all gateways makes a refresh: providers accept a refresh token once, and end the
 * whole sign-in if it is used twice. For one event loop.
 */
final class SignIns {
    private static final Logger log = LoggerFactory.getLogger(SignIns.class);

    /** How often the store is polled for the refresh of another gateway. */
    private static final int LOOK_MS = 100;

    private static final long AGAIN_MS = 1_000;

    /** A refresh requests the document, the tokens and the keys. */
    private static final int REQUESTS_OF_REFRESH = 3;

    private final Vertx vertx;
    private final OidcSettings settings;
    private final SignInStore store;
    private final Discovery discovery;
    private final TokenEndpoint endpoint;
    private final WallClock time;
    private final MonotonicClock clock;
    private final Map<Question, Future<TokenVerdict>> underWay = new HashMap<>();

    SignIns(
            Vertx vertx,
            OidcSettings settings,
            SignInStore store,
            Discovery discovery,
            TokenEndpoint endpoint,
            WallClock time,
            MonotonicClock clock) {
        this.vertx = vertx;
        this.settings = settings;
        this.store = store;
        this.discovery = discovery;
        this.endpoint = endpoint;
        this.time = time;
        this.clock = clock;
    }

    private record Question(String id, long laterThanMs) {}

    /** Stores a new sign-in. */
    Future<Handle> add(SignedIn signedIn) {
        Handle handle = Handle.fresh();
        long lifeMs = Duration.ofHours(settings.sessionHours()).toMillis();
        var added = new SignInStore.NewSignIn(handle.id(), signedIn.user(), signedIn.sealed(handle), lifeMs);
        return store.add(added, settings.perUserMax()).map(done -> handle);
    }

    /** Ends a sign-in; returns its content if it existed. */
    Future<Optional<SignedIn>> end(Handle handle) {
        return store.find(handle.id()).compose(found -> {
            Optional<SignedIn> known = found.flatMap(stored -> SignedIn.open(stored.content(), handle));
            // A sign-in can only be ended with its key.
            if (known.isEmpty()) return Future.succeededFuture(known);
            return store.remove(handle.id()).map(done -> known);
        });
    }

    /** The display name, or null. Never fails. */
    Future<String> name(Handle handle) {
        return store.find(handle.id())
                .map(found -> found.flatMap(stored -> SignedIn.open(stored.content(), handle))
                        .map(SignedIn::name)
                        .orElse(null))
                .otherwise((String) null);
    }

    /** See {@link io.reprise.gateway.access.Renewals#current}. */
    Future<TokenVerdict> current(Handle handle, long laterThanMs) {
        Question question = new Question(handle.id(), laterThanMs);
        Future<TokenVerdict> asked = underWay.get(question);
        if (asked != null) return asked;
        long giveUpMs = clock.elapsedMs() + (long) REQUESTS_OF_REFRESH * settings.timeoutMs();
        Future<TokenVerdict> mine = look(handle, laterThanMs, giveUpMs)
                .otherwise(cause -> {
                    log.atWarn().addKeyValue("cause", String.valueOf(cause)).log("a sign-in could not be looked up");
                    return new TokenVerdict.Unknown(AGAIN_MS);
                })
                .onComplete(done -> underWay.remove(question));
        if (!mine.isComplete()) underWay.put(question, mine);
        return mine;
    }

    private Future<TokenVerdict> look(Handle handle, long laterThanMs, long giveUpMs) {
        return store.find(handle.id()).compose(found -> {
            if (found.isEmpty()) return Future.succeededFuture(new TokenVerdict.Expired());
            Optional<SignedIn> opened = SignedIn.open(found.get().content(), handle);
            if (opened.isEmpty()) return Future.succeededFuture(new TokenVerdict.Bad("another key"));
            SignedIn known = opened.get();
            boolean fresh = known.expiresAtMs() > Math.max(laterThanMs, time.nowMs());
            if (fresh || known.refreshToken() == null) return Future.succeededFuture(known.verdict(time.nowMs()));
            if (found.get().resting()) return Future.succeededFuture(untilThen(known));
            return claimed(new Known(handle, known, found.get()), laterThanMs, giveUpMs);
        });
    }

    /** A stored sign-in with its content. */
    private record Known(Handle handle, SignedIn content, StoredSignIn stored) {
        String id() {
            return handle.id();
        }
    }

    private Future<TokenVerdict> claimed(Known known, long laterThanMs, long giveUpMs) {
        long forMs = (long) REQUESTS_OF_REFRESH * settings.timeoutMs();
        return store.claim(known.id(), known.stored().version(), forMs).compose(mine -> {
            if (mine) return refresh(known);
            if (known.content().verdict(time.nowMs()) instanceof TokenVerdict.Good good) {
                return Future.succeededFuture(good);
            }
            if (clock.elapsedMs() >= giveUpMs) return Future.succeededFuture(new TokenVerdict.Unknown(AGAIN_MS));
            return soon().compose(then -> look(known.handle(), laterThanMs, giveUpMs));
        });
    }

    private Future<Void> soon() {
        Promise<Void> soon = Promise.promise();
        vertx.setTimer(LOOK_MS, timer -> soon.complete());
        return soon.future();
    }

    private Future<TokenVerdict> refresh(Known known) {
        return discovery
                .provider()
                .compose(
                        provider -> endpoint.refresh(
                                        provider.document(), known.content().refreshToken())
                                .compose(answer -> refreshed(known, provider, answer)),
                        cause -> later(known, String.valueOf(cause.getMessage())));
    }

    private Future<TokenVerdict> refreshed(Known known, Discovery.Provider provider, TokenAnswer answer) {
        return switch (answer) {
            case TokenAnswer.Granted granted
            when granted.idToken() == null -> {
                long endMs = time.nowMs() + granted.expiresInS() * 1_000L;
                yield keep(known, known.content().with(granted).until(endMs));
            }
            case TokenAnswer.Granted granted ->
                provider.tokens().verify(granted.idToken(), null).compose(verdict -> renewed(known, granted, verdict));
            case TokenAnswer.NotValid ended -> over(known, "the provider has ended it");
            case TokenAnswer.Faulty faulty -> later(known, faulty.cause());
            case TokenAnswer.Away away -> later(known, away.cause());
        };
    }

    private Future<TokenVerdict> renewed(Known known, TokenAnswer.Granted granted, Verdict verdict) {
        SignedIn next = known.content().with(granted);
        return switch (verdict) {
            case Verdict.Good good when good.user().equals(next.user()) -> keep(known, next.now(good, granted));
            case Verdict.Good other -> over(known, "the provider names another user");
            case Verdict.Away away -> later(known, next, "the keys of the provider cannot be had");
            case Verdict.OtherClock clock -> later(known, next, "the clocks of provider and server differ");
            case Verdict.Refused refused -> over(known, refused.reason());
        };
    }

    private Future<TokenVerdict> keep(Known known, SignedIn next) {
        byte[] content = next.sealed(known.handle());
        long version = known.stored().version();
        return store.replace(known.id(), version, content)
                // The new tokens must not be lost because of one failed statement.
                .recover(cause -> store.replace(known.id(), version, content))
                .map(kept -> {
                    log.atDebug().addKeyValue("user", next.user()).log("sign-in refreshed");
                    return kept ? next.verdict(time.nowMs()) : new TokenVerdict.Expired();
                });
    }

    private Future<TokenVerdict> over(Known known, String reason) {
        log.atInfo()
                .addKeyValue("user", known.content().user())
                .addKeyValue("reason", reason)
                .log("sign-in ended");
        return store.remove(known.id()).map(done -> new TokenVerdict.Expired());
    }

    private Future<TokenVerdict> later(Known known, String cause) {
        return laterAs(known, known.content(), known.stored().version(), cause);
    }

    /** Stores the new tokens; the provider may not accept the previous refresh token any more. */
    private Future<TokenVerdict> later(Known known, SignedIn next, String cause) {
        long version = known.stored().version();
        return store.replace(known.id(), version, next.sealed(known.handle()))
                .compose(kept -> laterAs(known, next, version + 1, cause));
    }

    private Future<TokenVerdict> laterAs(Known known, SignedIn content, long version, String cause) {
        log.atWarn()
                .addKeyValue("user", content.user())
                .addKeyValue("cause", cause)
                .log("a sign-in could not be refreshed");
        return store.rest(known.id(), version, settings.retryMs()).map(done -> untilThen(content));
    }

    /** Uses the identity until it expires; after that its validity is unknown. */
    private TokenVerdict untilThen(SignedIn known) {
        return known.verdict(time.nowMs()) instanceof TokenVerdict.Good good
                ? good
                : new TokenVerdict.Unknown(settings.retryMs());
    }
}
