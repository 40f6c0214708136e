package io.reprise.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.config.Settings;
import io.reprise.mcp.McpAdministration.Status;
import io.reprise.mcp.McpHealth.Change;
import io.reprise.support.WallClock;
import io.reprise.testing.Patience;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether MCP servers work, and who is told. */
@Timeout(300)
class McpHealthIT {
    private final McpBench bench = new McpBench(
            Map.of(), Map.of("mcp.checkPauseMs", "10", "mcp.checkMs", "60000", "mcp.checksAtOnceMax", "2"));
    private final List<Change> changes = new CopyOnWriteArrayList<>();
    private final McpHealth health = new McpHealth(
            bench.servers, bench.settings.map(Settings::mcp).map(mcp -> mcp.check()), WallClock.system(), changes::add);
    private final List<String> cleared = new ArrayList<>();
    private final McpAdministration administration = new McpAdministration(bench.servers, health, cleared::add);
    private final FakeMcp fake = FakeMcp.start(true);

    @AfterEach
    void end() {
        health.close();
        bench.close();
        fake.close();
    }

    private int checkAll() throws Exception {
        return health.checkAll().get(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Status status(String name) {
        return administration.states().stream()
                .filter(state -> state.name().equals(name))
                .findFirst()
                .orElseThrow()
                .status();
    }

    /** Answers the following checks so; later ones succeed. */
    private void answers(boolean... works) {
        AtomicInteger next = new AtomicInteger();
        fake.methods.put("server/discover", asked -> {
            int i = next.getAndIncrement();
            if (i < works.length && !works[i])
                asked.response().setStatusCode(500).end();
            else
                asked.result(
                        new JsonObject("{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}}}"));
        });
    }

    @Test
    void a_change_is_told_once_after_two_of_three_checks() throws Exception {
        bench.with("house", fake);
        bench.names("house");
        assertThat(status("house")).isEqualTo(Status.UNKNOWN);
        assertThat(checkAll()).isOne();
        assertThat(status("house")).isEqualTo(Status.HEALTHY);

        answers(false, true, true, true); // It connects again after a failure.
        checkAll();
        assertThat(status("house")).isEqualTo(Status.HEALTHY);
        answers(false, false, false, false, false, false);
        checkAll();
        assertThat(status("house")).isEqualTo(Status.UNHEALTHY);
        checkAll();
        answers();
        checkAll();

        assertThat(status("house")).isEqualTo(Status.HEALTHY);
        assertThat(changes).containsExactly(new Change("house", false), new Change("house", true));
    }

    /** What its requests are answered: a check after a failure connects first, which is a request of its own. */
    @ParameterizedTest
    @CsvSource({
        "HEALTHY, 1, HEALTHY",
        "HEALTHY, 0111, HEALTHY",
        "HEALTHY, 0110, UNHEALTHY",
        "HEALTHY, 0000, UNHEALTHY",
        "UNHEALTHY, 0000, UNHEALTHY",
        "UNHEALTHY, 1111, HEALTHY",
        "UNHEALTHY, 11011, HEALTHY",
        "UNHEALTHY, 110000, UNHEALTHY"
    })
    void two_of_three_checks_decide(Status before, String answers, Status after) throws Exception {
        bench.with("house", fake).names("house");
        checkAll();
        if (before == Status.UNHEALTHY) {
            answers(new boolean[20]);
            checkAll();
        }
        changes.clear();
        boolean[] works = new boolean[answers.length()];
        for (int i = 0; i < works.length; i++) works[i] = answers.charAt(i) == '1';
        answers(works);

        checkAll();

        assertThat(status("house")).isEqualTo(after);
        assertThat(changes).hasSize(before == after ? 0 : 1);
    }

    @Test
    void a_server_that_hangs_is_unhealthy_and_its_tools_stay() throws Exception {
        bench.with("house", fake);
        assertThat(bench.names("house")).containsExactly("house_echo");
        fake.methods.put("server/discover", asked -> {});
        bench.change("mcp.checkMs", "500");

        checkAll();

        assertThat(status("house")).isEqualTo(Status.UNHEALTHY);
        assertThat(bench.names("house")).containsExactly("house_echo");
        assertThat(changes).containsExactly(new Change("house", false));
    }

    @Test
    void only_some_servers_are_checked_at_the_same_time() throws Exception {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < 6; i++) bench.with("s" + i, fake);
        fake.methods.put("server/discover", asked -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            Vertx.currentContext().owner().setTimer(50, timer -> {
                atOnce.decrementAndGet();
                asked.result(new JsonObject("{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{}}"));
            });
        });

        assertThat(checkAll()).isEqualTo(6);

        assertThat(most).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void a_check_of_a_person_answers_at_once_and_is_confirmed_in_the_background() throws Exception {
        bench.with("house", fake).names("house");
        checkAll();
        answers(false, false, false, false);

        assertThat(administration
                        .check("house")
                        .get(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                        .error())
                .contains("500");

        await().atMost(Patience.LIMIT).until(() -> status("house") == Status.UNHEALTHY);
    }

    @Test
    void what_is_shown_is_what_is_known() throws Exception {
        bench.with("off", Map.of("url", fake.url(), "enabled", false))
                .with("house", Map.of("url", fake.url(), "tools", Map.of("deny", List.of("other"))));
        fake.tools = List.of(FakeMcp.tool("echo"), FakeMcp.tool("other"), new JsonObject().put("name", "odd"));
        bench.names("house");

        assertThat(status("off")).isEqualTo(Status.EXCLUDED);
        var state = administration.states().getFirst();
        assertThat(state.known().tools()).hasSize(2);
        assertThat(state.known().leftOut()).hasSize(1);
        assertThat(state.tokens()).isBetween(10, 100);
        assertThat(state.connection().dialect().version()).isEqualTo("2026-07-28");
        assertThat(administration.tools("house"))
                .extracting(McpAdministration.ToolState::model)
                .containsExactly("house_echo", null);
        assertThat(administration.clear()).isEqualTo(2);
        assertThat(administration.states().getFirst().known()).isNull();
    }

    @Test
    void other_nodes_are_told_what_was_cleared_and_do_not_tell_it_again() throws Exception {
        bench.with("house", fake).names("house");

        assertThat(administration.clear("house")).isEqualTo(1);
        bench.names("house");
        assertThat(administration.clear()).isEqualTo(1);
        bench.names("house");
        assertThat(administration.forget("house")).isEqualTo(1);
        bench.names("house");
        assertThat(administration.forget(null)).isEqualTo(1);

        assertThat(cleared).containsExactly("house", null);
    }
}
