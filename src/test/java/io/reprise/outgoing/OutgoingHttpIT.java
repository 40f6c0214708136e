package io.reprise.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.hook.OutgoingSettings;
import io.reprise.outgoing.OutgoingResult.Answered;
import io.reprise.outgoing.OutgoingResult.Failed;
import io.reprise.outgoing.OutgoingResult.Refused;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls to a server on this machine, whose name an operator has allowed. */
class OutgoingHttpIT {
    private final Vertx vertx = Vertx.vertx();
    private final Map<String, List<String>> addresses = new HashMap<>();
    private final List<String> lookedUp = Collections.synchronizedList(new ArrayList<>());
    private final List<String> received = Collections.synchronizedList(new ArrayList<>());
    /** Longer than any call takes on a busy machine. */
    private static final int LONG_MS = 60_000;

    private int port;

    @BeforeEach
    void start() throws TimeoutException {
        port = vertx.createHttpServer()
                .requestHandler(this::handle)
                .listen(0, "127.0.0.1")
                .await(60, TimeUnit.SECONDS)
                .actualPort();
        addresses.put("receiver.test", List.of("127.0.0.1"));
        addresses.put("second.test", List.of("127.0.0.1"));
        addresses.put("private.test", List.of("127.0.0.1"));
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        request.body().onSuccess(body -> {
            received.add(request.method() + " " + request.getHeader("Host").replaceAll(":.*", "") + request.uri() + " "
                    + request.getHeader("X-Plain") + " " + request.getHeader("X-Secret") + " " + body);
            switch (request.path()) {
                case "/to-second" -> redirect(response, "http://second.test:" + port + "/end");
                case "/to-itself" -> redirect(response, "end");
                case "/to-private" -> redirect(response, "http://private.test:" + port + "/end");
                case "/to-metadata" -> redirect(response, "http://169.254.169.254/");
                case "/to-file" -> redirect(response, "file:///etc/passwd");
                case "/forever" -> redirect(response, "/forever");
                case "/moved" ->
                    response.setStatusCode(302).putHeader("Location", "/end").end("moved");
                case "/long" -> response.end("x".repeat(2_000));
                case "/silent" -> {}
                default -> response.setStatusCode(201).end("thanks");
            }
        });
    }

    private static void redirect(HttpServerResponse response, String location) {
        response.setStatusCode(307).putHeader("Location", location).end();
    }

    @Test
    void the_connection_is_made_to_the_address_that_was_judged() {
        // No other part of the program can look this name up.
        assertThat(post("http://receiver.test:" + port + "/end")).isEqualTo(new Answered(201, "thanks"));
        assertThat(received).containsExactly("POST receiver.test/end plain secret body");
        assertThat(lookedUp).containsExactly("receiver.test");
    }

    /**
     * Symptom: a call failed with "The connection failed." although it was answered. Cause: the caller's thread was later
     * than the end of the answer.
     */
    @RepeatedTest(200)
    void an_answer_is_received_however_late_the_caller_is() {
        OutgoingTerms terms = new OutgoingTerms(HostList.of(List.of("receiver.test")), LONG_MS, 1_000);
        String url = "http://receiver.test:" + port + "/end";

        assertThat(get(url, terms)).isEqualTo(new Answered(201, "", null, page(url, "thanks", false)));
        assertThat(post(url)).isEqualTo(new Answered(201, "thanks"));
    }

    @Test
    void a_name_that_has_another_address_the_next_time_is_judged_again() {
        String url = "http://changing.test:" + port + "/end";
        addresses.put("changing.test", List.of("127.0.0.1"));

        assertThat(post(url)).isInstanceOf(Refused.class);
        assertThat(post("http://private.test:" + port + "/end")).isInstanceOf(Refused.class);
        assertThat(post("http://127.0.0.1:" + port + "/end")).isInstanceOf(Refused.class);
        assertThat(post("http://localhost:" + port + "/end")).isInstanceOf(Failed.class);
        assertThat(received).isEmpty();
    }

