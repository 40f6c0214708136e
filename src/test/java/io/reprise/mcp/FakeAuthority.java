package io.reprise.mcp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/**
 * An authorization server for MCP servers, as strict as good ones: PKCE, codes and refresh tokens that are good once, the
 * same resource everywhere. Everybody who comes to its page is signed in as {@link #person}. It can also misbehave.
 */
public final class FakeAuthority implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private final Map<String, Map<String, String>> refreshTokens = new ConcurrentHashMap<>();

    /** What good tokens are for: {@code person}, {@code scope}, {@code resource}. */
    public final Map<String, Map<String, String>> tokens = new ConcurrentHashMap<>();

    public final List<Map<String, String>> tokenRequests = new CopyOnWriteArrayList<>();
    public final List<Map<String, String>> revoked = new CopyOnWriteArrayList<>();
    public final List<JsonObject> registered = new CopyOnWriteArrayList<>();
    public volatile String person = "ada";
    public volatile int lifeS = 3_600;
    public volatile UnaryOperator<JsonObject> document = json -> json;

    /** Happens before a token is renewed. */
    public volatile Runnable beforeRenewal = () -> {};

    /** In the way back; null for none. */
    public volatile UnaryOperator<String> issuerInReturn = issuer -> issuer;

    public FakeAuthority() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/.well-known/oauth-authorization-server", exchange -> send(exchange, 200, metadata()));
        server.createContext("/register", this::register);
        server.createContext("/authorize", this::authorize);
        server.createContext("/token", this::token);
        server.createContext("/revoke", exchange -> {
            revoked.add(form(exchange));
            send(exchange, 200, new JsonObject());
        });
        server.start();
    }

    public String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** A server that this one signs people in to. Its tools are the same for all but one, which is named after the person. */
    public void guard(FakeMcp mcp) {
        String resource = mcp.url();
        String metadata = resource.replace("/mcp", "/.well-known/oauth-protected-resource/mcp");
        mcp.documents.put(
                "/.well-known/oauth-protected-resource/mcp",
                new JsonObject().put("resource", resource).put("authorization_servers", JsonArray.of(issuer())));
        mcp.refusal =
                request -> holder(request.getHeader("Authorization"), resource).isEmpty()
                        ? "Bearer resource_metadata=\"" + metadata + "\", scope=\"read\""
                        : "";
        mcp.toolsOf = request -> List.of(
                FakeMcp.tool("echo"),
                FakeMcp.tool("of_"
                        + holder(request.getHeader("Authorization"), resource).get("person")));
    }

    /** What the token of the header is for; empty if it is not good. */
    public Map<String, String> holder(String header, String resource) {
        if (header == null || !header.startsWith("Bearer ")) return Map.of();
        Map<String, String> grant = tokens.getOrDefault(header.substring("Bearer ".length()), Map.of());
        return resource.equals(grant.get("resource")) ? grant : Map.of();
    }

    /** Nothing that it gave is good any more. */
    public void forgetAll() {
        tokens.clear();
        refreshTokens.clear();
    }

    private JsonObject metadata() {
        return document.apply(new JsonObject()
                .put("issuer", issuer())
                .put("authorization_endpoint", issuer() + "/authorize")
                .put("token_endpoint", issuer() + "/token")
                .put("registration_endpoint", issuer() + "/register")
                .put("revocation_endpoint", issuer() + "/revoke")
                .put("code_challenge_methods_supported", JsonArray.of("S256"))
                .put("token_endpoint_auth_methods_supported", JsonArray.of("none", "client_secret_basic"))
                .put("authorization_response_iss_parameter_supported", true));
    }

    private void register(HttpExchange exchange) throws IOException {
        JsonObject asked = new JsonObject(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        registered.add(asked);
        send(exchange, 201, asked.copy().put("client_id", "client-" + registered.size()));
    }

    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> asked = read(exchange.getRequestURI().getRawQuery());
        String code = UUID.randomUUID().toString();
        Map<String, String> grant = new HashMap<>(asked);
        grant.put("person", person);
        codes.put(code, grant);
        String issuer = issuerInReturn.apply(issuer());
        String back = asked.get("redirect_uri") + "?code=" + code + "&state=" + asked.get("state")
                + (issuer == null ? "" : "&iss=" + URLEncoder.encode(issuer, StandardCharsets.UTF_8));
        exchange.getResponseHeaders().add("Location", back);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = form(exchange);
        String basic = exchange.getRequestHeaders().getFirst("Authorization");
        if (basic != null) form.put("basic", basic);
        tokenRequests.add(form);
        if (form.get("grant_type").equals("refresh_token")) beforeRenewal.run();
        Map<String, String> grant = form.get("grant_type").equals("refresh_token")
                ? refreshTokens.remove(form.getOrDefault("refresh_token", ""))
                : ofCode(form);
        if (grant == null || !grant.get("resource").equals(form.get("resource"))) {
            send(exchange, 400, new JsonObject().put("error", "invalid_grant"));
            return;
        }
        String access = UUID.randomUUID().toString();
        String refresh = UUID.randomUUID().toString();
        tokens.put(access, grant);
        refreshTokens.put(refresh, grant);
        send(
                exchange,
                200,
                new JsonObject()
                        .put("access_token", access)
                        .put("refresh_token", refresh)
                        .put("token_type", "Bearer")
                        .put("scope", grant.getOrDefault("scope", ""))
                        .put("expires_in", lifeS));
    }

    private Map<String, String> ofCode(Map<String, String> form) {
        Map<String, String> grant = codes.remove(form.getOrDefault("code", ""));
        boolean fits = grant != null
                && grant.get("redirect_uri").equals(form.get("redirect_uri"))
                && grant.get("code_challenge").equals(challenge(form.get("code_verifier")));
        return fits ? grant : null;
    }

    private static String challenge(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> form(HttpExchange exchange) throws IOException {
        return read(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    }

    private static Map<String, String> read(String encoded) {
        Map<String, String> found = new HashMap<>();
        for (String pair : encoded.split("&")) {
            String[] parts = pair.split("=", 2);
            found.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return found;
    }

    private static void send(HttpExchange exchange, int status, JsonObject body) throws IOException {
        byte[] bytes = body.encode().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
