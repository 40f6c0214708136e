package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.testing.Seed;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Requests that ordinary clients do not send, byte by byte. */
class OddRequestsIT {
    private static final int REQUESTS = Integer.getInteger("test.oddRequests", 1_500);

    private static final String[] METHODS = {
        "GET", "GET", "POST", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PURGE", "get",
        "X-Y"
    };
    private static final String[] PATHS = {
        "/",
        "/ws",
        "/openapi.yaml",
        "/health/live",
        "/health/ready",
        "/metrics",
        "/docs/protocol.md",
        "/webjars/x",
        "/none",
        "/api/v1/sessions",
        "/api/v1/sessions/s1",
        "/api/v1/sessions/s1/messages",
        "/api/v1/sessions/s1/stop",
        "/api/v1/sessions/s1/events",
        "/api/v1/sessions/s1/export",
        "/api/v1/sessions/s1/checkpoints",
        "/api/v1/me",
        "/api/v1/login",
        "/api/v1/logout",
        "/api/v1/dev/token",
        "/api/v1/audit",
        "/api/v1/recalls",
        "/api/v1/recalls/r1",
        "/api/v1/sessions/s1/recalls",
        "/api/v1/sessions/s1/fork",
        "/api/v1/nowhere",
        "/v1/models",
        "/v1/chat/completions",
        "/v1/nowhere",
        "/agui/assistant",
        "/agui/assistant/runs/r1",
        "/api/",
        "/api/v1"
    };
    /** Where errors never have the form of OpenAI's; {@code /api/..} leads to another place. */
    private static final Pattern API = Pattern.compile("(?i)^\\S+ (http://localhost)?/+api/(?!\\S*(\\.|%2e){2})");

    private static final String[] SPOILS = {
        "%",
        "%zz",
        "%2",
        "%00",
        "%c3%28",
        "%ff",
        "/..%2f..",
        "//",
        "/%2e%2e/",
        "\\",
        "|",
        "\"",
        "{}",
        ";x=1",
        "#f",
        "+",
        "é",
        "\u0000",
        "\u0001",
        "/%25",
        "%2F",
        "/.",
        "~"
    };
    private static final String[] QUERIES = {
        "?",
        "?q=%",
        "?q=%zz",
        "?a=1&a=2",
        "?limit=99999999999999999999",
        "?limit=%31",
        "?q=%00",
        "?q=%ff",
        "?=&&=",
        "?q=a+b",
        "?session=%zz",
        "?session=",
        "?session=%00",
        "?cursor=%E0%A4%A",
        "?;",
        "?q=" + "x".repeat(3_000),
        "?limit=-1&q=%20"
    };
    private static final String[] TYPES = {
        "application/json",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "multipart/mixed",
        "text/plain",
        "",
        ";",
        "a/b/c",
        "APPLICATION/JSON;;;",
        "application/json, text/plain"
    };
    private static final String[] BODIES = {
        "",
        "{}",
        "{",
        "null",
        "[]",
        "a=b&c=%",
        "a=%zz",
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--",
        "{\"text\":\"hi\"}",
        "{\"user\":\"ann\"}",
        "\u0000\u0001",
        "{\"user\":\"\\u0000\"}",
        "[".repeat(2_000),
        "\"\\ud800\"",
        "{\"title\":\"" + "y".repeat(20_000) + "\"}",
        "é",
        "{\"text\":\"hi\",\"text\":5}"
    };
    private static final String[] JUNK = {
        "Expect: 100-continue",
        "Expect: nonsense",
        "Content-Encoding: gzip",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: identity",
        "Connection: close",
        "Connection: keep-alive, Upgrade",
        "Upgrade: websocket",
        "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade, HTTP2-Settings",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Version: 7",
        "Sec-WebSocket-Key: x",
        "Origin: null",
        "Origin: http://[",
        "Origin: http://localhost",
        "Cookie: reprise_session=%zz; a",
        "Cookie: ;;=;\"",
        "Accept: */",
        "Accept: ,;q=x",
        "Accept-Language: %%",
        "Range: bytes=5-1",
        "Range: bytes=-",
        "Range: x",
        "If-Modified-Since: no",
        "If-None-Match: \"",
        "Idempotency-Key: \u00e9",
        "Last-Event-ID: x:y",
        "Last-Event-ID: e0:99999999999999999999",
        "X-Forwarded-For: ,,,",
        "Forwarded: for=\"[",
        "Content-Length: 3",
        "Content-Length: x",
        "Content-Length: -1",
        "Access-Control-Request-Method: %",
        "Authorization: Bearer",
        "Authorization: Basic eA==",
        "Bad Name: x",
        ": x",
        "X-Long: " + "z".repeat(5_000),
        "Host: other",
        "Host: a b",
        "Host:",
        "X-Nul: a\u0000b",
        " folded"
    };

