package io.reprise.testing;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * An identity provider of OpenID Connect with real HTTP and real keys. It is as strict as good ones are: a code and a
 * refresh token are valid once, and a refresh token that is used twice ends its whole sign-in. It can also misbehave.
 */
public final class OidcProvider implements AutoCloseable {
    public static final String CLIENT = "reprise";
    public static final String SECRET = "s+cret/with:signs";
    public static final RSAKey KEY = Signed.rsa("oidc");

    private final HttpServer server;
    private final Map<String, Grant> codes = new ConcurrentHashMap<>();
    private final Map<String, Grant> refreshTokens = new ConcurrentHashMap<>();
    private final List<String> secrets = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> authorizations = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> logouts = new CopyOnWriteArrayList<>();
    private final AtomicInteger refreshes = new AtomicInteger();
    private final AtomicInteger reuses = new AtomicInteger();
    private final AtomicInteger documents = new AtomicInteger();
    private volatile String user = "ada";
    private volatile int lifeS = 300;
    private volatile boolean givesRefreshTokens = true;
    private volatile boolean asks;
    private volatile String denial;
    private volatile boolean down;
    private volatile int tokenStatus = 200;
    private volatile String tokenBody;
    private volatile UnaryOperator<JsonObject> document = json -> json;
    private volatile UnaryOperator<JsonObject> claims = json -> json;
    private volatile UnaryOperator<JsonObject> answer = json -> json;
    private volatile Function<JsonObject, String> signer = this::signed;

    /** The content of a user's consent. */
    private static final class Grant {
        private final String user;
        private final Map<String, String> asked;
        private final List<String> refreshTokens = new ArrayList<>();
        private volatile boolean over;

        Grant(String user, Map<String, String> asked) {
            this.user = user;
            this.asked = asked;
        }
    }

