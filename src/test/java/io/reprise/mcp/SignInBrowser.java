package io.reprise.mcp;

import io.reprise.mcp.signin.McpSignIns;
import io.reprise.mcp.signin.McpSignIns.Begin;
import io.reprise.mcp.signin.McpSignIns.Return;
import io.reprise.mcp.signin.SignInFailure;
import io.reprise.mcp.signin.Waiting;
import io.reprise.testing.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A browser whose person allows everything: it follows the way to an authorization server and comes back. */
final class SignInBrowser {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final McpSignIns signIns;
    private final String user;

    SignInBrowser(McpSignIns signIns, String user) {
        this.signIns = signIns;
        this.user = user;
    }

    /** A browser that was sent back, and has not come yet. */
    record Way(Return back, String binding) {}

    /** Signs in at the address of a question. */
    void visit(String server, String url) throws SignInFailure {
        signIn(server, query(url).getOrDefault("scope", ""));
    }

    void signIn(String server, String scope) throws SignInFailure {
        finish(begin(server, scope));
    }

    Way begin(String server, String scope) throws SignInFailure {
        Begin begin = done(signIns.begin(user, server, scope, Waiting.NOTHING));
        Map<String, String> back = query(location(begin.address()));
        return new Way(
                new Return(back.get("state"), back.get("code"), back.get("error"), back.get("iss")), begin.binding());
    }

    void finish(Way way) throws SignInFailure {
        done(signIns.finish(way.back(), way.binding()));
    }

    private static <T> T done(CompletableFuture<T> future) throws SignInFailure {
        try {
            return future.get(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SignInFailure failure) throw failure;
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static String location(String address) {
        try {
            HttpResponse<Void> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.discarding());
            return answer.headers().firstValue("Location").orElseThrow();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> query(String url) {
        Map<String, String> found = new HashMap<>();
        String query = URI.create(url).getRawQuery();
        if (query == null) return found;
        for (String pair : query.split("&")) {
            String[] parts = pair.split("=", 2);
            found.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return found;
    }
}
