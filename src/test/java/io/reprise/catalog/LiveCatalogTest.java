package io.reprise.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.catalog.CatalogStore.Decision;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.MiddlewareTypes;
import io.reprise.catalog.definition.PromptDefinition.Status;
import io.reprise.catalog.definition.SecretRules;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.read.Section;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** How often entries are read, and which of them may be used. */
class LiveCatalogTest {
    private final AtomicInteger readings = new AtomicInteger();
    private final Kept store = new Kept();
    private final LiveCatalog live = new LiveCatalog(
            store,
            new EntryReader(
                    new ProviderTypes().with(Map.of("counted", this::counted)),
                    MiddlewareTypes.NONE,
                    new SecretRules(List.of("*_KEY"), List.of())),
            () -> {});

    private Map<String, Object> counted(Section section) {
        readings.incrementAndGet();
        return Map.of("name", section.text("name", ""));
    }

    /**
     * Symptom: one change of one entry read the settings of all entries four times. Cause: each step of it made a new
     * catalogue from the beginning.
     */
    @Test
    void an_entry_that_has_not_changed_is_read_once() {
        for (int i = 0; i < 20; i++) store.entries.add(provider("p" + i, Map.of("type", "counted")));
        live.refresh().await();
        int perEntry = readings.get() / 20;
        assertThat(perEntry).isPositive();
        readings.set(0);

        CatalogEdits edits = new CatalogEdits(live, () -> 100);
        edits.create("ada", new EntryKey(Kind.PROVIDER, "more"), Map.of("type", "counted"))
                .await();

        assertThat(live.current().get().provider("more")).isPresent();
        assertThat(readings.get()).isLessThan(20);
        readings.set(0);
        store.number++;
        live.refresh().await();
        live.commit(live.prepare(List.of(), Map.of()));
        assertThat(readings.get()).isZero();
    }

    @Test
    void what_has_changed_is_read_again() {
        store.entries.add(provider("p", Map.of("type", "counted", "name", "a")));
        live.refresh().await();
        store.entries.set(0, provider("p", Map.of("type", "counted", "enabled", false)));
        store.number++;

        live.refresh().await();

        assertThat(live.current().get().provider("p")).isEmpty();
    }

    @Test
    void an_entry_of_the_database_with_a_forbidden_secret_cannot_be_used_and_one_of_a_file_can() {
        Map<String, Object> body = Map.of("type", "openai", "apiKey", "env:PGPASSWORD");
        store.entries.add(provider("here", body));
        live.refresh().await();
        live.commit(live.prepare(
                List.of(new Entry(new EntryKey(Kind.PROVIDER, "filed"), Origin.FILE, 1, body, null, 0)), Map.of()));

        Catalog catalog = live.current().get();

        assertThat(catalog.provider("here")).isEmpty();
        assertThat(catalog.find(new EntryKey(Kind.PROVIDER, "here"))
                        .orElseThrow()
                        .problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.path()).isEqualTo("apiKey");
                    assertThat(problem.fault()).contains("may not use this variable");
                });
        assertThat(catalog.provider("filed")).isPresent();
    }

    /** Otherwise a run that begins before the copy is written could not find later what it began with. */
    @Test
    void a_changed_file_has_the_version_that_its_copy_will_have() {
        EntryKey helper = new EntryKey(Kind.AGENT, "helper");
        store.entries.add(new Entry(helper, Origin.FILE, 3, Map.of("title", "Helper"), null, 1));
        live.refresh().await();
        store.away = true;

        live.commit(
                live.prepare(List.of(new Entry(helper, Origin.FILE, 0, Map.of("title", "Helper"), null, 0)), Map.of()));
        assertThat(live.current().get().find(helper).orElseThrow().entry().version())
                .isEqualTo(3);
        live.commit(
                live.prepare(List.of(new Entry(helper, Origin.FILE, 0, Map.of("title", "Other"), null, 0)), Map.of()));
        assertThat(live.current().get().find(helper).orElseThrow().entry().version())
                .isEqualTo(4);
    }

    @Test
    void an_agent_that_could_call_itself_cannot_be_used() {
        store.entries.add(agent("one", List.of("two")));
        store.entries.add(agent("two", List.of("three")));
        store.entries.add(agent("three", List.of("one")));
        store.entries.add(agent("outside", List.of("one")));
        store.entries.add(agent("alone", List.of("alone")));
        store.entries.add(agent("fine", List.of("leaf")));
        store.entries.add(agent("leaf", List.of()));
        store.entries.add(agent("lost", List.of("nobody")));
        live.refresh().await();

        Catalog catalog = live.current().get();

        assertThat(List.of("fine", "leaf", "outside"))
                .allMatch(name -> catalog.agent(name).isPresent());
        for (String name : List.of("one", "two", "three", "alone", "lost")) {
            assertThat(catalog.find(new EntryKey(Kind.AGENT, name))
                            .orElseThrow()
                            .problems())
                    .as(name)
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.path()).isEqualTo("subagents"));
        }
    }

    private static Entry agent(String name, List<String> subagents) {
        Map<String, Object> body = Map.of("subagents", subagents);
        return new Entry(new EntryKey(Kind.AGENT, name), Origin.DATABASE, 1, body, "ada", 0);
    }

    private static Entry provider(String name, Map<String, Object> body) {
        return new Entry(new EntryKey(Kind.PROVIDER, name), Origin.DATABASE, 1, body, "ada", 0);
    }

    /** Keeps entries in memory. */
    private static final class Kept implements CatalogStore {
        private final List<Entry> entries = new ArrayList<>();
        private long number = 1;
        private boolean away;

        @Override
        public Future<Stored> load() {
            return Future.succeededFuture(new Stored(number, entries));
        }

        @Override
        public Future<Optional<Failure>> change(String user, Function<Stored, Decision> deciding) {
            if (away) return Future.failedFuture("away");
            return switch (deciding.apply(new Stored(number, entries))) {
                case Decision.Refused refused -> Future.succeededFuture(Optional.of(refused.failure()));
                case Decision.Write write -> {
                    if (!write.isNothing()) number++;
                    entries.addAll(write.put());
                    yield Future.succeededFuture(Optional.empty());
                }
            };
        }

        @Override
        public Future<List<Version>> versions(EntryKey key, long before, int limit) {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Future<Optional<Version>> version(EntryKey key, long number) {
            return Future.succeededFuture(Optional.empty());
        }

        @Override
        public Future<Optional<Failure>> setStatus(
                String user, EntryKey prompt, long number, Status status, Function<Stored, Optional<Failure>> refusal) {
            return Future.succeededFuture(Optional.empty());
        }

        @Override
        public Future<List<PromptVersions>> prompts(Collection<NamedVersion> named) {
            return Future.succeededFuture(List.of());
        }
    }
}
