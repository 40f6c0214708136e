package io.reprise.gateway;

import io.reprise.config.AuthSettings;
import io.reprise.config.Settings;
import io.reprise.gateway.token.OwnTokens;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.reprise.support.TimeSource;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Tokens for the asking, so that a first start needs no identity provider. Only in the dev mode, only on a server that
 * listens on loopback, and only for callers who used a name of loopback: a foreign page whose name was rebound to
 * 127.0.0.1 gets none. Elsewhere the address does not exist.
 */
final class DevTokenRoute {
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9._@+-]{1,64}");
    private static final List<String> USUAL_ROLES = List.of("user");

    private final Settings settings;
    private final OwnTokens tokens;
    private final TimeSource time;
    private final OriginPolicy origins;

    DevTokenRoute(Settings settings, OwnTokens tokens, TimeSource time) {
        this.settings = settings;
        this.tokens = tokens;
        this.time = time;
        this.origins = new OriginPolicy(settings.server().origins());
    }

    record Issued(String token, String expiresAt) {}

    void mountOn(Router api) {
        boolean dev = settings.auth().mode() == AuthSettings.Mode.DEV;
        if (dev && settings.server().isLoopback()) api.post("/dev/token").handler(this::token);
    }

    private void token(RoutingContext context) {
        if (!OriginPolicy.calledByLoopbackName(context.request()) || !origins.allows(context.request())) {
            context.next();
            return;
        }
        ApiBodies.json(context).ifPresent(body -> token(context, body));
    }

    private void token(RoutingContext context, JsonObject body) {
        if (!(body.getValue("user") instanceof String user)
                || !USER.matcher(user).matches()) {
            Problem.send(context, Failure.badRequest("`user` must be 1 to 64 of A-Z a-z 0-9 . _ @ + -"));
            return;
        }
        Object given = body.getValue("roles");
        List<?> roles = given == null ? USUAL_ROLES : given instanceof JsonArray array ? array.getList() : List.of("?");
        if (!OwnTokens.ROLES.containsAll(roles)) {
            Problem.send(context, Failure.badRequest("`roles` must be a list of user, staff, admin."));
            return;
        }
        issue(context, user, roles.stream().map(String.class::cast).distinct().toList());
    }

    private void issue(RoutingContext context, String user, List<String> roles) {
        long lifeMs = Duration.ofMinutes(settings.auth().tokenMinutes()).toMillis();
        long expiresAtMs = (time.nowMs() + lifeMs) / 1000 * 1000;
        String token = tokens.issue(user, roles, expiresAtMs);
        context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(Json.text(
                        new Issued(token, Instant.ofEpochMilli(expiresAtMs).toString())));
    }
}
