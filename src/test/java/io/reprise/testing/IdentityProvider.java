package io.reprise.testing;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;

/** An identity provider that only publishes keys. It can rotate them, break, and be slow. */
public final class IdentityProvider implements AutoCloseable {
    public static final String ISSUER = "https://id.example.org/";
    public static final String AUDIENCE = "reprise";

    /** Creating one takes longer than most tests. */
    private static final RSAKey FIRST = Signed.rsa("first");

    private final HttpServer server;
    private final AtomicInteger fetches = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile List<JWK> published;
    private volatile JWK current;
    private volatile String beside = "";
    private volatile Mood mood = Mood.WELL;

    /** How it answers. */
    public enum Mood {
        WELL,
        BROKEN,
        SILENT,
        /** It answers correctly once it is {@link #release released}. */
        LATE,
        GARBAGE,
        ENDLESS,
        ELSEWHERE
    }

    public IdentityProvider() {
        current = FIRST;
        published = List.of(current);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/keys", this::answer);
        server.createContext("/others", exchange -> send(exchange, 200, keys()));
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
    }

    /** How often its keys were requested. */
    public int fetches() {
        return fetches.get();
    }

    public void mood(Mood now) {
        mood = now;
    }

    /** Releases the answers that are {@code LATE}. */
    public void release() {
        released.countDown();
    }

    /** From now on signs with a new key, and publishes only this key. */
    public void rotate(JWK next) {
        current = next;
        published = List.of(next);
    }

    /** Publishes one more key, unchanged, before its own. */
    public void publishBeside(String json) {
        beside = json + ",";
    }

    /** A token that is valid for an hour. */
    public String token(String user, String... roles) {
        return sign(claims(user).put("realm_access", new JsonObject().put("roles", List.of(roles))));
    }

    public JsonObject claims(String user) {
        return new JsonObject()
                .put("iss", ISSUER)
                .put("aud", AUDIENCE)
                .put("sub", user)
                .put("exp", Instant.now().getEpochSecond() + 3_600);
    }

    public String sign(JsonObject claims) {
        return Signed.by(current, "RS256", claims);
    }

    private String keys() {
        return new JWKSet(published).toString(true).replaceFirst("\\[", Matcher.quoteReplacement("[" + beside));
    }

    private void answer(HttpExchange exchange) throws IOException {
        fetches.incrementAndGet();
        switch (mood) {
            case WELL -> send(exchange, 200, keys());
            case BROKEN -> send(exchange, 503, "{}");
            case GARBAGE -> send(exchange, 200, "<html>");
            case ENDLESS -> send(exchange, 200, "{\"keys\":[\"" + "x".repeat(1_000_000));
            case ELSEWHERE -> {
                exchange.getResponseHeaders().add("Location", "/others");
                send(exchange, 302, "");
            }
            case SILENT -> {
                await(closing);
                exchange.close();
            }
            case LATE -> {
                await(released);
                send(exchange, 200, keys());
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        released.countDown();
        closing.countDown();
        server.stop(0);
    }
}