    private final List<String> traces = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getThrowableProxy() != null) {
                traces.add(event.getLoggerName() + ": " + event.getFormattedMessage() + " "
                        + event.getThrowableProxy().getClassName() + " "
                        + event.getThrowableProxy().getMessage());
            }
        }
    };
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private GatewayFixture server;

    @BeforeEach
    void start() {
        appender.start();
        root.addAppender(appender);
        server = new GatewayFixture("gateway.commandMs", "1000", "limits.receiveMs", "300");
        server.sessions.put("s1", "me", 3);
        server.directory.put("me", "s1", 3);
        server.rows.rows.add(
                new LogRow.Segment(1, 3, "r1", LogEvent.TEXT_CONTENT, "m1", "one", new int[] {1, 2, 3}, 0));
        CommandOutcome refused = new CommandOutcome.Refused(Failure.of(ErrorCode.CONFLICT, "No."));
        server.sessions.on(owner -> owner.commands = (fake, request) ->
                new Delivery.Answer(fake.number, request.replyTo().ticket(), refused));
    }

    @AfterEach
    void stop() {
        server.close();
        root.detachAppender(appender);
    }

    /**
     * Symptom: such requests were answered 500 or by plain text, not answered at all, or logged with a stack trace
     * each.
     * Cause: the libraries behind the routes decode path, query and forms by themselves, and throw.
     */
    @Test
    void every_request_is_answered_without_a_fault_of_the_server_or_its_connection_ends() {
        Random random = Seed.random("OddRequestsIT");
        for (int i = 0; i < REQUESTS; i++) {
            String request = request(random);

            String answer = answer(request);

            check(request, answer);
        }
    }

    @Test
    void a_client_that_disconnects_during_a_request_causes_no_server_error() {
        Random random = Seed.random("OddRequestsIT, cut");
        for (int i = 0; i < REQUESTS / 5; i++) {
            String request = request(random);
            try (RawClient raw = new RawClient(server.port, 0)) {
                raw.write(request.substring(0, random.nextInt(request.length())));
            }
        }

        check("the last one", answer("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    }

    /** Each of these once had no answer, plain text, or a 500, and nearly all had a stack trace in the log. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST /api/v1/logout?q=% | Content-Type: application/x-www-form-urlencoded | a=b | 400",
                "POST /api/v1/logout | Content-Type: application/x-www-form-urlencoded | a=% | 415",
                "POST /api/v1/logout | Content-Type: multipart/form-data; boundary=x | a=b | 415",
                "POST /api/v1/login | Content-Type: application/x-www-form-urlencoded | a=b | 415",
                "POST /api/v1/dev/token?q=% | Content-Type: application/x-www-form-urlencoded | a=b | 400",
                "POST /api/v1/dev/token | Content-Type: application/x-www-form-urlencoded | a=b | 415",
                "POST /api/v1/sessions/s1/messages | Content-Encoding: gzip | {} | 415",
                "GET /api/v1/sessions | Content-Type: application/x-www-form-urlencoded | a=b | 415",
                "GET /api/v1/me | Content-Type: multipart/form-data; boundary=x | a=b | 415",
                "DELETE /api/v1/sessions/s1 | Content-Type: multipart/form-data; boundary=x | a=b | 415",
                "GET /api/v1/me | Content-Type: application/json | {} | 200",
                "GET /api/v1/sessions/x?a=% | X: y | '' | 400",
                "GET /api/v1/sessions/%ff | X: y | '' | 400",
                "GET /ws?session=%zz | Upgrade: websocket | '' | 400",
                "GET /docs/%zz | X: y | '' | 400",
                "HEAD http://localhost/api/v1/me | X: y | '' | 200",
                "OPTIONS * | X: y | '' | 404",
                "GET /v1/sessions | X: y | '' | 404",
                "CONNECT http://localhost/api/%2e%2e//v1/sessions/s1/stop?; | Content-Encoding: gzip | {} | 404",
                "POST /api/v1/sessions | Expect: nonsense | {} | 417",
            })
    void requests_that_once_caused_faults_are_answered(String line, String header, String body, int status) {
        String request = line + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + server.token("me") + "\r\n"
                + header + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;

        String answer = answer(request);

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        check(request, answer);
    }

    private void check(String request, String answer) {
        assertThat(traces).as("stack traces, the last request: " + request).isEmpty();
        if (answer.isEmpty()) return; // The connection has ended.
        assertThat(answer).as(request).matches("(?s)HTTP/1\\.[01] [1-4][0-9][0-9].*");
        if (answer.matches("(?s)HTTP/1\\.[01] 4.*")) {
            boolean openAi = answer.toLowerCase(Locale.ROOT).contains("content-type: application/json\r\n");
            if (openAi) assertThat(request).doesNotContainPattern(API);
            else
                assertThat(answer.toLowerCase(Locale.ROOT))
                        .as(request)
                        .contains("content-type: application/problem+json");
            String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            if (body.isEmpty()) return;
            JsonObject error = openAi ? new JsonObject(body).getJsonObject("error") : new JsonObject(body);
            assertThat(error.getString("code")).as(request).isNotBlank();
        }
    }

    /** Empty when the connection ended without one. */
    private String answer(String request) {
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write(request.getBytes(StandardCharsets.ISO_8859_1));
            return raw.answer(request.startsWith("HEAD "));
        } catch (UncheckedIOException e) {
            throw new AssertionError("no answer to " + request, e);
        }
    }

    private String request(Random random) {
        List<String> lines = new ArrayList<>();
        String method = one(METHODS, random);
        String version = random.nextInt(12) == 0
                ? one(new String[] {"HTTP/1.0", "HTTP/2.0", "HTTP/1.2", "X", ""}, random)
                : "HTTP/1.1";
        lines.add(method + " " + target(random) + " " + version);
        if (random.nextInt(20) != 0) lines.add("Host: localhost:" + server.port);
        if (random.nextInt(3) != 0) lines.add("Authorization: Bearer " + server.token("me"));
        for (int i = random.nextInt(3); i > 0; i--) lines.add(one(JUNK, random));
        String body = one(BODIES, random);
        boolean chunked = random.nextInt(4) == 0;
        if (random.nextInt(3) != 0) lines.add("Content-Type: " + one(TYPES, random));
        if (chunked) lines.add("Transfer-Encoding: chunked");
        else if (random.nextInt(4) != 0)
            lines.add("Content-Length: " + body.getBytes(StandardCharsets.ISO_8859_1).length);
        lines.add("Connection: close");
        return String.join("\r\n", lines) + "\r\n\r\n" + (chunked ? chunks(body, random) : body);
    }

    private static String target(Random random) {
        StringBuilder target = new StringBuilder(one(PATHS, random));
        if (random.nextInt(3) == 0) target.insert(random.nextInt(target.length() + 1), one(SPOILS, random));
        if (random.nextInt(2) == 0) target.append(one(QUERIES, random));
        return switch (random.nextInt(15)) {
            case 0 -> "http://localhost" + target;
            case 1 ->
                one(new String[] {"*", "localhost:80", "http://", "?", "x".repeat(5_000), "http://h?a=%"}, random);
            default -> target.toString();
        };
    }

    private static String chunks(String body, Random random) {
        String good = Integer.toHexString(body.getBytes(StandardCharsets.ISO_8859_1).length) + "\r\n" + body
                + "\r\n0\r\n\r\n";
        return switch (random.nextInt(6)) {
            case 0 -> "zz\r\n" + body;
            case 1 -> "ffffffffffffffff\r\n" + body + "\r\n";
            case 2 -> "5;ext=\"\r\n" + body;
            case 3 -> good.substring(0, good.length() - 3) + "Trailer: x\r\n\r\n";
            default -> body.isEmpty() ? "0\r\n\r\n" : good;
        };
    }

    private static String one(String[] of, Random random) {
        return of[random.nextInt(of.length)];
    }
}
