package io.reprise.session;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.LogReader.UserMessage;
import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.log.LogRow;
import io.reprise.session.ModelStore.Asked;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Change;
import io.reprise.session.store.Claim;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.NewSession;
import io.reprise.session.store.Orphan;
import io.reprise.store.postgres.PgEventStore;
import io.reprise.store.postgres.PgLogReader;
import io.reprise.store.postgres.StoreFixture;
import io.reprise.testing.Rounds;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The store of the session model answers like PostgreSQL. {@link SessionModelTest} relies on this, so both are sent
 * the requests of random lives of a session: take-overs, appends that are late, repeated or from an earlier owner,
 * clears.
 */
class ModelStoreIT {
    private static final int LIVES = Rounds.of(10, 100);
    private static final int RANGES = 4;
    private static final long SEED = Long.getLong("reprise.modelstore.seed", new Random().nextInt(1_000_000));

    private final StoreFixture fixture = new StoreFixture();
    private final PgEventStore store = new PgEventStore(fixture.pool);
    private final PgLogReader reader = new PgLogReader(fixture.pool);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void postgresql_and_the_model_answer_every_question_alike() {
        System.out.println("ModelStoreIT seed " + SEED + " (-Dreprise.modelstore.seed=" + SEED + ")");
        for (int life = 0; life < LIVES; life++) {
            new Life(SEED + life).ask(SessionModelTest.journal(SEED + life));
        }
    }

    /** A session in PostgreSQL that is sent the requests that the model was sent. */
    private final class Life {
        private static final String SESSION = "s_model";

        final long seed;
        /** The versions of PostgreSQL by those of the model: a load adds different amounts. */
        final Map<Long, Long> versions = new HashMap<>(Map.of(0L, 0L));

        /** The stored rows, according to the appends. */
        final List<LogRow> rows = new ArrayList<>();

        final Map<String, Claim> claims = new LinkedHashMap<>();
        final Set<Long> applied = new HashSet<>();
        final Random random;

        int asked;
        long newestOwner;

