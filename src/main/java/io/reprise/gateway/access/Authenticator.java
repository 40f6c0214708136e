package io.reprise.gateway.access;

import io.reprise.apikey.ApiKey;
import io.reprise.apikey.ApiKeys;
import io.reprise.config.ServerSettings;
import io.reprise.gateway.access.token.TokenVerdict;
import io.reprise.gateway.access.token.TokenVerifier;
import io.reprise.gateway.frame.CloseCode;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Rights;
import io.reprise.support.Rfc3339;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Authenticates requests and sockets. */
public final class Authenticator {
    private static final Logger log = LoggerFactory.getLogger(Authenticator.class);

    private static final String CALLER = "caller";

    private static final Authentication BAD = refused(ErrorCode.UNAUTHORIZED, "A valid token is required.");
    private static final Authentication NO_ROLE =
            refused(ErrorCode.FORBIDDEN, "The token has no role that may use this server.");

    private static final Failure KEY_OVER = Failure.of(ErrorCode.TOKEN_EXPIRED, "The API key has expired.");
    private static final Failure TOKEN_OVER = Failure.of(ErrorCode.TOKEN_EXPIRED, "The token has expired.");
    private static final Failure KEY_REVOKED = Failure.of(ErrorCode.UNAUTHORIZED, "The API key was revoked.");
    private static final Authentication EXPIRED = new Authentication.Refused(TOKEN_OVER);
    private static final Authentication KEY_EXPIRED = new Authentication.Refused(KEY_OVER);
    private static final Failure READ_ONLY =
            Failure.of(ErrorCode.FORBIDDEN, "The API key may only read; its scopes do not include chat.");
    private static final Failure KEY_USED_UP = Failure.of(
            ErrorCode.TOO_MANY_REQUESTS, "The API key has had its requests of this day; try again tomorrow.");
    private static final Failure KEY_TOO_OFTEN =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many requests with this API key; try again later.");

    static final Failure TOO_MANY = Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many requests; try again later.");
    private static final Failure BLOCKED_USER = Failure.of(ErrorCode.FORBIDDEN, "This user is blocked.");

    private static final Authentication BLOCKED = new Authentication.Refused(BLOCKED_USER);
    private static final Authentication OTHER_PAGE =
            refused(ErrorCode.FORBIDDEN, "The session cookie is not accepted from this origin.");

    /** A browser removes a cookie that has ended. */
    private static final TokenVerdict ENDED = new TokenVerdict.Expired();

    private final TokenVerifier tokens;
    private final TokenVerifier cookies;
    private final Renewals renewals;
    private final ApiKeys keys;
    private final BooleanSupplier passesTokens;
    private final OriginPolicy origins;
    private final ClientAddresses addresses;
    private final RateLimits limits;
    private final Rights rights;
    private final WallClock time;

    /** @param by what verifies tokens and cookies */
    public Authenticator(By by, ServerSettings settings, AccessParts access, WallClock time) {
        this.tokens = by.tokens();
        this.cookies = by.cookies();
        this.renewals = by.renewals();
        this.keys = access.apiKeys();
        this.passesTokens = access.passesTokens();
        this.origins = new OriginPolicy(settings.allowedOrigins());
        this.addresses = new ClientAddresses(settings.trustedProxies());
        this.limits = access.limits();
        this.rights = access.rights();
        this.time = time;
    }

    /**
     * What verifies.
     *
     * @param cookies verifies what the cookies hold
     * @param renewals goes on where a cookie has ended
     */
    public record By(TokenVerifier tokens, TokenVerifier cookies, Renewals renewals) {}

    /** The result of authentication. */
    public sealed interface Authentication {
        record Known(Identity identity) implements Authentication {}

        /**
         * The code is {@code unauthorized}, {@code token_expired}, {@code forbidden} or, temporarily, {@code
         * unavailable}.
         */
        record Refused(Failure failure) implements Authentication {
            public ErrorCode code() {
                return failure.code();
            }
        }
    }

    /** The credentials of a request. */
    public Credentials credentials(HttpServerRequest request) {
        return Credentials.of(addresses.of(request), request, origins, renewals);
    }

    /** The client's address. */
    public String address(HttpServerRequest request) {
        return addresses.of(request);
    }

