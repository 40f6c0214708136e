package io.reprise.mcp.signin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.mcp.signin.AuthHttp.Answer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds out where people sign in to an MCP server: the metadata of the server, RFC 9728, name the authorization server, whose
 * metadata, RFC 8414, say the rest. A server without metadata is its own authorization server, as in 2025-03-26.
 */
final class Discovery {
    private static final String RESOURCE = "/.well-known/oauth-protected-resource";

    private final AuthHttp http;

    Discovery(AuthHttp http) {
        this.http = http;
    }

    /**
     * @param resource what tokens are for, RFC 8707
     * @param scope what the server wants, or all that it knows; empty if it says nothing
     */
    record Found(AuthServer authority, String resource, String scope) {}

    Found of(String url) throws SignInFailure, InterruptedException {
        Challenge challenge = challenge(url);
        JsonNode resource = resource(url, challenge);
        String scope = challenge.scope().isEmpty()
                ? Scopes.joined(AuthServer.list(resource.path("scopes_supported")))
                : challenge.scope();
        String issuer = resource.path("authorization_servers").path(0).asText("");
        if (issuer.isEmpty()) issuer = origin(url);
        String its = resource.path("resource").asText("");
        return new Found(authority(issuer, url.startsWith("https:")), its.isEmpty() ? url : its, scope);
    }

    /** What the server answers to a request without a token. */
    private Challenge challenge(String url) throws SignInFailure, InterruptedException {
        ObjectNode hello = JsonNodeFactory.instance.objectNode();
        hello.put("jsonrpc", "2.0").put("id", 1).put("method", "ping").putObject("params");
        Answer answer = http.postJson(url, hello, Map.of("Accept", "application/json, text/event-stream"));
        return answer.status() == 401 ? Challenge.of(answer.challenge()) : Challenge.NONE;
    }

    private JsonNode resource(String url, Challenge challenge) throws SignInFailure, InterruptedException {
        List<String> places = new ArrayList<>();
        if (challenge.metadata().isEmpty()) {
            String path = path(url);
            if (!path.isEmpty()) places.add(origin(url) + RESOURCE + path);
            places.add(origin(url) + RESOURCE);
        } else {
            places.add(challenge.metadata());
        }
        for (String place : places) {
            Answer answer = http.get(place, Map.of());
            if (!answer.isGood() || !answer.body().isObject()) continue;
            if (!isOf(url, answer.text("resource"))) {
                throw SignInFailure.suspect("The metadata of the MCP server are about another server.");
            }
            return answer.body();
        }
        return JsonNodeFactory.instance.objectNode();
    }

    /** Whether a token for this resource may be sent to the server. */
    private static boolean isOf(String url, String resource) {
        try {
            URI its = URI.create(resource);
            String own = path(url) + "/";
            String their = path(resource) + "/";
            return its.getHost() != null && origin(resource).equals(origin(url)) && own.startsWith(their);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private AuthServer authority(String issuer, boolean tls) throws SignInFailure, InterruptedException {
        String origin = origin(issuer);
        String path = path(issuer);
        List<String> places = new ArrayList<>();
        places.add(origin + "/.well-known/oauth-authorization-server" + path);
        places.add(origin + "/.well-known/openid-configuration" + path);
        if (!path.isEmpty()) places.add(origin + path + "/.well-known/openid-configuration");
        for (String place : places) {
            Answer answer = http.get(place, Map.of());
            if (answer.isGood() && answer.body().isObject()) return AuthServer.of(answer.body(), issuer, tls);
        }
        throw SignInFailure.of("The authorization server of the MCP server has no metadata.");
    }

    static String origin(String url) throws IllegalArgumentException {
        URI uri = URI.create(url);
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }

    /** Without a slash at its end. */
    private static String path(String url) {
        String path = URI.create(url).getRawPath();
        return path == null ? "" : path.replaceAll("/+$", "");
    }
}
