package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.recall.Recall;
import io.reprise.session.effect.Input;

/** Crashes, take-overs and restarts of the model, at any moment. */
final class ModelFaults {
    private final ModelWorld world;

    ModelFaults(ModelWorld world) {
        this.world = world;
    }

    void fault() {
        switch (world.random.nextInt(3)) {
            case 0 -> { // kill -9; what was on its way to the store may still arrive
                world.session = null;
                world.timers.clear();
                world.takeOver();
            }
            case 1 -> { // somebody else takes the session; the old owner finds out by its next append
                world.store.takenBy(world.number + 1);
            }
            default -> cleanRestart();
        }
    }

    /** The server stops gracefully, possibly while it still loads the session, and the next one starts. */
    void cleanRestart() {
        if (world.session == null || world.session.isOpening()) return;
        if (world.random.nextBoolean()) drainForAWhile();
        if (world.session == null || world.session.isOpening()) return;
        world.input(new Input.Drain());
        world.input(new Input.EndRuns());
        if (!world.calm && world.random.nextInt(6) == 0) {
            killed();
            return;
        }
        storeEverything();
        if (world.session == null || !world.session.isSettled()) {
            world.draining = false;
            return;
        }
        String epoch = world.store.epoch;
        world.session = null;
        world.timers.clear();
        if (world.random.nextInt(4) == 0) stopsWhileItStarts();
        world.takeOver();
        assertThat(world.store.epoch).as("a clean restart keeps the epoch").isEqualTo(epoch);
    }

    void storeEverything() {
        for (int i = 0;
                i < 1_000 && world.session != null && !world.session.isSettled() && !world.storeCalls.isEmpty();
                i++) {
            world.storeCalls.removeFirst().run();
        }
    }

    void drainForAWhile() {
        world.draining = true;
        world.input(new Input.Drain());
        for (int i = world.random.nextInt(20); i > 0; i--) {
            if (world.random.nextInt(3) > 0) world.deliverOne();
            else world.agents.agentActs();
        }
    }

    /** Before all of it is stored. */
    void killed() {
        for (int i = world.random.nextInt(4); i > 0 && !world.storeCalls.isEmpty(); i--)
            world.storeCalls.removeFirst().run();
        world.session = null;
        world.timers.clear();
        world.takeOver();
    }

    /** A suspended run is left unchanged by a server that was told to stop before it had the session. */
    void stopsWhileItStarts() {
        world.draining = true;
        world.number = Math.max(world.number, world.store.owner) + 1;
        long head = world.store.head;
        boolean awaits = world.store.recalls.values().stream().anyMatch(Recall::awaitsResult);
        world.reload();
        storeEverything();
        world.input(new Input.EndRuns());
        storeEverything();
        // What has become of calls in the background is found out at once.
        if (!awaits) {
            assertThat(world.store.head)
                    .as("a server that only stops says nothing")
                    .isEqualTo(head);
        }
        world.session = null;
        world.timers.clear();
    }
}
