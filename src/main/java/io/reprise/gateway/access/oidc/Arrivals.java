package io.reprise.gateway.access.oidc;

import io.reprise.gateway.access.oidc.Discovery.Provider;
import io.reprise.gateway.access.token.IdTokens.Verdict;
import io.reprise.message.Rights;
import io.vertx.core.Future;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles the callbacks of the provider. */
final class Arrivals {
    private static final Logger log = LoggerFactory.getLogger(Arrivals.class);

    /** Error codes of a provider that is temporarily unavailable: RFC 6749, section 4.1.2.1. */
    private static final Set<String> PASSING = Set.of("server_error", "temporarily_unavailable");

    private final String issuer;
    private final String redirect;
    private final Discovery discovery;
    private final TokenEndpoint endpoint;
    private final Rights rights;

    Arrivals(String issuer, String redirect, Discovery discovery, TokenEndpoint endpoint, Rights rights) {
        this.issuer = issuer;
        this.redirect = redirect;
        this.discovery = discovery;
        this.endpoint = endpoint;
        this.rights = rights;
    }

    /** Whether the person is signed in. */
    sealed interface Arrival {
        record In(SignedIn who) implements Arrival {}

        record Out(SignInError error) implements Arrival {}
    }

    /** Never fails. */
    Future<Arrival> judge(Attempt attempt, Oidc.Return given) {
        if (given.issuer() != null && !given.issuer().equals(issuer)) {
            return out(SignInError.TOKEN_REFUSED, "the way back is of another issuer");
        }
        if (given.error() != null) return out(error(given.error()), "the provider answered " + given.error());
        if (given.code() == null) return out(SignInError.PROVIDER_ERROR, "the way back has no code");
        return discovery
                .provider()
                .compose(
                        provider -> endpoint.exchange(provider.document(), given.code(), attempt.verifier(), redirect)
                                .compose(answer -> exchanged(attempt, provider, answer)),
                        cause -> out(SignInError.PROVIDER_UNAVAILABLE, String.valueOf(cause.getMessage())));
    }

    private static SignInError error(String given) {
        if (given.equals("access_denied")) return SignInError.DENIED;
        return PASSING.contains(given) ? SignInError.PROVIDER_UNAVAILABLE : SignInError.PROVIDER_ERROR;
    }

    private Future<Arrival> exchanged(Attempt attempt, Provider provider, TokenAnswer answer) {
        return switch (answer) {
            case TokenAnswer.Granted granted
            when granted.idToken() == null -> out(SignInError.PROVIDER_ERROR, "the provider gave no ID token");
            case TokenAnswer.Granted granted ->
                provider.tokens()
                        .verify(granted.idToken(), attempt.nonce())
                        .compose(verdict -> verified(granted, verdict));
            case TokenAnswer.NotValid late -> out(SignInError.EXPIRED, "the provider does not take the code");
            case TokenAnswer.Faulty faulty -> out(SignInError.PROVIDER_ERROR, faulty.cause());
            case TokenAnswer.Away away -> out(SignInError.PROVIDER_UNAVAILABLE, away.cause());
        };
    }

    private Future<Arrival> verified(TokenAnswer.Granted granted, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Good good when good.roles().isEmpty() -> out(SignInError.NO_ROLE, "the user has no role");
            case Verdict.Good good when !rights.mayAct(good.user()) -> out(SignInError.BLOCKED, "the user is blocked");
            case Verdict.Good good -> Future.succeededFuture(new Arrival.In(SignedIn.of(good, granted)));
            case Verdict.OtherClock clock ->
                out(SignInError.CLOCK, "by its times the ID token is not valid now: do the clocks differ?");
            case Verdict.Refused refused -> out(SignInError.TOKEN_REFUSED, refused.reason());
            case Verdict.Away away -> out(SignInError.PROVIDER_UNAVAILABLE, "its keys cannot be had");
        };
    }

    /** Logs the reason for the operator; the person only sees the error code. */
    private static Future<Arrival> out(SignInError error, String reason) {
        log.atWarn()
                .addKeyValue("error", error.wire())
                .addKeyValue("reason", printable(reason))
                .log("sign-in refused");
        return Future.succeededFuture(new Arrival.Out(error));
    }

    /** Part of the text comes from outside, so it is shortened and cleaned. */
    private static String printable(String reason) {
        String clean = reason.replaceAll("[^\\x20-\\x7E]", "?");
        return clean.length() <= 300 ? clean : clean.substring(0, 300);
    }
}
