package io.reprise.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.config.Settings;
import io.reprise.mcp.signin.SignInFailure;
import io.reprise.mcp.signin.SignInState;
import io.reprise.mcp.signin.SignInState.Way;
import io.reprise.support.StopSignal;
import io.reprise.support.WallClock;
import io.reprise.testing.Patience;
import io.reprise.tool.Tool;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections of people to servers that they sign in to. */
@Timeout(300)
class McpPeopleIT {
    private final FakeMcp mcp = FakeMcp.start(true);
    private final FakeAuthority authority = new FakeAuthority();
    private McpBench bench;

    @AfterEach
    void end() {
        bench.close();
        authority.close();
        mcp.close();
    }

    private void open(Map<String, String> settings) {
        bench = new McpBench(Map.of(), settings);
        authority.guard(mcp);
        bench.with("house", Map.of("url", mcp.url(), "auth", "oauth"));
    }

    private void signIn(String user) throws SignInFailure {
        authority.person = user;
        new SignInBrowser(bench.signIns, user).signIn("house", "");
    }

    private List<String> namesOf(String user) throws InterruptedException {
        return bench.toolsOf(user, "house").stream().map(Tool::name).toList();
    }

    private void awaitListeners(int count) {
        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(mcp.listeners()).isEqualTo(count));
    }

    @Test
    void above_the_limit_the_connection_that_was_unused_longest_ends() throws Exception {
        open(Map.of("mcp.userConnectionsMax", "1"));
        signIn("ada");
        signIn("bob");
        assertThat(namesOf("ada")).contains("house_of_ada");
        awaitListeners(1);

        assertThat(namesOf("bob")).contains("house_of_bob").doesNotContain("house_of_ada");

        int before = mcp.count("tools/list");
        assertThat(namesOf("ada")).contains("house_of_ada");
        assertThat(mcp.count("tools/list")).as("hers has ended").isEqualTo(before + 1);
        awaitListeners(1);
    }

    @Test
    void clearing_the_cache_forgets_and_counts_the_tools_of_every_person() throws Exception {
        open(Map.of());
        signIn("ada");
        signIn("bob");
        int hers = listed("ada");
        int his = listed("bob");
        int before = mcp.count("tools/list");
        McpHealth health = new McpHealth(
                bench.servers,
                bench.settings.map(Settings::mcp).map(mcp -> mcp.check()),
                WallClock.system(),
                change -> {});
        McpAdministration administration = new McpAdministration(bench.servers, health, server -> {});

        assertThat(administration.clear()).isEqualTo(hers + his).isPositive();
        assertThat(administration.clear("house")).isZero();

        assertThat(listed("ada")).isEqualTo(hers);
        assertThat(mcp.count("tools/list")).isEqualTo(before + 1);
    }

    /** Without the tool to sign in, which is not the server's. */
    private int listed(String user) throws InterruptedException {
        return (int)
                namesOf(user).stream().filter(name -> !name.endsWith("sign_in")).count();
    }

    @Test
    void what_a_server_is_told_about_who_asks_and_whether_it_is_there() throws Exception {
        bench = new McpBench(Map.of("KEY", "sesame"), Map.of());
        authority.guard(mcp);
        bench.with("house", Map.of("url", mcp.url(), "auth", "oauth"))
                .with("caller", Map.of("url", mcp.url(), "auth", "caller"))
                .with("open", Map.of("url", mcp.url()))
                .with("token", Map.of("url", mcp.url(), "token", "env:KEY"))
                .with("lost", Map.of("url", mcp.url(), "token", "env:KEY", "headers", List.of("X-Key: env:NONE")))
                .with("program", Map.of("transport", "stdio", "command", "node", "environment", List.of("A=env:NONE")))
                .with("off", Map.of("url", mcp.url(), "token", "env:KEY", "enabled", false));
        signIn("bob");

        assertThat(statesFor("ada"))
                .containsOnly(
                        Map.entry("house", new SignInState(Way.OAUTH, null, 1, false)),
                        Map.entry("caller", new SignInState(Way.CALLER, null, null, null)),
                        Map.entry("token", new SignInState(Way.TOKEN, true, null, null)),
                        Map.entry("lost", new SignInState(Way.TOKEN, false, null, null)),
                        Map.entry("program", new SignInState(Way.TOKEN, false, null, null)));
        assertThat(statesFor("bob")).containsEntry("house", new SignInState(Way.OAUTH, null, 1, true));
    }

    private Map<String, SignInState> statesFor(String user) throws Exception {
        return bench.signIns
                .states(user)
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    @Test
    void a_connection_with_a_call_under_way_does_not_end_for_another_person() throws Exception {
        open(Map.of("mcp.userConnectionsMax", "1"));
        signIn("ada");
        signIn("bob");
        CompletableFuture<FakeMcp.Asked> called = new CompletableFuture<>();
        mcp.calls.put("echo", called::complete);
        Tool echo = echoOf("ada");
        CompletableFuture<String> hers = started(echo);
        FakeMcp.Asked asked = called.get();

        assertThat(namesOf("bob")).as("nothing, not even the sign-in").isEmpty();

        asked.text("done");
        assertThat(hers.get()).contains("done");
        // The call is counted until its thread has ended.
        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(namesOf("bob")).contains("house_of_bob"));
    }

    @Test
    void a_connection_that_nobody_uses_ends() throws Exception {
        open(Map.of("mcp.userIdleMs", "60000"));
        signIn("ada");
        namesOf("ada");
        awaitListeners(1);

        bench.clockMs.addAndGet(60_000);
        bench.servers.sweep();
        assertThat(mcp.count("tools/list")).isEqualTo(1);
        namesOf("ada");
        assertThat(mcp.count("tools/list")).as("still open").isEqualTo(1);

        bench.clockMs.addAndGet(60_001);
        bench.servers.sweep();
        awaitListeners(0);
    }

    @Test
    void a_token_is_renewed_by_one_request_however_many_need_it() throws Exception {
        open(Map.of("mcp.tokenKeptMs", "0"));
        authority.lifeS = 3_600;
        signIn("ada");
        Tool echo = echoOf("ada");
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        authority.beforeRenewal = () -> {
            asked.countDown();
            awaitQuietly(goOn);
        };
        bench.wallMs.addAndGet(3_600_000);
        bench.clockMs.addAndGet(1_000);

        List<CompletableFuture<String>> calls = List.of(started(echo), started(echo), started(echo), started(echo));
        asked.await();
        // Each that comes later finds the renewal under way, or its result.
        goOn.countDown();

        for (CompletableFuture<String> call : calls) assertThat(call.get()).contains("{");
        assertThat(renewals()).isEqualTo(1);
    }

    @Test
    void a_renewal_for_which_another_node_was_faster_uses_what_that_node_got() throws Exception {
        Map<String, String> settings = Map.of("mcp.tokenKeptMs", "0");
        open(settings);
        signIn("ada");
        try (McpBench other = new McpBench(Map.of(), settings, bench.store)) {
            other.with("house", Map.of("url", mcp.url(), "auth", "oauth"));
            Tool here = echoOf("ada");
            Tool there = echo(other.toolsOf("ada", "house"));
            for (McpBench node : List.of(bench, other)) {
                node.wallMs.addAndGet(3_600_000);
                node.clockMs.addAndGet(1_000);
            }
            CountDownLatch asked = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            authority.beforeRenewal = () -> {
                authority.beforeRenewal = () -> {};
                asked.countDown();
                awaitQuietly(goOn);
            };

            CompletableFuture<String> late = started(here);
            asked.await();
            assertThat(started(there).get()).contains("{");
            goOn.countDown();

            assertThat(late.get()).contains("{");
            assertThat(renewals()).as("one of them was refused").isEqualTo(2);
        }
    }

    /** Symptom: a person was asked to sign in, although the other node had new tokens and only had to store them. */
    @Test
    void a_renewal_that_is_refused_waits_for_what_another_node_is_about_to_store() throws Exception {
        Map<String, String> settings = Map.of("mcp.tokenKeptMs", "0", "mcp.tokenRenewedElsewhereMs", "30000");
        open(settings);
        signIn("ada");
        try (McpBench other = new McpBench(Map.of(), settings, bench.store)) {
            other.with("house", Map.of("url", mcp.url(), "auth", "oauth"));
            Tool here = echoOf("ada");
            Tool there = echo(other.toolsOf("ada", "house"));
            for (McpBench node : List.of(bench, other)) {
                node.wallMs.addAndGet(3_600_000);
                node.clockMs.addAndGet(1_000);
            }
            CountDownLatch storing = new CountDownLatch(1);
            Promise<Void> stored = Promise.promise();
            bench.store.beforeReplacing = () -> {
                bench.store.beforeReplacing = Future::succeededFuture;
                storing.countDown();
                return stored.future();
            };

            CompletableFuture<String> first = started(here);
            storing.await();
            AtomicInteger looks = new AtomicInteger();
            bench.store.looking = () -> {
                // The third look is the first one of the wait.
                if (looks.incrementAndGet() == 4) stored.complete();
            };

            assertThat(started(there).get()).contains("{");
            assertThat(first.get()).contains("{");
        }
    }

    private long renewals() {
        return authority.tokenRequests.stream()
                .filter(form -> form.get("grant_type").equals("refresh_token"))
                .count();
    }

    @Test
    void a_token_is_not_sent_to_another_address_of_the_entry() throws Exception {
        open(Map.of());
        signIn("ada");
        assertThat(namesOf("ada")).contains("house_of_ada");
        try (FakeMcp other = FakeMcp.start(true)) {
            bench.with("house", Map.of("url", other.url(), "auth", "oauth"));

            assertThat(namesOf("ada")).containsExactly("house_sign_in");

            assertThat(other.received).isEmpty();
        }
    }

    @Test
    void what_was_read_for_a_person_goes_when_the_sign_in_was_erased() throws Exception {
        open(Map.of("mcp.tokenKeptMs", "0"));
        signIn("ada");
        signIn("bob");
        assertThat(namesOf("ada")).contains("house_of_ada");
        assertThat(namesOf("bob")).contains("house_of_bob");
        awaitListeners(2);

        bench.store.erase("ada");
        bench.servers.sweep();

        awaitListeners(1);
        bench.clockMs.addAndGet(1);
        assertThat(namesOf("ada")).containsExactly("house_sign_in");
        assertThat(namesOf("bob")).contains("house_of_bob");
    }

    // --- helpers

    private Tool echoOf(String user) throws InterruptedException {
        return echo(bench.toolsOf(user, "house"));
    }

    private static Tool echo(List<Tool> tools) {
        return tools.stream()
                .filter(tool -> tool.name().equals("house_echo"))
                .findFirst()
                .orElseThrow();
    }

    private static CompletableFuture<String> started(Tool tool) {
        CompletableFuture<String> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                done.complete(tool.call(McpBench.call("{}"), new StopSignal()).text());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
