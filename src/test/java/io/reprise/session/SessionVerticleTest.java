package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.message.Delivery;
import io.reprise.message.ShardMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SessionVerticleTest {
    private static final String SESSION = "s_1";

    private final VerticleBench bench = new VerticleBench();

    @AfterEach
    void close() {
        bench.close();
    }

    /**
     * Symptom: a step of the machine's clock made sessions forget their gateways and leave memory, or stay in it for ever.
     * Cause: how long a gateway is silent and a session unused was measured by the time of day.
     */
    @ParameterizedTest
    @ValueSource(longs = {60_000, -60_000})
    void a_step_of_the_time_of_day_forgets_no_gateway_evicts_nothing_early_and_stops_no_eviction(long step) {
        bench.store.with(SESSION).with("s_unread");
        bench.store.unfinished.add("s_unread");
        bench.deploy(Map.of("sessions.bufferMs", "10000", "gateway.forgetMs", "20000"));
        bench.send(bench.attach(SESSION, 1));
        await().until(() -> !bench.told(Delivery.Verdict.class).isEmpty());

        bench.stepMs.set(step);
        bench.letItTick();
        int afterTheStep = bench.sessions();
        bench.elapsedMs.addAndGet(10_000);
        await().until(() -> bench.sessions() == 1);
        List<Long> unknown = unknownToTheOwner();
        bench.elapsedMs.addAndGet(19_999);
        bench.letItTick();
        int whileTheGatewayLives = bench.sessions();
        bench.elapsedMs.addAndGet(2);
        bench.letItTick();
        bench.elapsedMs.addAndGet(10_000);

        assertThat(afterTheStep).isEqualTo(2);
        assertThat(unknown).isEmpty();
        assertThat(whileTheGatewayLives).isEqualTo(1);
        await().until(() -> bench.sessions() == 0);
    }

    private List<Long> unknownToTheOwner() {
        int shard = bench.shardOf(SESSION);
        var subscribed = new ShardMessage.Subscribed(SESSION, 1);
        bench.send(shard, new ShardMessage.GatewayBeat(shard, VerticleBench.GATEWAY, List.of(subscribed)));
        await().until(() -> !bench.told(Delivery.Heads.class).isEmpty());
        return bench.told(Delivery.Heads.class).getLast().unknown();
    }
}
