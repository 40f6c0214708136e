package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.reprise.config.GatewaySettings;
import io.reprise.config.Settings;
import io.reprise.message.UserNotices;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.BusCodec;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.Append;
import io.reprise.session.store.Change;
import io.reprise.session.store.Listing;
import io.reprise.session.store.ReadState;
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
    void a_changed_limit_applies_to_the_next_notice() {
        BusCodec.register(vertx.eventBus());
        vertx.eventBus().<UserNotices>consumer(Addresses.NOTICES, message -> told.add(message.body()));
        Current.Holder<GatewaySettings> settings = new Current.Holder<>(gateway("1000"));
        News news = new News(vertx, settings);
        news.changed("ada", "s_1");

        settings.replace(gateway("2"));
        news.changed("ada", "s_2");
        news.changed("ada", "s_3");

        await().until(() -> !told.isEmpty());
        assertThat(told.getFirst().notices())
                .extracting(UserNotices.Notice::session)
                .containsExactly("s_1", "s_2");
    }

    /** Symptom: a list did not show how a short conversation began. Cause: the notice of its end replaced that of its beginning. */
    @Test
    void a_new_conversation_is_announced_even_if_a_newer_notice_replaces_its_own() {
        BusCodec.register(vertx.eventBus());
        vertx.eventBus().<UserNotices>consumer(Addresses.NOTICES, message -> told.add(message.body()));
        News news = new News(vertx, Current.always(gateway("2")));

        news.stored("ada", shown(null), begun("s_1", new Change.Previewed("hello", false)));
        news.stored("ada", shown("a title"), begun("s_1"));
        news.stored("ada", shown(null), begun("s_2", new Change.Previewed("secret", false)));

        await().until(() -> !told.isEmpty());
        assertThat(told.getFirst().notices())
                .extracting(UserNotices.Notice::session, UserNotices.Notice::title, UserNotices.Notice::preview)
                .containsExactly(tuple("s_1", "a title", "hello"), tuple("s_2", null, "secret"));
    }

    @Test
    void earlier_news_are_not_sent_after_a_clear_or_a_deletion() {
        BusCodec.register(vertx.eventBus());
        vertx.eventBus().<UserNotices>consumer(Addresses.NOTICES, message -> told.add(message.body()));
        News news = new News(vertx, Current.always(gateway("3")));

        news.stored("ada", shown(null), begun("s_1", new Change.Previewed("secret", false)));
        news.stored("ada", shown(null), begun("s_1", new Change.Cleared(1)));
        news.stored("ada", shown(null), begun("s_2", new Change.Previewed("secret", false)));
        news.changed("ada", "s_2");
        news.changed("ada", "s_3");

        await().until(() -> !told.isEmpty());
        assertThat(told.stream().flatMap(each -> each.notices().stream()))
                .extracting(UserNotices.Notice::preview)
                .containsOnlyNulls();
    }

    /** Symptom to prevent: each mark of a reader made every tab read its list again. */
    @Test
    void what_was_read_is_told_with_the_count_and_is_no_change_of_the_list() {
        BusCodec.register(vertx.eventBus());
        vertx.eventBus().<UserNotices>consumer(Addresses.NOTICES, message -> told.add(message.body()));
        News news = new News(vertx, Current.always(gateway("1")));
        Change seen = new Change.ReadChanged(new ReadState(7, List.of(9L)), true);

        news.stored(
                "ada", new News.Shown(null, Listing.USUAL, 1), new Append("s_1", 1, 1, 9, List.of(), List.of(seen)));

        await().until(() -> !told.isEmpty());
        assertThat(told.getFirst().notices())
                .extracting(UserNotices.Notice::kind, UserNotices.Notice::unread, UserNotices.Notice::muted)
                .containsExactly(tuple(UserNotices.Kind.SESSION_READ, 1, false));
    }

    private static News.Shown shown(String title) {
        return new News.Shown(title, Listing.USUAL, 0);
    }

    private static Append begun(String session, Change... changes) {
        LogRow row = new LogRow.Single(1, "r", "RUN_STARTED", "{}", 0);
        return new Append(session, 1, 1, 1, List.of(row), List.of(changes));
    }

    private static GatewaySettings gateway(String noticesMax) {
        return Settings.with(Map.of("gateway.noticesMax", noticesMax, "gateway.noticeMs", "10000"))
                .gateway();
    }
}
