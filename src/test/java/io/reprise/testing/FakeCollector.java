package io.reprise.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A collector of traces that speaks OTLP over HTTP, and can refuse or never answer. */
public final class FakeCollector implements AutoCloseable {
    /** What it does with a request. */
    public enum Mood {
        TAKES,
        REFUSES,
        /** Refuses the next request, then takes. */
        REFUSES_ONCE,
        HANGS
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Seen> spans = new CopyOnWriteArrayList<>();
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private final List<Headers> headers = new CopyOnWriteArrayList<>();
    private final List<String> resources = new CopyOnWriteArrayList<>();
    private volatile Mood mood = Mood.TAKES;

    /**
     * A span.
     *
     * @param links as {@code trace id-span id}
     * @param parent its id; empty for a root span
     */
    public record Seen(
            String name,
            String trace,
            String id,
            String parent,
            List<String> links,
            Map<String, String> attributes,
            boolean failed,
            String kind) {
        /** How other spans link to this one. */
        public String link() {
            return trace + "-" + id;
        }

        public String get(String attribute) {
            return attributes.get(attribute);
        }

        public boolean isChildOf(Seen other) {
            return trace.equals(other.trace) && parent.equals(other.id);
        }

        private static Seen of(Span span) {
            return new Seen(
                    span.getName(),
                    hex(span.getTraceId()),
                    hex(span.getSpanId()),
                    hex(span.getParentSpanId()),
                    span.getLinksList().stream()
                            .map(link -> hex(link.getTraceId()) + "-" + hex(link.getSpanId()))
                            .toList(),
                    span.getAttributesList().stream()
                            .collect(Collectors.toMap(KeyValue::getKey, pair -> text(pair.getValue()))),
                    span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR,
                    span.getKind().name());
        }

        private static String hex(ByteString id) {
            return HexFormat.of().formatHex(id.toByteArray());
        }

        private static String text(AnyValue value) {
            return switch (value.getValueCase()) {
                case STRING_VALUE -> value.getStringValue();
                case INT_VALUE -> Long.toString(value.getIntValue());
                case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
                case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
                case ARRAY_VALUE ->
                    value.getArrayValue().getValuesList().stream()
                            .map(Seen::text)
                            .collect(Collectors.joining(","));
                default -> value.toString();
            };
        }
    }

    private FakeCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    public static FakeCollector start() {
        try {
            return new FakeCollector();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public FakeCollector that(Mood next) {
        mood = next;
        return this;
    }

    /** Settings of a server that sends its spans here at once. */
    public Map<String, String> settings() {
        return Map.of("tracing.enabled", "true", "tracing.endpoint", url(), "tracing.delayMs", "10");
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    private void take(HttpExchange exchange) throws IOException {
        // Not closed: an exchange without a body of its response would close the connection, which the sender uses
        // again.
        try {
            byte[] body = exchange.getRequestBody().readAllBytes();
            headers.add(exchange.getRequestHeaders());
            switch (mood) {
                case TAKES -> {
                    read(body);
                    exchange.sendResponseHeaders(200, -1);
                }
                case REFUSES_ONCE -> {
                    mood = Mood.TAKES;
                    exchange.sendResponseHeaders(503, -1);
                }
                case REFUSES -> exchange.sendResponseHeaders(503, -1);
                case HANGS -> closing.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(byte[] body) throws InvalidProtocolBufferException {
        ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().forEach(of -> {
            resources.add(of.getResource().getAttributesList().toString());
            of.getScopeSpansList()
                    .forEach(
                            scope -> scope.getSpansList().stream().map(Seen::of).forEach(this::keep));
        });
    }

    /** A request may arrive again if its answer was lost. */
    private void keep(Seen span) {
        if (ids.add(span.link())) spans.add(span);
    }

    public List<Seen> spans() {
        return List.copyOf(spans);
    }

    /** The headers of each request so far. */
    public List<Headers> headers() {
        return List.copyOf(headers);
    }

    /** The resource of each group of spans so far. */
    public List<String> resources() {
        return List.copyOf(resources);
    }

    /** The span of a run's attempt. */
    public Seen awaitRun(String run, int attempt) {
        return awaitOne(
                "run " + run,
                span -> run.equals(span.get("reprise.run"))
                        && Integer.toString(attempt).equals(span.get("reprise.run.attempt")));
    }

    /** The only such span; waits until it is there. */
    public Seen awaitOne(String what, java.util.function.Predicate<Seen> wanted) {
        Awaitility.await(what).atMost(Patience.LIMIT).until(() -> spans.stream().anyMatch(wanted));
        List<Seen> found = spans.stream().filter(wanted).toList();
        if (found.size() != 1) throw new AssertionError(what + ": " + found);
        return found.getFirst();
    }

    /** Waits for requests in any mood. */
    public void awaitRequest() {
        Awaitility.await("a request").atMost(Patience.LIMIT).until(() -> !headers.isEmpty());
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.close();
    }
}
