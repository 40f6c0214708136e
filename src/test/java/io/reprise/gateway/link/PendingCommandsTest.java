package io.reprise.gateway.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import io.reprise.message.bus.Sharding;
import io.reprise.support.Current;
import io.reprise.telemetry.Metrics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingCommandsTest {
    private static final String SESSION = "s_1";
    private static final int AGAIN_MS = 5_000;
    private static final Command STOP = new Command.Stop(null, Command.Scope.RUN, null);

    private record Sent(long owner, ShardMessage.Request request) {}

    private final List<Sent> sent = new ArrayList<>();
    private final List<CommandOutcome> outcomes = new ArrayList<>();
    private final ShardOwners owners = new ShardOwners(new Sharding(4));
    private final int shard = owners.shardOf(SESSION);
    private long nowMs;
    private final PendingCommands commands = new PendingCommands(
            new GatewayLink(
                    "g",
                    owners,
                    (its, owner, message) -> sent.add(new Sent(owner, (ShardMessage.Request) message)),
                    () -> nowMs,
                    Metrics.unseen()),
            new RateLimits(Current.always(Settings.defaults().limits()), () -> nowMs, limit -> {}),
            Current.always(new PendingCommands.Waits(40_000, AGAIN_MS)),
            0);

    private void ask(String id, Command command) {
        owners.learn(shard, 7);
        commands.ask(new Asked(SESSION, "ada", id, command), outcomes::add);
    }

    @Test
    void what_a_dead_owner_has_not_answered_is_asked_of_the_new_one_and_answered_once() {
        ask("c_1", STOP);

        commands.moved(shard, 9);
        commands.moved(shard, 9);

        assertThat(sent).extracting(Sent::owner).containsExactly(7L, 9L);
        assertThat(sent.get(1).request()).isEqualTo(sent.get(0).request());
        long ticket = sent.get(1).request().replyTo().ticket();
        CommandOutcome outcome = new CommandOutcome.Refused(Failure.unavailable());
        commands.answered(new Delivery.Answer(9, ticket, outcome));
        commands.answered(new Delivery.Answer(7, ticket, outcome));
        assertThat(outcomes).containsExactly(outcome);
    }

    @Test
    void a_stop_is_asked_again_also_without_an_id_but_nothing_else_that_could_happen_twice() {
        ask(null, STOP);
        ask(null, new Command.Unqueue("m_1"));

        commands.moved(shard, 9);

        assertThat(sent.subList(2, sent.size()))
                .extracting(each -> each.request().command())
                .containsExactly(STOP);
    }

    @Test
    void the_same_owner_and_those_of_other_shards_are_not_asked_again() {
        ask("c_1", STOP);

        commands.moved(shard, 7);
        commands.moved((shard + 1) % 4, 9);

        assertThat(sent).hasSize(1);
    }

    /**
     * Symptom: a command had no answer for 40 s. Cause: it was sent to an owner that another node knew, but not yet the bus of this
     * node, which says nothing of it.
     */
    @Test
    void what_was_lost_on_its_way_is_sent_again_until_there_is_an_answer() {
        ask("c_1", STOP);
        ask(null, new Command.Unqueue("m_1"));
        nowMs = AGAIN_MS - 1;
        commands.tick();
        assertThat(sent).hasSize(2);
        owners.learn(shard, 8);

        for (int i = 0; i < 3; i++, nowMs++) commands.tick();
        nowMs += AGAIN_MS;
        commands.tick();

        assertThat(sent).hasSize(4);
        assertThat(sent.subList(2, 4)).allSatisfy(again -> {
            assertThat(again.owner()).isEqualTo(8);
            assertThat(again.request()).isEqualTo(sent.getFirst().request());
        });
        commands.answered(new Delivery.Answer(
                8, sent.getFirst().request().replyTo().ticket(), new CommandOutcome.Refused(Failure.unavailable())));
        assertThat(outcomes).hasSize(1);
        nowMs += AGAIN_MS;
        commands.tick();
        assertThat(sent).hasSize(4);
    }

    @Test
    void the_time_for_an_answer_goes_on() {
        ask("c_1", STOP);
        nowMs = 39_999;
        commands.moved(shard, 9);
        commands.tick();
        assertThat(outcomes).isEmpty();

        nowMs = 40_000;
        commands.tick();

        assertThat(outcomes).hasSize(1);
        assertThat(commands.count()).isZero();
    }
}
