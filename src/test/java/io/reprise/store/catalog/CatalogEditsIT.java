package io.reprise.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.catalog.Catalog;
import io.reprise.catalog.CatalogEdits;
import io.reprise.catalog.CatalogEdits.Result;
import io.reprise.catalog.CatalogEdits.Seen;
import io.reprise.catalog.CatalogStore.Version;
import io.reprise.catalog.Entry;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Listed;
import io.reprise.catalog.LiveCatalog;
import io.reprise.catalog.Origin;
import io.reprise.catalog.PromptVersions;
import io.reprise.catalog.SettingsEntries;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.PromptDefinition.Status;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.Settings;
import io.reprise.config.read.FileText;
import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.YamlFile;
import io.reprise.message.ErrorCode;
import io.reprise.store.postgres.StoreFixture;
import io.reprise.support.Current;
import io.reprise.testing.Patience;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Administrators change the catalogue in the database, with the rules that hold over all entries. */
class CatalogEditsIT {
    private static final int ENTRIES_MAX = 8;
    private static final EntryKey HOUSE = new EntryKey(Kind.PROMPT, "house");

    private final StoreFixture fixture = new StoreFixture();
    private final PgCatalog store = new PgCatalog(fixture.pool);
    private final LiveCatalog live = node();
    private final CatalogEdits edits = new CatalogEdits(live, Current.always(ENTRIES_MAX));

    private LiveCatalog node() {
        return new LiveCatalog(store, new EntryReader(new ProviderTypes()), () -> {});
    }

    @BeforeEach
    void open() {
        await(live.refresh());
        fixed(List.of());
    }