    /** Counts a request for the limit of its address, and refuses it above the limit. */
    public void limit(RoutingContext context) {
        long waitMs = limits.request(addresses.of(context.request()));
        if (waitMs > 0) Problem.send(context, TOO_MANY.after(waitMs));
        else context.next();
    }

    /**
     * Authenticates a request by its credentials; never fails. A renewed identity goes back with the answer. One that may
     * only read is refused if the request may change something.
     */
    public Future<Authentication> authenticate(HttpServerRequest request) {
        return checked(credentials(request)).map(checked -> {
            Authentication result = checked.result();
            if (checked.renewed() && result instanceof Authentication.Known known) {
                renewals.keep(request, known.identity());
            } else if (checked.renewed() && checked.over()) {
                renewals.forget(request);
            }
            boolean reads = Credentials.SAFE.contains(request.method());
            return result instanceof Authentication.Known known
                            && !reads
                            && !known.identity().mayChange()
                    ? new Authentication.Refused(READ_ONLY)
                    : result;
        });
    }

    /**
     * The handler of a route: goes on for a caller that is known, whom {@link #caller} then returns, and refuses others. Before
     * the body is read, so that clients without a token cannot use up memory: the request is paused.
     */
    public void admit(RoutingContext context) {
        context.request().pause();
        authenticate(context.request()).onSuccess(authentication -> {
            switch (authentication) {
                case Authentication.Refused refused -> {
                    context.request().resume();
                    Problem.send(context, refused.failure());
                }
                case Authentication.Known known ->
                    context.put(CALLER, known.identity()).next();
            }
        });
    }

    /** Who was admitted; null on routes that admit everybody. */
    public static Identity caller(RoutingContext context) {
        return context.get(CALLER);
    }

    /** The future never fails. */
    public Future<Authentication> authenticate(Credentials given) {
        return checked(given).map(Checked::result);
    }

    /**
     * The identity that follows this one, of somebody who is still connected; never fails.
     *
     * @param given that are {@link Credentials#renewable}
     */
    public Future<Authentication> renew(Credentials given, Identity identity) {
        return renewals.current(given.handle(), identity.expiresAtMs()).map(this::judged);
    }

    /**
     * The result.
     *
     * @param renewed whether the browser's cookie alone would not have done
     * @param over whether that sign-in has ended
     */
    private record Checked(Authentication result, boolean renewed, boolean over) {
        static Checked of(Authentication result) {
            return new Checked(result, false, false);
        }
    }

    private Future<Checked> checked(Credentials given) {
        boolean byCookie = given.byCookie();
        if (byCookie && !given.cookieCounts()) return Future.succeededFuture(Checked.of(OTHER_PAGE));
        long waitMs = limits.attempt(given.address());
        if (waitMs > 0) {
            return Future.succeededFuture(Checked.of(new Authentication.Refused(TOO_MANY.after(waitMs))));
        }
        return Future.succeededFuture(given)
                .compose(any -> byCookie ? byCookie(given) : byToken(given))
                .otherwise(fault -> Checked.of(broken(fault)));
    }

    private Future<Checked> byToken(Credentials given) {
        if (ApiKeys.isMeant(given.token())) return byKey(given);
        return tokens.verify(given.token()).map(verdict -> {
            if (given.token() != null) countFailure(given, verdict);
            return Checked.of(brought(judged(verdict), given.token()));
        });
    }

    private Authentication brought(Authentication judged, String token) {
        return token != null && passesTokens.getAsBoolean() && judged instanceof Authentication.Known known
                ? new Authentication.Known(known.identity().bringing(token))
                : judged;
    }

    private Future<Checked> byKey(Credentials given) {
        return keys.judge(given.token())
                .map(verdict -> switch (verdict) {
                    case ApiKeys.Verdict.Good good -> judged(good.key());
                    case ApiKeys.Verdict.Expired expired -> KEY_EXPIRED;
                    case ApiKeys.Verdict.Bad bad -> {
                        limits.failed(given.address());
                        yield BAD;
                    }
                })
                .otherwise(away -> new Authentication.Refused(Failure.unavailable()))
                .map(Checked::of);
    }