    public OidcProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        serve("/realm/.well-known/openid-configuration", this::document);
        serve("/keys", exchange -> send(exchange, 200, new JWKSet(List.<JWK>of(KEY)).toString(true)));
        serve("/authorize", this::authorize);
        serve("/token", this::token);
        serve("/logout", this::logout);
        server.start();
    }

    /** An unavailable provider executes no request: a refresh token is not used up by it. */
    private void serve(String path, HttpHandler handler) {
        server.createContext(path, exchange -> {
            if (down) send(exchange, 503, "away");
            else handler.handle(exchange);
        });
    }

    /** Another site than that of the server under test, as browsers see it. */
    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    public String issuer() {
        return url() + "/realm";
    }

    // --- its behaviour

    /**
     * Settings of a server whose users sign in here.
     *
     * @param port of that server, on this machine
     * @param folder for a file with the client's secret
     */
    public Map<String, String> settings(int port, Path folder) {
        try {
            Path secret = Files.writeString(folder.resolve("client-secret"), SECRET);
            return new HashMap<>(Map.of(
                    "server.port",
                    String.valueOf(port),
                    "server.publicUrl",
                    "http://127.0.0.1:" + port,
                    "auth.mode",
                    "jwt",
                    "auth.clockSkewMs",
                    "0",
                    "auth.oidc.issuer",
                    issuer(),
                    "auth.oidc.clientId",
                    CLIENT,
                    "auth.oidc.clientSecret",
                    "file:" + secret,
                    "auth.oidc.name",
                    "Acme"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It behaves well again, and has forgotten what happened. */
    public void reset() {
        user = "ada";
        lifeS = 300;
        givesRefreshTokens = true;
        asks = false;
        denial = null;
        down = false;
        tokens(200, null);
        document = json -> json;
        claims = json -> json;
        answer = json -> json;
        signer = this::signed;
        Stream.of(codes, refreshTokens).forEach(Map::clear);
        Stream.of(secrets, authorizations, logouts).forEach(List::clear);
        Stream.of(refreshes, reuses, documents).forEach(count -> count.set(0));
    }

    /** The next user who signs in. */
    public void user(String name) {
        user = name;
    }

    /** The lifetime of its tokens. */
    public void lifeS(int seconds) {
        lifeS = seconds;
    }

    public void givesNoRefreshTokens() {
        givesRefreshTokens = false;
    }

    /** It shows a page with a link, which must be clicked, instead of redirecting immediately. */
    public void asks() {
        asks = true;
    }

    /** Answers sign-ins with this error; null: with a code. */
    public void denies(String error) {
        denial = error;
    }

    /** Everything is answered 503. */
    public void down(boolean isDown) {
        down = isDown;
    }

    /** The answer of the token endpoint; null: the regular one. */
    public void tokens(int status, String body) {
        tokenStatus = status;
        tokenBody = body;
    }

    public void document(UnaryOperator<JsonObject> change) {
        document = change;
    }

    public void claims(UnaryOperator<JsonObject> change) {
        claims = change;
    }

    public void answers(UnaryOperator<JsonObject> change) {
        answer = change;
    }

    public void signs(Function<JsonObject, String> other) {
        signer = other;
    }

    public String signed(JsonObject content) {
        return Signed.by(KEY, "RS256", content);
    }

    /** Ends all sign-ins: no refresh token is valid any more. */
    public void revoke() {
        refreshTokens.values().forEach(grant -> grant.over = true);
    }

    // --- what happened

    public int refreshes() {
        return refreshes.get();
    }

    /** Refresh tokens that were used twice. */
    public int reuses() {
        return reuses.get();
    }

    public int documents() {
        return documents.get();
    }

    /** Every token that it has issued. */
    public List<String> secrets() {
        return List.copyOf(secrets);
    }

    /** The parameters of the sign-ins, the last one last. */
    public List<Map<String, String>> authorizations() {
        return List.copyOf(authorizations);
    }

    public List<Map<String, String>> logouts() {
        return List.copyOf(logouts);
    }

    // --- endpoints

    private void document(HttpExchange exchange) throws IOException {
        documents.incrementAndGet();
        JsonObject json = new JsonObject()
                .put("issuer", issuer())
                .put("authorization_endpoint", url() + "/authorize?tenant=acme")
                .put("token_endpoint", url() + "/token")
                .put("jwks_uri", url() + "/keys")
                .put("end_session_endpoint", url() + "/logout")
                .put("token_endpoint_auth_methods_supported", JsonArray.of("client_secret_basic"));
        send(exchange, 200, document.apply(json).encode());
    }

    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> asked = parsed(exchange.getRequestURI().getRawQuery());
        authorizations.add(asked);
        String code = UUID.randomUUID().toString();
        codes.put(code, new Grant(user, asked));
        String back = asked.get("redirect_uri") + "?state=" + encoded(asked.get("state")) + "&iss=" + encoded(issuer())
                + (denial == null ? "&code=" + code : "&error=" + denial);
        if (!asks) {
            redirect(exchange, back);
            return;
        }
        exchange.getResponseHeaders().add("Content-Type", "text/html");
        send(exchange, 200, "<a id='continue' href='" + back + "'>Continue</a>");
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = parsed(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        if (tokenBody != null) {
            send(exchange, tokenStatus, tokenBody);
            return;
        }
        if (!isClient(exchange, form)) {
            send(exchange, 401, "{\"error\":\"invalid_client\"}");
            return;
        }
        Grant grant =
                "refresh_token".equals(form.get("grant_type")) ? refreshed(form.get("refresh_token")) : exchanged(form);
        if (grant == null) send(exchange, 400, "{\"error\":\"invalid_grant\"}");
        else send(exchange, 200, tokens(grant, form.get("grant_type").equals("refresh_token")));
    }

    private boolean isClient(HttpExchange exchange, Map<String, String> form) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        if (header == null) return CLIENT.equals(form.get("client_id")) && SECRET.equals(form.get("client_secret"));
        String both = CLIENT + ":" + encoded(SECRET);
        return header.equals("Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }

    private Grant exchanged(Map<String, String> form) {
        Grant grant = codes.remove(form.getOrDefault("code", ""));
        if (grant == null) return null;
        boolean fits = form.get("redirect_uri").equals(grant.asked.get("redirect_uri"))
                && "S256".equals(grant.asked.get("code_challenge_method"))
                && challenge(form.get("code_verifier")).equals(grant.asked.get("code_challenge"));
        return fits ? grant : null;
    }

    private synchronized Grant refreshed(String token) {
        Grant grant = refreshTokens.get(token);
        if (grant == null || grant.over) return null;
        if (!token.equals(grant.refreshTokens.getLast())) {
            reuses.incrementAndGet();
            grant.over = true;
            return null;
        }
        refreshes.incrementAndGet();
        return grant;
    }

    private synchronized String tokens(Grant grant, boolean again) {
        long nowS = Instant.now().getEpochSecond();
        JsonObject content = new JsonObject()
                .put("iss", issuer())
                .put("aud", CLIENT)
                .put("sub", grant.user)
                .put("name", grant.user.toUpperCase(java.util.Locale.ROOT))
                .put("roles", JsonArray.of("user"))
                .put("iat", nowS)
                .put("exp", nowS + lifeS);
        if (!again) content.put("nonce", grant.asked.get("nonce"));
        String idToken = signer.apply(claims.apply(content));
        String access = "access-" + UUID.randomUUID();
        JsonObject json = new JsonObject()
                .put("token_type", "Bearer")
                .put("access_token", access)
                .put("id_token", idToken)
                .put("expires_in", lifeS);
        secrets.addAll(List.of(idToken, access));
        if (givesRefreshTokens) {
            String refresh = "refresh-" + UUID.randomUUID();
            grant.refreshTokens.add(refresh);
            refreshTokens.put(refresh, grant);
            secrets.add(refresh);
            json.put("refresh_token", refresh);
        }
        return answer.apply(json).encode();
    }

    private void logout(HttpExchange exchange) throws IOException {
        Map<String, String> asked = parsed(exchange.getRequestURI().getRawQuery());
        logouts.add(asked);
        redirect(exchange, asked.get("post_logout_redirect_uri"));
    }

    // --- helpers

    private static String challenge(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    public static Map<String, String> parsed(String query) {
        Map<String, String> values = new HashMap<>();
        for (String pair : query.split("&")) {
            String[] parts = pair.split("=", 2);
            values.put(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    URLDecoder.decode(parts.length > 1 ? parts[1] : "", StandardCharsets.UTF_8));
        }
        return values;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private void redirect(HttpExchange exchange, String address) throws IOException {
        exchange.getResponseHeaders().add("Location", address);
        send(exchange, 302, "");
    }

    private void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