    @Test
    void an_address_that_does_not_answer_is_followed_by_the_next_one() {
        addresses.put("receiver.test", List.of("127.0.0.2", "127.0.0.1"));

        assertThat(post("http://receiver.test:" + port + "/end")).isEqualTo(new Answered(201, "thanks"));
    }

    @Test
    void an_address_of_ipv6_is_called_as_it_is_written() throws TimeoutException {
        int other = vertx.createHttpServer()
                .requestHandler(request -> request.response().end(request.getHeader("Host")))
                .listen(0, "::1")
                .await(60, TimeUnit.SECONDS)
                .actualPort();

        assertThat(post("http://[::1]:" + other + "/")).isEqualTo(new Answered(200, "[0:0:0:0:0:0:0:1]:" + other));
    }

    @Test
    void redirects_are_judged_and_secrets_stay_at_their_origin() {
        String at = "http://receiver.test:" + port;

        assertThat(post(at + "/to-itself")).isEqualTo(new Answered(201, "thanks"));
        assertThat(post(at + "/to-second")).isEqualTo(new Answered(201, "thanks"));
        assertThat(received)
                .containsExactly(
                        "POST receiver.test/to-itself plain secret body",
                        "POST receiver.test/end plain secret body",
                        "POST receiver.test/to-second plain secret body",
                        "POST second.test/end plain null body");
        assertThat(post(at + "/to-private")).isInstanceOf(Refused.class);
        assertThat(post(at + "/to-metadata")).isInstanceOf(Refused.class);
        assertThat(post(at + "/to-file")).isInstanceOf(Refused.class);
        assertThat(received).hasSize(7).noneMatch(line -> line.contains("private.test"));
    }

    @Test
    void redirects_are_limited_and_a_request_with_a_body_does_not_become_another() {
        String at = "http://receiver.test:" + port;

        assertThat(post(at + "/forever")).isEqualTo(new Failed("It redirects too often."));
        assertThat(received).hasSize(3);
        assertThat(post(at + "/moved")).isEqualTo(new Answered(302, "moved"));
        assertThat(get(at + "/moved")).isEqualTo(new Answered(201, "thanks"));
    }

    @Test
    void time_and_size_of_an_answer_are_limited() {
        String at = "http://receiver.test:" + port;

        assertThat(post(at + "/long")).isEqualTo(new Failed("The answer is too long."));
        assertThat(call(new OutgoingCall("GET", at + "/silent", Map.of(), Map.of(), null, true), 100))
                .isEqualTo(new Failed("There was no answer in time."));
        assertThat(call(new OutgoingCall("GET", at + "/long", Map.of(), Map.of(), null, false)))
                .as("where the status is enough")
                .isEqualTo(new Answered(200, ""));
        assertThat(post("http://unknown.test/")).isEqualTo(new Failed("The host is unknown."));
    }

    /** The connection is made to an address, but the certificate must be that of the name. */
    @Test
    void a_certificate_must_be_trusted_and_name_the_host(@TempDir Path folder) throws Exception {
        PfxOptions key = certificate(folder, "receiver.test");
        int secure = vertx.createHttpServer(new HttpServerOptions().setSsl(true).setKeyCertOptions(key))
                .requestHandler(this::handle)
                .listen(0, "127.0.0.1")
                .await(60, TimeUnit.SECONDS)
                .actualPort();
        HttpClientOptions trusting = new HttpClientOptions().setTrustOptions(key);

        assertThat(get("https://receiver.test:" + secure + "/end", trusting)).isEqualTo(new Answered(201, "thanks"));
        assertThat(get("https://second.test:" + secure + "/end", trusting))
                .asString()
                .contains("No secure connection");
        assertThat(get("https://receiver.test:" + secure + "/end", new HttpClientOptions()))
                .asString()
                .contains("No secure connection");
        assertThat(received).hasSize(1);
    }

