package io.reprise.gateway.rest;

import io.reprise.config.Settings;
import io.reprise.config.access.AuthSettings;
import io.reprise.gateway.access.ClientAddresses;
import io.reprise.gateway.access.token.OwnTokens;
import io.reprise.gateway.http.Problem;
import io.reprise.support.Current;
import io.reprise.support.WallClock;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Issues tokens on request, so that a first start needs no identity provider. Only in the mode {@code dev}, only on a
 * server that listens on loopback, and only for callers on this machine: those who use a loopback name (a foreign page
 * that uses DNS rebinding does not) and whose request no proxy has passed on. Otherwise the path does not exist.
 */
public final class DevTokenRoute {
    private static final List<String> USUAL_ROLES = List.of("user");

    private final Current<Settings> settings;
    private final ClientAddresses addresses;
    private final OwnTokens tokens;
    private final WallClock time;

    public DevTokenRoute(Current<Settings> settings, OwnTokens tokens, WallClock time) {
        this.settings = settings;
        this.addresses = new ClientAddresses(settings.get().server().trustedProxies());
        this.tokens = tokens;
        this.time = time;
    }

    record Issued(String token, String expiresAt) {}

    public void bindTo(Api api) {
        boolean dev = settings.get().auth().mode() == AuthSettings.Mode.DEV;
        boolean here = dev && settings.get().server().isLoopback();
        api.on("issueDevToken", here ? this::token : call -> call.refuse(Problem.NOTHING_HERE));
    }

    private void token(ApiCall call) {
        if (!addresses.isOfThisMachine(call.context().request())) {
            call.refuse(Problem.NOTHING_HERE);
            return;
        }
        List<?> roles = call.body().getValue("roles") instanceof JsonArray given ? given.getList() : USUAL_ROLES;
        issue(
                call,
                call.body().getString("user"),
                roles.stream().map(String.class::cast).distinct().toList());
    }

    private void issue(ApiCall call, String user, List<String> roles) {
        long lifeMs = Duration.ofMinutes(settings.get().auth().tokenMinutes()).toMillis();
        long expiresAtMs = (time.nowMs() + lifeMs) / 1000 * 1000;
        String token = tokens.issue(user, roles, expiresAtMs);
        call.answer(200, new Issued(token, Instant.ofEpochMilli(expiresAtMs).toString()));
    }
}
