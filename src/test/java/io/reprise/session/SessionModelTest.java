package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.Interrupt;
import io.reprise.message.recall.Recall;
import io.reprise.testing.Rounds;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The real {@link Session} and the real subscriptions of two gateways in a model of everything around them: a bus that
 * loses messages, a store whose answers are lost, agents, tabs that attach, detach and fall behind, commands that are
 * repeated,
 * due recalls, people who decide about calls or do not, crashes, take-overs and graceful restarts, in random
 * order. The rules are checked at every append and, once all is quiet, at the end. A failure names its seed.
 */
class SessionModelTest {
    private static final int SEEDS = Integer.getInteger("reprise.model.seeds", Rounds.of(200, 1_000));

    @Test
    void in_any_interleaving_the_log_is_complete_and_every_reader_has_it() {
        long first = Long.getLong("reprise.model.seed", 1);
        Map<Interrupt.Decision, Integer> decisions = new EnumMap<>(Interrupt.Decision.class);
        long restarts = 0;
        long suspended = 0;
        long stopsOnArrival = 0;
        for (long seed = first; seed < first + SEEDS; seed++) {
            ModelWorld world = new ModelWorld(seed);
            try {
                world.run();
                restarts += world.store.restarts;
                suspended += world.suspended;
                stopsOnArrival += world.stopsOnArrival;
                world.store
                        .interrupts
                        .values()
                        .forEach(one -> decisions.merge(one.resolution().decision(), 1, Integer::sum));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " (-Dreprise.model.seed=" + seed + ")", e);
            }
        }
        System.out.println("session model: seeds " + first + " to " + (first + SEEDS - 1) + ", no violation; "
                + restarts + " restarts, " + suspended + " of suspended runs; " + stopsOnArrival
                + " stops that were heard on arrival; " + decisions);
        if (SEEDS < 100) return;
        assertThat(decisions).containsKeys(Interrupt.Decision.values());
        assertThat(suspended).isPositive();
        assertThat(stopsOnArrival).isPositive();
    }

    /** Also over crashes at any moment, restarts and lost messages. Unread answers are for the other test. */
    @Test
    void in_any_interleaving_a_call_in_the_background_has_one_result() {
        long first = Long.getLong("reprise.model.seed", 1);
        long results = 0;
        for (long seed = first; seed < first + SEEDS; seed++) {
            ModelWorld world = new ModelWorld(seed);
            world.inBackground = new Random(seed);
            world.store.countsUnread = false;
            try {
                world.run();
                results += world.store.recalls.values().stream()
                        .filter(recall -> recall.bringsResult() && recall.status() == Recall.Status.FIRED)
                        .count();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " (-Dreprise.model.seed=" + seed + ")", e);
            }
        }
        System.out.println("session model: " + results + " results of calls in the background");
        assertThat(results).isPositive();
    }

    /** The requests to the store in one random life of a session. */
    static List<ModelStore.Asked> journal(long seed) {
        ModelWorld world = new ModelWorld(seed);
        world.run();
        world.store.probe(ModelWorld.SESSION);
        return world.store.journal;
    }
}
