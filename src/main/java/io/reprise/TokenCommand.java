package io.reprise;

import io.reprise.config.access.AuthSettings;
import io.reprise.config.read.SecretReference;
import io.reprise.gateway.access.token.OwnTokens;
import io.reprise.gateway.access.token.TokenVerdict;
import io.reprise.gateway.access.token.TokenVerifier;
import io.reprise.gateway.access.token.Verifiers;
import io.reprise.support.WallClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Creates a token without starting a server; needs {@code auth.secret}. */
final class TokenCommand {
    private static final int HOURS_MAX = 720;
    private static final List<String> ROLES_USUAL = List.of("user");

    private final AuthSettings settings;
    private final Map<String, String> environment;
    private final WallClock time;

    /** @param environment where the reference to the secret is looked up */
    TokenCommand(AuthSettings settings, Map<String, String> environment, WallClock time) {
        this.settings = settings;
        this.environment = environment;
        this.time = time;
    }

    /** No token can be created; the message is one line for the operator. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * The token.
     *
     * @throws RefusedException also if a server with these settings would not accept the token, or not with these roles
     */
    String make(Arguments.Token wanted) throws RefusedException {
        List<String> roles = wanted.roles().map(TokenCommand::names).orElse(ROLES_USUAL);
        for (String role : roles) {
            if (!OwnTokens.ROLES.contains(role)) {
                throw new RefusedException("--roles: " + role + " is not one of user, staff, admin");
            }
        }
        Duration life = life(wanted);
        byte[] secret = secret();
        long expiresAtMs = time.nowMs() + life.toMillis();
        String token = new OwnTokens(secret, time).issue(wanted.user(), roles, expiresAtMs);
        tryOut(token, secret, wanted.user(), roles);
        return token;
    }

    private static List<String> names(String roles) {
        return Stream.of(roles.split(",", -1)).map(String::strip).distinct().toList();
    }

    private Duration life(Arguments.Token wanted) throws RefusedException {
        if (wanted.hours().isEmpty()) return Duration.ofMinutes(settings.tokenMinutes());
        String hours = wanted.hours().get();
        if (!hours.matches("[0-9]{1,3}") || Integer.parseInt(hours) < 1 || Integer.parseInt(hours) > HOURS_MAX) {
            throw new RefusedException("--hours: must be a number from 1 to " + HOURS_MAX);
        }
        return Duration.ofHours(Integer.parseInt(hours));
    }

    private byte[] secret() throws RefusedException {
        if (settings.secret().isEmpty()) {
            throw new RefusedException("--token needs auth.secret: " + SecretReference.EXPECTED);
        }
        SecretReference reference = settings.secret().get();
        return reference
                .resolve(environment)
                .orElseThrow(() -> new RefusedException("auth.secret: nothing is there: " + reference))
                .getBytes(StandardCharsets.UTF_8);
    }

    private void tryOut(String token, byte[] secret, String user, List<String> roles) throws RefusedException {
        if (settings.blockedUsers().contains(user))
            throw new RefusedException("this user is blocked (auth.blockedUsers)");
        TokenVerifier verifier = Verifiers.bySecret(settings, secret, time);
        switch (verifier.verify(token).result()) {
            case TokenVerdict.Good good when good.roles().equals(roles) -> {}
            case TokenVerdict.Good good ->
                throw new RefusedException("the token would have the roles " + good.roles()
                        + " because of auth.rolesClaim, auth.rolesMap or auth.rolesDefault");
            case TokenVerdict.Bad bad ->
                throw new RefusedException("the server would refuse the token: " + bad.reason()
                        + " (see auth.issuers, auth.audiences, auth.algorithms and auth.tokenBytesMax)");
            case TokenVerdict.Expired expired -> throw new RefusedException("the token would have expired");
            case TokenVerdict.Unknown unknown -> throw new RefusedException("the token could not be verified");
        }
    }
}