    private static PfxOptions certificate(Path folder, String name) throws IOException, InterruptedException {
        Path file = folder.resolve("key.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "key",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:" + name,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "password",
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        return new PfxOptions().setPath(file.toString()).setPassword("password");
    }

    @Test
    void a_call_with_terms_reaches_only_their_hosts_also_by_redirects() {
        String at = "http://receiver.test:" + port;
        OutgoingTerms one = new OutgoingTerms(HostList.of(List.of("receiver.test")), LONG_MS, 1_000);

        assertThat(get(at + "/end", one)).isEqualTo(new Answered(201, "", null, page(at + "/end", "thanks", false)));
        assertThat(get(at + "/to-second", one))
                .isEqualTo(new Refused("The host is not on the list of hosts that may be called."));
        assertThat(get("http://second.test:" + port + "/end", one)).isInstanceOf(Refused.class);
        assertThat(received).hasSize(2);
    }

    /** Otherwise a page could make an agent read what an operator has allowed for webhooks. */
    @Test
    void all_hosts_are_all_on_the_public_internet_whatever_else_is_allowed() {
        OutgoingTerms all = new OutgoingTerms(HostList.of(List.of("*")), LONG_MS, 1_000);
        OutgoingTerms named = new OutgoingTerms(HostList.of(List.of("*", "*.test")), LONG_MS, 1_000);

        assertThat(get("http://receiver.test:" + port + "/end", all)).isInstanceOf(Refused.class);
        assertThat(get("http://[::1]:" + port + "/end", all)).isInstanceOf(Refused.class);
        assertThat(received).isEmpty();
        assertThat(get("http://receiver.test:" + port + "/to-private", named)).isInstanceOf(Refused.class);
        assertThat(get("http://receiver.test:" + port + "/to-metadata", named)).isInstanceOf(Refused.class);
        assertThat(get("http://receiver.test:" + port + "/to-second", named)).isInstanceOf(Answered.class);
    }

    @Test
    void the_body_of_a_call_with_terms_is_cut() {
        OutgoingTerms brief = new OutgoingTerms(HostList.of(List.of("receiver.test")), LONG_MS, 50);
        String url = "http://receiver.test:" + port + "/long";

        assertThat(get(url, brief)).isEqualTo(new Answered(200, "", null, page(url, "x".repeat(50), true)));
    }

    private static OutgoingResult.Page page(String url, String body, boolean cut) {
        return new OutgoingResult.Page(url, null, Buffer.buffer(body), cut);
    }

    private OutgoingResult get(String url, OutgoingTerms terms) {
        return call(
                new OutgoingCall("GET", url, Map.of(), Map.of(), null, true), terms, new HttpClientOptions(), LONG_MS);
    }

    private OutgoingResult post(String url) {
        byte[] body = "body".getBytes(StandardCharsets.UTF_8);
        return call(
                new OutgoingCall("POST", url, Map.of("X-Plain", "plain"), Map.of("X-Secret", "secret"), body, true));
    }

    private OutgoingResult get(String url) {
        return call(new OutgoingCall("GET", url, Map.of(), Map.of(), null, true));
    }

    private OutgoingResult get(String url, HttpClientOptions options) {
        return call(new OutgoingCall("GET", url, Map.of(), Map.of(), null, true), options, LONG_MS);
    }

    private OutgoingResult call(OutgoingCall call) {
        return call(call, LONG_MS);
    }

    private OutgoingResult call(OutgoingCall call, int limitMs) {
        return call(call, new HttpClientOptions(), limitMs);
    }

    private OutgoingResult call(OutgoingCall call, HttpClientOptions options, int limitMs) {
        return call(call, null, options, limitMs);
    }

    private OutgoingResult call(OutgoingCall call, OutgoingTerms terms, HttpClientOptions options, int limitMs) {
        List<String> allow = List.of("receiver.test", "second.test", "::1");
        Current<OutgoingSettings> settings = Current.always(new OutgoingSettings(allow, LONG_MS, limitMs, 1_000, 2, 4));
        OutgoingHttp http = new OutgoingHttp(vertx, this::look, new OutgoingGuard(settings), settings, options);
        try {
            return http.call(call, terms).await(60, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private Future<List<InetAddress>> look(String host) {
        lookedUp.add(host);
        try {
            List<InetAddress> found = new ArrayList<>();
            for (String address : addresses.getOrDefault(host, List.of())) found.add(InetAddress.getByName(address));
            return found.isEmpty()
                    ? Future.failedFuture(new UnknownHostException(host))
                    : Future.succeededFuture(found);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