    /** Entries of files beside those of the settings. */
    private void fixed(List<Entry> files) {
        List<Entry> entries =
                new ArrayList<>(SettingsEntries.of(Settings.defaults().model()));
        entries.addAll(files);
        LiveCatalog.Next next = live.prepare(entries, Map.of());
        assertThat(next.problems()).isEmpty();
        live.commit(next);
        await(live.mirror());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void a_saved_entry_is_in_use_on_every_node_and_keeps_all_its_versions() {
        assertThat(create("provider", "house", Map.of("type", "ollama"))).isInstanceOf(Result.Done.class);
        assertThat(save("provider", "house", Map.of("type", "ollama", "enabled", false), 1))
                .isInstanceOf(Result.Done.class);
        LiveCatalog other = node();
        await(other.refresh());

        for (Catalog catalog : List.of(live.current().get(), other.current().get())) {
            Entry entry = catalog.find(key("provider", "house")).orElseThrow().entry();
            assertThat(entry.version()).isEqualTo(2);
            assertThat(entry.by()).isEqualTo("ada");
            assertThat(catalog.provider("house")).isEmpty();
        }
        assertThat(versions("provider", "house"))
                .extracting(version -> version.number() + version.action() + version.by())
                .containsExactly("2changedada", "1createdada");
        assertThat(fixture.look(
                        "SELECT string_agg(action || ' ' || target || ' ' || detail, '; ' ORDER BY id) FROM audit"))
                .isEqualTo("provider.created house {\"version\" : 1}; provider.changed house {\"version\" : 2}");
    }

    @Test
    void all_problems_of_an_entry_are_told_at_once_and_nothing_is_saved() {
        Result result = create(
                "model", "Large", Map.of("provider", "nobody", "temperature", 3, "fallbacks", List.of("Not a name")));

        assertThat(problems(result)).containsExactlyInAnyOrder("name", "provider", "temperature", "fallbacks");
        assertThat(problems(create("model", "large", Map.of("provider", "nobody", "fallbacks", List.of("none")))))
                .containsExactlyInAnyOrder("provider", "fallbacks");
        assertThat(problems(create("model", "large", Map.of("provider", "default", "thinkingTokens", 2_000))))
                .containsExactly("thinkingTokens");
        assertThat(problems(create("provider", "blue", Map.of("type", "azure", "connectMs", -1))))
                .containsExactlyInAnyOrder("endpoint", "apiKey", "connectMs");
        assertThat(problems(create("provider", "orange", Map.of("type", "anthropic"))))
                .containsExactly("apiKey");
        assertThat(live.current().get().find(key("model", "large"))).isEmpty();
        assertThat(fixture.look("SELECT count(*)::text FROM audit")).isEqualTo("0");
    }

    @Test
    void a_name_is_used_once_whatever_the_entries_come_from() {
        create("model", "large", Map.of("provider", "default"));
        fixed(List.of(file("provider", "of-file", Map.of("type", "demo"))));

        assertThat(code(create("model", "large", Map.of("provider", "default"))))
                .isEqualTo(ErrorCode.CONFLICT);
        assertThat(code(create("provider", "of-file", Map.of("type", "demo")))).isEqualTo(ErrorCode.CONFLICT);
        assertThat(code(create("provider", "default", Map.of("type", "demo")))).isEqualTo(ErrorCode.CONFLICT);
        assertThat(problems(create("model", "Not A Name", Map.of("provider", "default"))))
                .containsExactly("name");
        LiveCatalog.Next next = live.prepare(
                List.of(
                        file("provider", "default", Map.of("type", "demo")),
                        file("model", "large", Map.of("provider", "default"))),
                Map.of(key("model", "large"), YamlFile.read(FileText.of("models/large.yaml", "provider: default\n"))));
        assertThat(next.problems())
                .anySatisfy(problem -> assertThat(problem.toString()).contains("model large", "models/large.yaml"));
    }

    @Test
    void an_entry_of_a_file_or_of_the_settings_is_changed_only_there() {
        fixed(List.of(file("provider", "of-file", Map.of("type", "demo"))));

        assertThat(code(save("provider", "of-file", Map.of("type", "ollama"), 1)))
                .isEqualTo(ErrorCode.CONFLICT);
        assertThat(code(delete("provider", "default"))).isEqualTo(ErrorCode.CONFLICT);
        assertThat(code(save("provider", "nobody", Map.of("type", "ollama"), 1)))
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void the_agent_that_the_server_brings_along_gives_way_to_one_of_the_database_and_comes_back() {
        create("agent", "default", Map.of("title", "Ours"));
        assertThat(live.current().get().agent("default").orElseThrow().title()).isEqualTo("Ours");

        assertThat(message(delete("agent", "default"))).contains("is the default agent");
        save("agent", "default", Map.of("title", "Ours", "enabled", false), 2);
        assertThat(delete("agent", "default")).isInstanceOf(Result.Done.class);

        assertThat(live.current().get().agent("default").orElseThrow().title()).isEmpty();
    }

    @Test
    void an_entry_in_use_is_not_deleted_and_the_answer_names_its_users() {
        create("provider", "house", Map.of("type", "ollama"));
        create("model", "large", Map.of("provider", "house", "name", "llama"));
        create("agent", "helper", Map.of("model", "large"));

        Result refused = delete("provider", "house");
        assertThat(code(refused)).isEqualTo(ErrorCode.CONFLICT);
        assertThat(((Result.Refused) refused).failure().message()).contains("model large");
        assertThat(code(delete("model", "large"))).isEqualTo(ErrorCode.CONFLICT);
        assertThat(code(delete("agent", "helper", "nobody"))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(live.current().get().agent("helper")).isPresent();
        assertThat(delete("agent", "helper")).isInstanceOf(Result.Done.class);
        assertThat(delete("model", "large")).isInstanceOf(Result.Done.class);
        assertThat(delete("provider", "house")).isInstanceOf(Result.Done.class);
    }

    @Test
    void of_two_administrators_who_save_the_same_version_one_is_told_of_the_other() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        create("model", "large", Map.of("provider", "default"));

        List<Future<Result>> saves = new ArrayList<>();
        int admins = 2 + random.nextInt(6);
        for (int i = 0; i < admins; i++) {
            Map<String, Object> body = Map.of("provider", "default", "title", "of " + i);
            saves.add(edits.save("admin" + i, key("model", "large"), body, 1));
        }
        List<Result> results = saves.stream().map(CatalogEditsIT::await).toList();

        assertThat(results)
                .as("seed %s", seed)
                .filteredOn(Result.Done.class::isInstance)
                .hasSize(1);
        assertThat(results)
                .as("seed %s", seed)
                .filteredOn(Result.Refused.class::isInstance)
                .allMatch(refused -> code(refused) == ErrorCode.CONFLICT)
                .hasSize(admins - 1);
        assertThat(versions("model", "large")).hasSize(2);
    }

    @Test
    void one_model_is_the_default_and_the_mark_moves() {
        create("model", "one", Map.of("provider", "default", "default", true));
        create("model", "two", Map.of("provider", "default", "default", true));

        assertThat(live.current().get().standardModel()).isEqualTo("two");
        assertThat(live.current().get().all())
                .filteredOn(listed -> listed.entry().isStandard())
                .hasSize(1);
        assertThat(message(delete("model", "one", "two"))).contains("model two: is the default model");
        assertThat(live.current().get().model("one")).isPresent();
        assertThat(versions("model", "one"))
                .extracting(version -> version.number() + version.action() + version.by())
                .containsExactly("2changedada", "1createdada");
        assertThat(fixture.look(
                        "SELECT string_agg(user_id || ' ' || action || ' ' || target || ' ' || detail, '; ' ORDER BY target, id)"
                                + " FROM audit"))
                .isEqualTo("ada model.created one {\"version\" : 1}; ada model.changed one {\"version\" : 2};"
                        + " ada model.created two {\"version\" : 1}");
        save("model", "two", Map.of("provider", "default"), 1);
        assertThat(live.current().get().standardModel()).isEqualTo("default");
        assertThat(delete("model", "two")).isInstanceOf(Result.Done.class);
        fixed(List.of(file("model", "of-file", Map.of("provider", "default", "default", true))));
        assertThat(code(save("model", "one", Map.of("provider", "default", "default", true), 2)))
                .isEqualTo(ErrorCode.CONFLICT);
    }

    @Test
    void only_so_many_entries_are_kept() {
        for (int i = 0; i < ENTRIES_MAX; i++) {
            assertThat(create("model", "m" + i, Map.of("provider", "default"))).isInstanceOf(Result.Done.class);
        }

        assertThat(code(create("model", "more", Map.of("provider", "default")))).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
    }

    @Test
    void a_prompt_is_tested_approved_and_rolled_back() {
        create("prompt", "house", Map.of("text", "one"));
        save("prompt", "house", Map.of("text", "two", "status", "testing"), 1);
        assertThat(prompt(Status.APPROVED)).isEqualTo("one");
        assertThat(prompt(Status.TESTING)).isEqualTo("two");

        assertThat(setStatus(2, Status.APPROVED, revision())).isInstanceOf(Result.Done.class);
        assertThat(prompt(Status.APPROVED)).isEqualTo("two");
        assertThat(code(setStatus(9, Status.APPROVED, revision()))).isEqualTo(ErrorCode.NOT_FOUND);

        Seen seen = new Seen(2L, revision());
        assertThat(await(edits.restore("ada", key("prompt", "house"), 1, seen))).isInstanceOf(Result.Done.class);
        assertThat(prompt(Status.APPROVED)).isEqualTo("one");
        assertThat(versions("prompt", "house")).extracting(Version::number).containsExactly(3L, 2L, 1L);
    }

    /** Symptom: both were told that it was done, and no version was left in use. Cause: a status has no version of its own. */
    @Test
    void of_two_administrators_who_change_the_status_of_versions_one_is_told_of_the_other() {
        create("prompt", "house", Map.of("text", "one"));
        save("prompt", "house", Map.of("text", "two"), 1);
        long seen = revision();

        List<Future<Result>> changes = List.of(
                edits.setStatus("ada", HOUSE, 1, Status.DEPRECATED, new Seen(null, seen)),
                edits.setStatus("eve", HOUSE, 2, Status.DEPRECATED, new Seen(null, seen)),
                edits.restore("bob", HOUSE, 1, new Seen(2L, seen)));

        List<Result> results = changes.stream().map(CatalogEditsIT::await).toList();
        assertThat(results).filteredOn(Result.Done.class::isInstance).hasSize(1);
        assertThat(results)
                .filteredOn(Result.Refused.class::isInstance)
                .allMatch(refused -> code(refused) == ErrorCode.CONFLICT)
                .hasSize(2);
        long now = revision();
        setStatus(1, Status.TESTING, now);
        assertThat(message(setStatus(1, Status.APPROVED, now))).contains("look at the status of its versions");
    }

    @Test
    void the_default_prompt_is_not_deleted_while_a_version_of_it_is_approved() {
        create("prompt", "default", Map.of("text", "one"));
        save("prompt", "default", Map.of("text", "two", "status", "testing"), 1);
        assertThat(message(delete("prompt", "default"))).contains("is the default prompt");

        EntryKey key = key("prompt", "default");
        assertThat(await(edits.setStatus("ada", key, 1, Status.DEPRECATED, new Seen(null, revision(key)))))
                .isInstanceOf(Result.Done.class);

        assertThat(delete("prompt", "default")).isInstanceOf(Result.Done.class);
    }

    @Test
    void a_version_that_an_agent_names_stays_in_use() {
        create("prompt", "house", Map.of("text", "one"));
        save("prompt", "house", Map.of("text", "two"), 1);
        create("agent", "helper", Map.of("prompt", "house@1"));

        assertThat(live.current()
                        .get()
                        .prompt("house")
                        .orElseThrow()
                        .version(1)
                        .orElseThrow()
                        .text())
                .isEqualTo("one");
    }

    @Test
    void a_version_of_a_file_that_an_agent_names_stays_in_use_when_the_file_changes() {
        fixed(List.of(file("prompt", "house", Map.of("text", "one"))));
        create("agent", "helper", Map.of("prompt", "house@1"));

        fixed(List.of(file("prompt", "house", Map.of("text", "two"))));
        await(live.refresh());

        PromptVersions versions = live.current().get().prompt("house").orElseThrow();
        assertThat(versions.version(1).orElseThrow().text()).isEqualTo("one");
        assertThat(versions.newest(Status.APPROVED).orElseThrow().text()).isEqualTo("two");
    }

    @Test
    void an_entry_that_is_made_again_goes_on_with_its_versions() {
        create("model", "large", Map.of("provider", "default"));
        delete("model", "large");
        create("model", "large", Map.of("provider", "default", "title", "Again"));

        assertThat(versions("model", "large"))
                .extracting(version -> version.number() + version.action())
                .containsExactly("3created", "2deleted", "1created");
    }

    @Test
    void a_file_that_an_entry_of_the_database_needs_is_not_taken_away() {
        fixed(List.of(file("provider", "of-file", Map.of("type", "demo"))));
        create("model", "large", Map.of("provider", "of-file"));

        LiveCatalog.Next next =
                live.prepare(SettingsEntries.of(Settings.defaults().model()), Map.of());

        assertThat(next.problems()).singleElement().asString().contains("model large", "there is no provider of-file");
    }

    @Test
    void an_entry_that_a_new_version_of_the_server_cannot_read_disturbs_no_other() {
        create("model", "large", Map.of("provider", "default"));
        fixture.look("UPDATE catalog_entry SET body = '{\"strange\":1}' WHERE name = 'large' RETURNING name");

        await(live.refresh());

        Listed broken = live.current().get().find(key("model", "large")).orElseThrow();
        assertThat(broken.usable()).isFalse();
        assertThat(broken.problems()).isNotEmpty();
        assertThat(live.current().get().model("default")).isPresent();
        assertThat(save("model", "large", Map.of("provider", "default"), 1)).isInstanceOf(Result.Done.class);
        assertThat(live.current().get().model("large")).isPresent();
    }

    /** Whatever the code does: the database itself has a rule for it. */
    @Test
    void the_database_has_at_most_one_default_model() {
        create("model", "one", Map.of("provider", "default", "default", true));
        create("model", "two", Map.of("provider", "default"));

        assertThatThrownBy(() -> fixture.execute(
                        "UPDATE catalog_entry SET standard = true WHERE name = 'two' AND kind = 'model'"))
                .hasStackTraceContaining("catalog_entry_standard");
    }

    @Test
    void an_agent_cannot_name_a_version_of_a_prompt_that_never_was() {
        create("prompt", "house", Map.of("text", "One"));
        save("prompt", "house", Map.of("text", "Two"), 1);

        Result third = create("agent", "third", Map.of("prompt", "house@3", "title", "x".repeat(81)));
        assertThat(problems(third)).containsExactlyInAnyOrder("title", "prompt");
        assertThat(problems(create("agent", "third", Map.of("prompt", "house@3"))))
                .containsExactly("prompt");
        assertThat(problems(create("agent", "third", Map.of("prompt", "nobody@1"))))
                .containsExactly("prompt");
        assertThat(create("agent", "first", Map.of("prompt", "house@1"))).isInstanceOf(Result.Done.class);
        assertThat(problems(save("agent", "first", Map.of("prompt", "house@9"), 1)))
                .containsExactly("prompt");

        delete("agent", "first");
        delete("prompt", "house");
        create("prompt", "house", Map.of("text", "Four"));
        assertThat(problems(create("agent", "deleted", Map.of("prompt", "house@3"))))
                .as("the third is that it was deleted")
                .containsExactly("prompt");
        assertThat(create("agent", "fourth", Map.of("prompt", "house@4"))).isInstanceOf(Result.Done.class);
    }

    private String prompt(Status status) {
        return live.current()
                .get()
                .prompt("house")
                .flatMap(found -> found.newest(status))
                .orElseThrow()
                .text();
    }

    private static Entry file(String kind, String name, Map<String, Object> body) {
        return new Entry(key(kind, name), Origin.FILE, 0, body, null, 0);
    }

    private static EntryKey key(String kind, String name) {
        return new EntryKey(Kind.of(kind).orElseThrow(), name);
    }

    private Result create(String kind, String name, Map<String, Object> body) {
        return await(edits.create("ada", key(kind, name), body));
    }

    private Result save(String kind, String name, Map<String, Object> body, long version) {
        return await(edits.save("ada", key(kind, name), body, version));
    }

    private Result delete(String kind, String... names) {
        Map<String, Long> versions = new HashMap<>();
        for (String name : names) versions.put(name, null);
        return await(edits.delete("ada", Kind.of(kind).orElseThrow(), versions));
    }

    private Result setStatus(long number, Status status, long revision) {
        return await(edits.setStatus("ada", HOUSE, number, status, new Seen(null, revision)));
    }

    private long revision() {
        return revision(HOUSE);
    }

    private long revision(EntryKey key) {
        return live.current().get().find(key).orElseThrow().entry().revision();
    }

    private static String message(Result result) {
        assertThat(code(result)).isEqualTo(ErrorCode.CONFLICT);
        return ((Result.Refused) result).failure().message();
    }

    private List<Version> versions(String kind, String name) {
        return await(store.versions(key(kind, name), Long.MAX_VALUE, 100));
    }

    private static List<String> problems(Result result) {
        return ((Result.Invalid) result)
                .problems().stream().map(SettingsProblem::path).toList();
    }

    private static ErrorCode code(Result result) {
        return ((Result.Refused) result).failure().code();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
