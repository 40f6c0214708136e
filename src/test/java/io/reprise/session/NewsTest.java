package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.config.GatewaySettings;
import io.reprise.config.Settings;
import io.reprise.message.UserNotices;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.BusCodec;
import io.reprise.support.Current;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class NewsTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<UserNotices> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    @Test
    void a_limit_that_changes_holds_for_the_next_notice() {
        BusCodec.register(vertx.eventBus());
        vertx.eventBus().<UserNotices>consumer(Addresses.notices("n1"), message -> told.add(message.body()));
        Current.Holder<GatewaySettings> settings = new Current.Holder<>(gateway("1000"));
        News news = new News(vertx, settings, "n1");
        news.changed("ada", "s_1");

        settings.replace(gateway("2"));
        news.changed("ada", "s_2");
        news.changed("ada", "s_3");

        await().until(() -> !told.isEmpty());
        assertThat(told.getFirst().notices())
                .extracting(UserNotices.Notice::session)
                .containsExactly("s_1", "s_2");
    }

    private static GatewaySettings gateway(String noticesMax) {
        return Settings.with(Map.of("gateway.noticesMax", noticesMax, "gateway.noticeMs", "10000"))
                .gateway();
    }
}
