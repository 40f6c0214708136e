package io.reprise.gateway;

import io.reprise.gateway.token.TokenVerdict;
import io.reprise.gateway.token.TokenVerifier;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out who speaks. */
final class Authenticator {
    private static final Logger log = LoggerFactory.getLogger(Authenticator.class);

    private static final Authentication BAD = refused(ErrorCode.UNAUTHORIZED, "A valid token is needed.");
    private static final Authentication EXPIRED = refused(ErrorCode.TOKEN_EXPIRED, "The token has expired.");
    private static final Authentication NO_ROLE =
            refused(ErrorCode.FORBIDDEN, "The token names no role that may use this server.");

    private final TokenVerifier tokens;

    Authenticator(TokenVerifier tokens) {
        this.tokens = tokens;
    }

    /** What came of it. */
    sealed interface Authentication {
        record Known(Identity identity) implements Authentication {}

        /** {@code unauthorized}, {@code token_expired}, {@code forbidden} or, for now, {@code unavailable}. */
        record Refused(Failure failure) implements Authentication {
            ErrorCode code() {
                return failure.code();
            }
        }
    }

    /** By what the request carries; never fails. */
    Future<Authentication> authenticate(HttpServerRequest request) {
        return authenticate(Bearer.of(request));
    }

    /** Never fails; {@code token} may be null. */
    Future<Authentication> authenticate(String token) {
        return Future.succeededFuture(token)
                .compose(tokens::verify)
                .map(Authenticator::judged)
                .otherwise(Authenticator::broken);
    }

    /** A fault of ours must not leave the caller without an answer. */
    private static Authentication broken(Throwable fault) {
        log.atError().setCause(fault).log("a token could not be judged");
        return refused(ErrorCode.INTERNAL, "The token could not be judged.");
    }

    private static Authentication judged(TokenVerdict verdict) {
        return switch (verdict) {
            case TokenVerdict.Good good when good.roles().isEmpty() -> NO_ROLE;
            case TokenVerdict.Good good ->
                new Authentication.Known(new Identity(good.user(), good.roles(), good.expiresAtMs()));
            case TokenVerdict.Expired expired -> EXPIRED;
            case TokenVerdict.Bad bad -> {
                log.atDebug().addKeyValue("reason", bad.reason()).log("token refused");
                yield BAD;
            }
            case TokenVerdict.Unknown unknown ->
                new Authentication.Refused(Failure.of(
                                ErrorCode.UNAVAILABLE,
                                "The keys of the identity provider are not at hand; try again shortly.")
                        .after(unknown.afterMs()));
        };
    }

    private static Authentication refused(ErrorCode code, String text) {
        return new Authentication.Refused(Failure.of(code, text));
    }
}
