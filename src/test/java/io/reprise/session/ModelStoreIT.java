package io.reprise.session;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.session.ModelStore.Asked;
import io.reprise.session.store.Append;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.NewSession;
import io.reprise.session.store.Orphan;
import io.reprise.store.postgres.PgEventStore;
import io.reprise.store.postgres.StoreFixture;
import io.reprise.testing.Rounds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The store of the session model answers as PostgreSQL does. What {@link SessionModelTest} proves rests on it, so random
 * lives of a session are asked of both: take-overs, appends that come late, twice or from an earlier owner, clears.
 */
class ModelStoreIT {
    private static final int LIVES = Rounds.of(10, 100);
    private static final long SEED = Long.getLong("reprise.modelstore.seed", new Random().nextInt(1_000_000));

    private final StoreFixture fixture = new StoreFixture();
    private final PgEventStore store = new PgEventStore(fixture.pool);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void postgresql_answers_every_question_as_the_model_does() {
        System.out.println("ModelStoreIT seed " + SEED + " (-Dreprise.modelstore.seed=" + SEED + ")");
        for (int life = 0; life < LIVES; life++) {
            new Life(SEED + life).ask(SessionModelTest.journal(SEED + life));
        }
    }

    /** A session in PostgreSQL that is asked what the model was asked. */
    private final class Life {
        private static final String SESSION = "s_model";

        final long seed;
        /** The versions of PostgreSQL by those of the model: a load adds more to the one than to the other. */
        final Map<Long, Long> versions = new HashMap<>(Map.of(0L, 0L));

        int asked;
        long newestOwner;

        Life(long seed) {
            this.seed = seed;
            await(store.create(new NewSession(SESSION, ModelStore.USER, null, null, null, "e0", 0, null, null)));
        }

        void ask(List<Asked> journal) {
            for (Asked question : journal) {
                switch (question) {
                    case Asked.Load(long owner, Loaded model) -> load(owner, model);
                    case Asked.Taken(long owner) -> {
                        newestOwner = owner;
                        await(store.load(SESSION, owner));
                    }
                    case Asked.Stored stored -> {
                        Append append = stored.append();
                        assertThat(await(store.append(translated(append))))
                                .as("seed %d, question %d: %s", seed, asked, append)
                                .isEqualTo(stored.outcome());
                        versions.putIfAbsent(append.version() + 1, versions.get(append.version()) + 1);
                    }
                }
                asked++;
            }
            assertThat(asked).isPositive();
            assertThat(await(store.erase(SESSION, newestOwner))).isTrue();
        }

        private void load(long owner, Loaded model) {
            newestOwner = owner;
            LoadOutcome outcome = await(store.load(SESSION, owner));
            assertThat(outcome).isInstanceOf(LoadOutcome.Found.class);
            Loaded found = ((LoadOutcome.Found) outcome).session();
            versions.put(model.version(), found.version());
            assertThat(found)
                    .as("seed %d, question %d", seed, asked)
                    .usingRecursiveComparison()
                    .ignoringFields("version", "recalls", "interrupts", "orphans")
                    .isEqualTo(model);
            assertThat(found.recalls()).containsExactlyInAnyOrderElementsOf(model.recalls());
            assertThat(model.interrupts()).containsAll(found.interrupts());
            assertThat(found.interrupts().stream().filter(Interrupt::isOpen))
                    .containsExactlyElementsOf(model.interrupts().stream()
                            .filter(Interrupt::isOpen)
                            .toList());
            assertThat(found.orphans().stream().map(Life::withoutTimes))
                    .containsExactlyElementsOf(
                            model.orphans().stream().map(Life::withoutTimes).toList());
        }

        /** The model does not know when a message came. */
        private static Orphan withoutTimes(Orphan orphan) {
            List<QueuedMessage> said = orphan.said().stream()
                    .map(one -> new QueuedMessage(
                                    one.message(), one.text(), one.onBusy(), one.by(), "at", one.command())
                            .in(one.zone())
                            .with(one.content()))
                    .toList();
            return new Orphan(orphan.run(), orphan.structure(), said);
        }

        private Append translated(Append append) {
            return new Append(
                    append.session(),
                    append.owner(),
                    versions.get(append.version()),
                    append.head(),
                    append.rows(),
                    append.changes());
        }
    }
}
