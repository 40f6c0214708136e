package io.reprise.mcp.signin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.mcp.signin.AuthHttp.Answer;
import io.reprise.support.WallClock;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What this server asks of an authorization server. Blocks. */
final class TokenRequests {
    private static final int TOKEN_CHARS_MAX = 32_768;

    private final AuthHttp http;
    private final WallClock time;

    TokenRequests(AuthHttp http, WallClock time) {
        this.http = http;
        this.time = time;
    }

    /**
     * Registers this server as a client, RFC 7591.
     *
     * @param metadata what it is, apart from how it proves itself
     */
    Client register(AuthServer authority, ObjectNode metadata, String scope)
            throws SignInFailure, InterruptedException {
        if (authority.register().isEmpty()) {
            throw SignInFailure.of(
                    "The authorization server registers no clients; an operator has to set oauth.clientId.");
        }
        boolean open = authority.methods().contains(Client.NONE);
        String method = open ? Client.NONE : Client.method(authority.methods(), true);
        ObjectNode body = metadata.deepCopy();
        body.put("token_endpoint_auth_method", method);
        String redirect = metadata.path("redirect_uris").path(0).asText();
        body.put("application_type", isLoopback(redirect) ? "native" : "web");
        if (!scope.isEmpty()) body.put("scope", scope);
        Answer answer = http.postJson(authority.register(), body, Map.of());
        String id = answer.text("client_id");
        if (!answer.isGood() || id.isEmpty()) {
            throw SignInFailure.of("The authorization server did not register this server as a client.");
        }
        String secret = answer.text("client_secret");
        String given = answer.text("token_endpoint_auth_method");
        String used = List.of(Client.NONE, Client.BASIC, Client.POST).contains(given) ? given : method;
        boolean hasSecret = !secret.isEmpty() && !used.equals(Client.NONE);
        return new Client(id, hasSecret ? secret : null, hasSecret ? used : Client.NONE, true);
    }

    private static boolean isLoopback(String redirect) {
        String host = URI.create(redirect).getHost();
        return List.of("localhost", "127.0.0.1", "[::1]").contains(host);
    }

    Tokens exchange(Attempt attempt, String code) throws SignInFailure, InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", attempt.redirect());
        form.put("code_verifier", attempt.verifier());
        form.put("resource", attempt.resource());
        Answer answer = tokens(attempt.token(), form, attempt.client());
        String scope = answer.text("scope");
        return new Tokens(
                answer.text("access_token"),
                refreshOf(answer),
                endsMs(answer),
                attempt.url(),
                attempt.resource(),
                scope.isEmpty() ? attempt.scope() : Scopes.clean(scope),
                attempt.issuer(),
                attempt.token(),
                attempt.revoke(),
                attempt.redirect(),
                attempt.client());
    }

    Tokens refresh(Tokens old) throws SignInFailure, InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", old.refresh());
        form.put("resource", old.resource());
        Answer answer = tokens(old.token(), form, old.client());
        return old.renewed(answer.text("access_token"), refreshOf(answer), endsMs(answer));
    }

    private Answer tokens(String endpoint, Map<String, String> form, Client client)
            throws SignInFailure, InterruptedException {
        client.addTo(form);
        Answer answer = http.postForm(endpoint, form, client.headers());
        if (answer.status() / 100 == 4 && answer.status() != 408 && answer.status() != 429) {
            throw SignInFailure.rejected("The authorization server gave no token.");
        }
        String access = answer.text("access_token");
        boolean bearer = answer.text("token_type").equalsIgnoreCase("bearer");
        if (!answer.isGood() || !bearer || !access.matches("[\\x21-\\x7E]{1," + TOKEN_CHARS_MAX + "}")) {
            throw SignInFailure.of("The authorization server gave no token that can be used.");
        }
        return answer;
    }

    private static String refreshOf(Answer answer) {
        String refresh = answer.text("refresh_token");
        return refresh.isEmpty() || refresh.length() > TOKEN_CHARS_MAX ? null : refresh;
    }

    private long endsMs(Answer answer) {
        long seconds = answer.body().path("expires_in").asLong(0);
        return seconds <= 0 ? 0 : time.nowMs() + TimeUnit.SECONDS.toMillis(Math.min(seconds, 1_000_000_000L));
    }

    /** Tells the authorization server that the tokens are not used any more, RFC 7009. It may not listen. */
    void revoke(Tokens tokens) throws SignInFailure, InterruptedException {
        if (tokens.revoke().isEmpty()) return;
        Map<String, String> form = new LinkedHashMap<>();
        form.put("token", tokens.refresh() == null ? tokens.access() : tokens.refresh());
        form.put("token_type_hint", tokens.refresh() == null ? "access_token" : "refresh_token");
        tokens.client().addTo(form);
        http.postForm(tokens.revoke(), form, tokens.client().headers());
    }
}