        Life(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            // The id of an erased session is not used again, but each life of the model has the same one.
            await(fixture.pool.run("DELETE FROM erased_session", Tuple.tuple()));
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
                    case Asked.LookedUp(String user, String id, Optional<Claim> claim) ->
                        assertThat(await(store.claim(user, SESSION, id)))
                                .as(this::where)
                                .isEqualTo(claim);
                    case Asked.FoundMessage(String id, Optional<UserMessage> message) ->
                        assertThat(await(reader.userMessage(SESSION, id)))
                                .as(this::where)
                                .isEqualTo(message);
                    case Asked.Read(long after, long upTo, int rowsMax, List<LogRow> read) ->
                        assertThat(await(reader.rows(SESSION, after, upTo, rowsMax, Integer.MAX_VALUE)))
                                .as(this::where)
                                .usingRecursiveFieldByFieldElementComparator()
                                .containsExactlyElementsOf(read);
                    case Asked.RootSeq(String run, Optional<Long> seq) ->
                        assertThat(await(store.rootSeq(SESSION, run)))
                                .as(this::where)
                                .isEqualTo(seq);
                    case Asked.Stored stored -> {
                        Append append = stored.append();
                        assertThat(await(store.append(translated(append))))
                                .as("seed %d, question %d: %s", seed, asked, append)
                                .isEqualTo(stored.outcome());
                        versions.putIfAbsent(append.version() + 1, versions.get(append.version()) + 1);
                        if (stored.outcome() instanceof AppendOutcome.Stored && applied.add(append.version()))
                            apply(append);
                    }
                }
                asked++;
            }
            assertThat(asked).isPositive();
            compareWithAppends();
            erase();
        }

        /** Only the owner erases the session; nothing can be read from it or written to it afterwards. */
        private void erase() {
            assertThat(await(store.load(SESSION, newestOwner - 1))).isInstanceOf(LoadOutcome.NotMine.class);
            assertThat(await(store.erase(SESSION, newestOwner - 1, null))).isFalse();
            compareWithAppends();
            assertThat(await(store.erase(SESSION, newestOwner, null))).isTrue();
            assertThat(await(store.load(SESSION, newestOwner))).isInstanceOf(LoadOutcome.Absent.class);
            Append late = new Append(SESSION, newestOwner, Collections.max(versions.values()), 1, List.of(), List.of());
            assertThat(await(store.append(late))).isEqualTo(new AppendOutcome.Lost());
            claims.forEach((id, claim) ->
                    assertThat(await(store.claim(claim.user(), SESSION, id))).isEmpty());
            assertThat(await(reader.rows(SESSION, 0, Long.MAX_VALUE, 1, Integer.MAX_VALUE)))
                    .isEmpty();
        }

        private String where() {
            return "seed %d, question %d".formatted(seed, asked);
        }

        private void load(long owner, Loaded model) {
            newestOwner = owner;
            LoadOutcome outcome = await(store.load(SESSION, owner));
            assertThat(outcome).isInstanceOf(LoadOutcome.Found.class);
            Loaded found = ((LoadOutcome.Found) outcome).session();
            versions.put(model.version(), found.version());
            refuseAnotherOwner(found);
            compareWithAppends();
            assertThat(found)
                    .as("seed %d, question %d", seed, asked)
                    .usingRecursiveComparison()
                    .ignoringFields("version", "recalls", "interrupts", "orphans", "idleSinceMs", "claims")
                    .isEqualTo(model);
            assertThat(found.recalls()).containsExactlyInAnyOrderElementsOf(model.recalls());
            assertThat(found.claims()).as(this::where).containsExactlyInAnyOrderElementsOf(model.claims());
            // PostgreSQL limits the resolved ones, but no life has so many.
            assertThat(found.interrupts()).as(this::where).containsExactlyInAnyOrderElementsOf(model.interrupts());
            assertThat(found.interrupts().stream().filter(Interrupt::isOpen))
                    .containsExactlyElementsOf(model.interrupts().stream()
                            .filter(Interrupt::isOpen)
                            .toList());
            assertThat(found.orphans().stream().map(Life::withoutTimes))
                    .containsExactlyElementsOf(
                            model.orphans().stream().map(Life::withoutTimes).toList());
        }

        private void apply(Append append) {
            if (append.change(Change.Cleared.class).isPresent()) rows.clear();
            rows.addAll(append.rows());
            append.changes(Change.ClaimMade.class)
                    .forEach(made -> claims.put(made.claim().id(), made.claim()));
        }

        /** The version alone would accept it: it is that of the load. */
        private void refuseAnotherOwner(Loaded found) {
            List<Change> change = List.of(new Change.MessagesVoided(found.head()));
            for (List<Change> changes : List.of(List.<Change>of(), change)) {
                Append foreign =
                        new Append(SESSION, newestOwner - 1, found.version(), found.head(), List.of(), changes);
                assertThat(await(store.append(foreign)))
                        .as("seed %d, question %d", seed, asked)
                        .isEqualTo(new AppendOutcome.Lost());
            }
        }

        /** Including what no load returns: every claim, and any range of the log. */
        private void compareWithAppends() {
            claims.forEach((id, claim) -> assertThat(await(store.claim(claim.user(), claim.session(), id)))
                    .as("seed %d, question %d", seed, asked)
                    .hasValue(claim));
            long head = rows.isEmpty() ? 0 : rows.getLast().seq();
            for (int i = 0; i < RANGES; i++) {
                long after = random.nextLong(head + 1);
                long upTo = after + 1 + random.nextLong(head - after + 1);
                assertThat(await(reader.rows(SESSION, after, upTo, Integer.MAX_VALUE, Integer.MAX_VALUE)))
                        .as("seed %d, question %d: (%d, %d]", seed, asked, after, upTo)
                        .usingRecursiveFieldByFieldElementComparator()
                        .containsExactlyElementsOf(rows.stream()
                                .filter(row -> row.seq() > after && row.from() <= upTo)
                                .toList());
            }
        }

        /** The model does not know when a message was sent. */
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
