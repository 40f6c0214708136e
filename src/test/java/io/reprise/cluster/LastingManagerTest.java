package io.reprise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LastingManagerTest {
    private static final int HOUR_MS = 3_600_000;

    private final Vertx vertx = Vertx.vertx();
    private final LastingManager manager = new LastingManager(new Config());

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void a_node_that_has_left_does_not_look_for_its_addresses() {
        manager.init(vertx);
        long timer = manager.lookEvery(vertx, HOUR_MS, again -> {});

        manager.leave(Promise.promise());

        assertThat(vertx.cancelTimer(timer))
                .as("whether there still was a timer")
                .isFalse();
    }
}