    private Authentication judged(ApiKey key) {
        if (!rights.mayAct(key.user())) return BLOCKED;
        Long expiresMs = key.times().expiresMs();
        Identity identity =
                new Identity(key.user(), key.roles(), expiresMs == null ? Rfc3339.LAST_MS : expiresMs, key.grant());
        return used(identity)
                .<Authentication>map(Authentication.Refused::new)
                .orElseGet(() -> new Authentication.Known(identity));
    }

    /** Counts a request of an identity; the reason if it has had as many as it may. */
    private Optional<Failure> used(Identity identity) {
        if (identity.key() == null) return Optional.empty();
        long waitMs = limits.key(identity.key().key(), keys.perMinute(identity.key()));
        if (waitMs > 0) return Optional.of(KEY_TOO_OFTEN.after(waitMs));
        return keys.takeToday(identity.key()) ? Optional.empty() : Optional.of(KEY_USED_UP.after(keys.tomorrowMs()));
    }

    /**
     * Counts what comes on a socket of an identity; the reason if it must not be carried out.
     *
     * @param changes whether it does more than read
     */
    public Optional<Failure> refusal(Identity identity, boolean changes) {
        Optional<Failure> used = used(identity);
        return used.isPresent() || !changes || identity.mayChange() ? used : Optional.of(READ_ONLY);
    }

    private Future<Checked> byCookie(Credentials given) {
        Future<TokenVerdict> cookie =
                given.cookie() == null ? Future.succeededFuture(ENDED) : cookies.verify(given.cookie());
        return cookie.compose(verdict -> {
            if (verdict instanceof TokenVerdict.Good || given.handle() == null) {
                countFailure(given, verdict);
                return Future.succeededFuture(Checked.of(judged(verdict)));
            }
            return renewals.current(given.handle(), 0).map(renewed -> {
                countFailure(given, renewed);
                boolean over = renewed instanceof TokenVerdict.Bad || renewed instanceof TokenVerdict.Expired;
                return new Checked(judged(renewed), true, over);
            });
        });
    }

    private void countFailure(Credentials given, TokenVerdict verdict) {
        if (verdict instanceof TokenVerdict.Bad) limits.failed(given.address());
    }

    /** The close code with which a socket of this identity has to be closed; null if it may stay open. */
    public CloseCode endOf(Identity identity) {
        return whyEnded(identity)
                .map(why -> why.code() == ErrorCode.TOKEN_EXPIRED ? CloseCode.TOKEN_EXPIRED : CloseCode.BAD_TOKEN)
                .orElse(null);
    }

    /** Why what belongs to this identity has to end; empty if it may go on. */
    public Optional<Failure> whyEnded(Identity identity) {
        boolean byKey = identity.key() != null;
        if (time.nowMs() >= identity.expiresAtMs()) return Optional.of(byKey ? KEY_OVER : TOKEN_OVER);
        if (byKey && keys.hasEnded(identity.key().key())) return Optional.of(KEY_REVOKED);
        return rights.mayAct(identity.user()) ? Optional.empty() : Optional.of(BLOCKED_USER);
    }

    /** Converts an internal error, so that the caller gets an answer. */
    private static Authentication broken(Throwable fault) {
        log.atError().setCause(fault).log("token verification failed unexpectedly");
        return refused(ErrorCode.INTERNAL, "The token could not be verified.");
    }

    private Authentication judged(TokenVerdict verdict) {
        return switch (verdict) {
            case TokenVerdict.Good good when good.roles().isEmpty() -> NO_ROLE;
            case TokenVerdict.Good good when !rights.mayAct(good.user()) -> BLOCKED;
            case TokenVerdict.Good good ->
                new Authentication.Known(new Identity(good.user(), good.roles(), good.expiresAtMs()));
            case TokenVerdict.Expired expired -> EXPIRED;
            case TokenVerdict.Bad bad -> {
                log.atDebug().addKeyValue("reason", bad.reason()).log("token refused");
                yield BAD;
            }
            case TokenVerdict.Unknown unknown ->
                new Authentication.Refused(
                        Failure.of(ErrorCode.UNAVAILABLE, "The identity provider is unavailable; try again shortly.")
                                .after(unknown.afterMs()));
        };
    }

    private static Authentication refused(ErrorCode code, String text) {
        return new Authentication.Refused(Failure.of(code, text));
    }
}
