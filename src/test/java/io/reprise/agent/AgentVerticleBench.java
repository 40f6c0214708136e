package io.reprise.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.agent.loop.AgentServices;
import io.reprise.history.Histories;
import io.reprise.message.AgentMessage.RunBeat;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.ErrorCode;
import io.reprise.message.ShardMessage.AgentBatch;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.BusCodec;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.TextContent;
import io.reprise.model.ChatModel;
import io.reprise.model.demo.DemoModel;
import io.reprise.support.IdSource;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.SleepTool;
import io.reprise.tool.TimeTool;
import io.reprise.tool.Tool;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** An agent on the bus of one node, with an owner of its runs that the test controls. */
abstract class AgentVerticleBench {
    static final AtomicInteger NUMBER = new AtomicInteger();
    static Vertx vertx;
    final Limits limits = new Limits();
    final FakeLog log = new FakeLog();
    final List<Tool> tools = new ArrayList<>(List.of(new TimeTool(() -> 0), new SleepTool()));
    final String node = "n" + NUMBER.incrementAndGet();
    final String agent = Addresses.agent(node, 0);
    ChatModel model = new DemoModel();
    FakeOwner owner;
    String deployment;

    @BeforeAll
    static void startBus() {
        vertx = Vertx.vertx();
        BusCodec.register(vertx.eventBus());
    }

    @AfterAll
    static void closeBus() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    @BeforeEach
    void givenAnOwner() {
        owner = newOwner();
    }

    FakeOwner newOwner() {
        return new FakeOwner(vertx, agent, "r" + NUMBER.incrementAndGet());
    }

    void deploy() throws Exception {
        AgentServices services = new AgentServices(
                agent -> Plans.of(agent, limits.settings(), model, tools),
                new Histories(log),
                IdSource.random(),
                Metrics.unseen());
        deployment = vertx.deployVerticle(new AgentVerticle(services, node, 0))
                .toCompletionStage()
                .toCompletableFuture()
                .get(120, TimeUnit.SECONDS);
    }

    long whenAsked(String text) throws Exception {
        deploy();
        long head = log.userSays("s", owner.run, text);
        owner.ask("s", head);
        return head;
    }

    void awaitEnd() {
        await().pollInterval(1, TimeUnit.MILLISECONDS)
                .atMost(120, TimeUnit.SECONDS)
                .until(() -> owner.end() != null);
    }

    void awaitEvent(Class<? extends LogEvent> type) {
        await().until(() -> owner.events().stream().anyMatch(type::isInstance));
    }

    /** Everything that was sent through the agent has passed when the agent has answered. */
    void assertNothingFollows() {
        int before = owner.received();
        for (int round = 0; round < 20; round++) assertUnknownOrEnded();
        assertThat(owner.received()).isEqualTo(before);
    }

    void assertUnknownOrEnded() {
        owner.answers.clear();
        owner.send(new RunBeat(owner.run, "s", owner.address, owner.received()));
        await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> !owner.answers.isEmpty());
    }

    void assertCancelled() {
        assertThat(owner.end()).isInstanceOf(RunEnd.Cancelled.class);
        assertOneWholeRun();
        assertNothingFollows();
    }

    void assertFailed(ErrorCode code) {
        assertThat(owner.end())
                .isInstanceOfSatisfying(
                        RunEnd.Failed.class,
                        end -> assertThat(end.failure().code()).isEqualTo(code));
        assertOneWholeRun();
    }

    void assertOneWholeRun() {
        List<AgentBatch> batches = owner.batches;
        assertThat(batches.stream().map(AgentBatch::number).toList())
                .isEqualTo(IntStream.rangeClosed(1, batches.size()).boxed().toList());
        assertThat(batches.stream().filter(batch -> batch.end() != null)).containsExactly(batches.getLast());
        assertThat(batches)
                .allMatch(batch -> batch.agent().equals(agent) && batch.run().equals(owner.run));
        assertThat(owner.events().stream().filter(TextContent.class::isInstance))
                .noneMatch(event -> ((TextContent) event).delta().isEmpty());
    }

    static String words(int words) {
        return IntStream.rangeClosed(1, words).mapToObj(i -> "w" + i + " ").collect(Collectors.joining());
    }
}
