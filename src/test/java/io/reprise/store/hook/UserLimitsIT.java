package io.reprise.store.hook;

import static io.reprise.store.postgres.StoreFixture.await;
import static io.reprise.store.postgres.StoreFixture.newSession;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.account.SignInStore.NewSignIn;
import io.reprise.attachment.Attachment;
import io.reprise.attachment.AttachmentStore;
import io.reprise.attachment.FileType;
import io.reprise.config.Settings;
import io.reprise.hook.HookStore;
import io.reprise.push.PushDevice;
import io.reprise.push.PushStore;
import io.reprise.store.account.PgSignIns;
import io.reprise.store.attachment.PgAttachments;
import io.reprise.store.database.PgPool;
import io.reprise.store.postgres.PgEventStore;
import io.reprise.store.postgres.StoreFixture;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.webhook.WebhookStore.NewWebhook;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a user may have a limited number of, created many times at once over the connections of two servers. Symptom: more than
 * the limit. Cause: each counted before the others had committed.
 */
class UserLimitsIT {
    private static final int ROUNDS = Rounds.of(10, 200);
    private static final int AT_ONCE_MAX = 24;
    private static final int LIMIT_MAX = 6;
    private static final long HOUR_MS = 3_600_000;

    private static StoreFixture fixture;
    private static List<PgPool> pools;
    private static final Random RANDOM = Seed.random("UserLimitsIT");
    private static int users;
    private static int ids;

    @BeforeAll
    static void open() {
        fixture = new StoreFixture();
        pools = List.of(fixture.pool, fixture.anotherPool());
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void hooks_also_of_several_sessions() {
        rounds((user, max) -> {
            List<String> sessions =
                    IntStream.range(0, 3).mapToObj(each -> session(user)).toList();
            List<HookStore.Added> added = atOnce(pool -> new PgHooks(pool)
                    .add(
                            new HookStore.NewHook(
                                    id("hk_"), user, sessions.get(RANDOM.nextInt(3)), "x", "x", new byte[] {1}),
                            max));

            long accepted = added.stream().filter(HookStore.Added.ADDED::equals).count();
            assertThat(accepted).isEqualTo(Math.min(max, added.size())).isEqualTo(count("hook", user));
            assertThat(added).doesNotContain(HookStore.Added.NO_SESSION);
        });
    }

    @Test
    void webhooks() {
        rounds((user, max) -> {
            List<Boolean> added = atOnce(pool -> new PgWebhooks(pool)
                    .add(
                            new NewWebhook(
                                    id("wh_"), user, "x", "https://x.org/secret", List.of("run.ended"), new byte[] {1}),
                            max));

            assertThat(added.stream().filter(made -> made).count())
                    .isEqualTo(Math.min(max, added.size()))
                    .isEqualTo(count("webhook", user));
        });
    }

    @Test
    void sign_ins_of_which_the_oldest_go() {
        rounds((user, max) -> {
            int added = atOnce(pool -> new PgSignIns(pool)
                            .add(new NewSignIn(id("in_"), user, new byte[] {1}, HOUR_MS), max)
                            .map(true))
                    .size();

            assertThat(count("sign_in", user)).isEqualTo(Math.min(max, added));
        });
    }

    @Test
    void attachments_also_of_several_sessions() {
        rounds((user, max) -> {
            List<String> sessions =
                    IntStream.range(0, 3).mapToObj(each -> session(user)).toList();
            List<AttachmentStore.Added> added = atOnce(pool -> {
                PgAttachments store = new PgAttachments(
                        pool, pool, null, Current.always(Settings.defaults().attachments()), IdSource.random());
                Attachment one = new Attachment(id("a_"), "x.txt", FileType.TEXT, 10, null, null);
                return store.begin()
                        .compose(blob -> store.add(new AttachmentStore.New(
                                user, sessions.get(RANDOM.nextInt(3)), one, blob, null, 1_000, 10L * max)));
            });

            assertThat(added.stream().filter(AttachmentStore.Added.DONE::equals).count())
                    .isEqualTo(Math.min(max, added.size()))
                    .isEqualTo(count("attachment", user));
        });
    }

    @Test
    void browsers_that_are_notified() {
        rounds((user, max) -> {
            List<Optional<PushDevice>> added = atOnce(pool -> device(pool, user, id("e_"), max));

            assertThat(added.stream().filter(Optional::isPresent).count())
                    .isEqualTo(Math.min(max, added.size()))
                    .isEqualTo(count("push_subscription", user));
        });
    }

    /** A browser that several people use at the same moment belongs to the last of them, and nobody is refused for it. */
    @Test
    void browsers_that_go_from_one_person_to_another() {
        rounds((first, max) -> {
            List<String> people = List.of(first, first + "-b", first + "-c");
            List<String> browsers =
                    IntStream.range(0, 4).mapToObj(each -> id("e_")).toList();
            atOnce(pool ->
                    device(pool, people.get(RANDOM.nextInt(3)), browsers.get(RANDOM.nextInt(browsers.size())), max));

            assertThat(people)
                    .allSatisfy(person ->
                            assertThat(count("push_subscription", person)).isLessThanOrEqualTo(max));
            assertThat(
                            fixture.look(
                                    "SELECT max(times) FROM (SELECT count(*) AS times FROM push_subscription GROUP BY endpoint) AS each"))
                    .isEqualTo("1");
        });
    }

    // --- helpers

    private interface Round {
        void of(String user, int max);
    }

    private static void rounds(Round round) {
        for (int i = 0; i < ROUNDS; i++) round.of("user-" + ++users, 1 + RANDOM.nextInt(LIMIT_MAX));
    }

    /** Fails if one of them fails. */
    private static <T> List<T> atOnce(Function<PgPool, Future<T>> create) {
        int count = 1 + RANDOM.nextInt(AT_ONCE_MAX);
        List<Future<T>> created = new ArrayList<>();
        for (int i = 0; i < count; i++) created.add(create.apply(pools.get(RANDOM.nextInt(pools.size()))));
        return created.stream().map(StoreFixture::await).toList();
    }

    private static Future<Optional<PushDevice>> device(PgPool pool, String user, String endpoint, int max) {
        String id = "pd_" + user + endpoint;
        return new PgPushes(pool)
                .add(
                        new PushStore.NewDevice(id, user, endpoint, "x", "x.org", new byte[] {1}, true),
                        new PushStore.SignedIn(null, "cookie", HOUR_MS),
                        max);
    }

    private static String session(String user) {
        String session = id("s_");
        await(new PgEventStore(fixture.pool).create(newSession(session, user, 1)));
        return session;
    }

    private static long count(String table, String user) {
        return Long.parseLong(fixture.look("SELECT count(*) FROM " + table + " WHERE user_id = '" + user + "'"));
    }

    private static String id(String prefix) {
        return prefix + ++ids;
    }
}
