package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.message.AgentMessage;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.session.store.RunRow;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
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
     * Symptom: a step of the machine's clock made sessions forget their gateways and be evicted, or stay in memory
     * forever.
     * Cause: the silence of gateways and the idle time of sessions were measured by the wall clock.
     */
    @ParameterizedTest
    @ValueSource(longs = {60_000, -60_000})
    void a_step_of_the_wall_clock_forgets_no_gateway_and_neither_advances_nor_stops_eviction(long step) {
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

    // --- loads

    /**
     * Symptom: thousands of recalls that are due together queued thousands of loads for the few connections to the database;
     * later appends timed out. Cause: the number of simultaneous loads was unlimited.
     */
    @Test
    void due_recalls_load_few_sessions_at_a_time_and_people_do_not_wait_for_them() {
        for (int i = 0; i < 300; i++) bench.store.with("s_due" + i);
        bench.store.with(SESSION);
        bench.store.holdsLoads = true;
        bench.deploy(Map.of("sessions.loadsAtOnce", "4"));
        for (int i = 0; i < 300; i++) bench.send(new ShardMessage.Fire("s_due" + i, "rc_1", 1));
        await().until(() -> metric("reprise_loads_waiting 296.0"));

        bench.send(bench.attach(SESSION, 1));
        await().until(() -> {
            bench.store.answerLoads();
            return bench.sessions() == 301 && metric("reprise_loads_waiting 0.0") && bench.store.held() == 0;
        });

        assertThat(bench.store.loadingMost()).isEqualTo(4);
        assertThat(bench.store.loads).hasSize(301).doesNotHaveDuplicates();
        assertThat(bench.store.loads.indexOf(SESSION)).isLessThanOrEqualTo(5);
        await().until(() -> !bench.told(Delivery.Verdict.class).isEmpty());
    }

    @Test
    void a_person_who_asks_for_a_session_that_waits_in_the_background_does_not_wait_there() {
        for (int i = 0; i < 100; i++) bench.store.with("s_due" + i);
        bench.store.holdsLoads = true;
        bench.deploy(Map.of("sessions.loadsAtOnce", "1"));
        for (int i = 0; i < 100; i++) bench.send(new ShardMessage.Fire("s_due" + i, "rc_1", 1));
        await().until(() -> metric("reprise_loads_waiting 99.0"));

        bench.send(bench.attach("s_due99", 1));
        await().until(() -> {
            bench.store.answerLoads();
            return bench.sessions() == 100 && bench.store.held() == 0;
        });

        assertThat(bench.store.loads.indexOf("s_due99")).isLessThanOrEqualTo(2);
    }

    @Test
    void a_load_above_the_waiting_limit_is_refused_and_counted() {
        for (int i = 0; i < 10; i++) bench.store.with("s_" + i);
        bench.store.holdsLoads = true;
        bench.deploy(Map.of("sessions.loadsAtOnce", "1", "sessions.loadsWaitingMax", "2"));
        for (int i = 0; i < 3; i++) bench.send(bench.attach("s_" + i, i));
        await().until(() -> metric("reprise_loads_waiting 2.0"));

        long refused = bench.say("s_3");

        assertThat(bench.outcome(refused)).isEqualTo(new CommandOutcome.Refused(Failure.unavailable()));
        assertThat(bench.metrics.text()).contains("reprise_loads_refused_total 1.0");
        bench.store.holdsLoads = false;
        bench.store.answerLoads();
        await().until(() -> bench.told(Delivery.Verdict.class).size() == 3);
    }

    /**
     * Symptom: a session whose load failed at the start was not loaded again until a reader attached. Cause: it was
     * tried only once.
     */
    @Test
    void sessions_with_unfinished_work_are_loaded_although_the_store_is_unavailable_for_a_while() {
        for (int i = 0; i < 50; i++) {
            bench.store.with("s_" + i);
            bench.store.unfinished.add("s_" + i);
        }
        bench.store.loadFailures.set(20);

        bench.deploy(Map.of("store.retryMs", "10", "store.retryMaxMs", "20"));

        await().until(() -> bench.sessions() == 50);
        assertThat(bench.store.loadingMost()).isLessThanOrEqualTo(4);
    }

    @Test
    void an_unknown_id_is_looked_up_once_and_hides_no_session_that_is_made() {
        bench.deploy(Map.of());
        for (int i = 1; i <= 20; i++) bench.send(bench.attach("s_none", i));
        await().until(() -> bench.told(Delivery.AttachRefused.class).size() == 20);
        assertThat(bench.store.loads).containsExactly("s_none");

        long made = bench.ask("s_none", new Command.Create(null, null, null));
        assertThat(bench.outcome(made)).isInstanceOf(CommandOutcome.Accepted.class);
        bench.send(bench.attach("s_none", 21));

        await().until(() -> !bench.told(Delivery.Verdict.class).isEmpty());
    }

    @Test
    void an_unknown_id_is_looked_up_again_after_a_while() {
        bench.deploy(Map.of());
        bench.send(bench.attach("s_none", 1));
        await().until(() -> bench.told(Delivery.AttachRefused.class).size() == 1);

        bench.elapsedMs.addAndGet(5_000);
        bench.send(bench.attach("s_none", 2));

        await().until(() -> bench.told(Delivery.AttachRefused.class).size() == 2);
        assertThat(bench.store.loads).containsExactly("s_none", "s_none");
    }

    @Test
    void a_session_of_another_user_is_not_claimed() {
        bench.store.with(SESSION);
        bench.deploy(Map.of());

        bench.send(new ShardMessage.Attach(SESSION, "mallory", new Reader(VerticleBench.GATEWAY, 1), null));

        await().until(() -> !bench.told(Delivery.AttachRefused.class).isEmpty());
        assertThat(bench.told(Delivery.AttachRefused.class).getFirst().failure().code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(bench.store.sessions.get(SESSION).version).isZero();
        assertThat(bench.sessions()).isZero();
    }

    // --- faults

    /**
     * Symptom: after an error in a session its commands timed out, its agent continued, its readers waited and
     * the number of active runs stayed too high forever. Cause: the session was dropped without asking it what was
     * open.
     */
    @Test
    void an_error_in_one_session_answers_all_its_commands_and_does_not_affect_others() {
        bench.store.with(SESSION).with("s_2");
        bench.deploy(Map.of());
        bench.send(bench.attach(SESSION, 1));
        long first = bench.say(SESSION);
        assertThat(bench.outcome(first)).isInstanceOf(CommandOutcome.Accepted.class);
        await().until(() -> !bench.told(AgentMessage.RunRequest.class).isEmpty());
        String run = bench.told(AgentMessage.RunRequest.class).getFirst().run();

        bench.idFaults.set(1);
        long broken = bench.say(SESSION);

        assertThat(code(bench.outcome(broken))).isEqualTo(ErrorCode.INTERNAL);
        await().until(() -> bench.told(AgentMessage.StopRun.class).stream()
                .anyMatch(stop -> stop.run().equals(run)));
        await().until(() -> !bench.told(Delivery.SessionDropped.class).isEmpty());
        assertThat(bench.outcome(bench.say(SESSION))).isInstanceOf(CommandOutcome.Accepted.class);
        assertThat(bench.outcome(bench.say("s_2"))).isInstanceOf(CommandOutcome.Accepted.class);
        assertThat(bench.answers(broken)).isEqualTo(1);
        assertThat(bench.store.sessions.get(SESSION).everyRun.stream()
                        .filter(row -> row.code() != null)
                        .map(RunRow::code))
                .containsOnly(ErrorCode.INTERNAL);
        assertThat(bench.metrics.text())
                .contains("reprise_sessions_failed_total 1.0")
                .contains("reprise_runs_active 2.0");
    }

    @Test
    void an_error_while_an_effect_is_executed_is_an_error_of_that_session() {
        bench.store.with(SESSION);
        bench.deploy(Map.of());
        bench.send(bench.attach(SESSION, 1));
        await().until(() -> !bench.told(Delivery.Verdict.class).isEmpty());

        bench.store.appendFaults.set(1);
        long broken = bench.say(SESSION);

        assertThat(code(bench.outcome(broken))).isEqualTo(ErrorCode.INTERNAL);
        assertThat(bench.outcome(bench.say(SESSION))).isInstanceOf(CommandOutcome.Accepted.class);
        assertThat(bench.metrics.text()).contains("reprise_runs_active 1.0");
    }

    @Test
    void an_error_while_a_session_is_created_is_answered() {
        bench.deploy(Map.of());

        bench.idFaults.set(1);
        long broken = bench.ask("s_new", new Command.Create(null, null, null));

        assertThat(code(bench.outcome(broken))).isEqualTo(ErrorCode.INTERNAL);
    }

    @Test
    void a_session_that_fails_again_immediately_does_not_tell_its_readers_to_attach_again() {
        bench.store.with(SESSION);
        bench.deploy(Map.of());
        for (int i = 1; i <= 3; i++) {
            int number = i;
            bench.send(bench.attach(SESSION, number));
            await().until(() -> bench.told(Delivery.Verdict.class).size() == number);
            bench.idFaults.set(1);
            assertThat(code(bench.outcome(bench.say(SESSION)))).isEqualTo(ErrorCode.INTERNAL);
        }

        assertThat(bench.told(Delivery.SessionDropped.class)).hasSize(1);
    }

    private static ErrorCode code(CommandOutcome outcome) {
        return ((CommandOutcome.Refused) outcome).failure().code();
    }

    private boolean metric(String line) {
        return bench.metrics.text().contains(line + "\n");
    }
}
