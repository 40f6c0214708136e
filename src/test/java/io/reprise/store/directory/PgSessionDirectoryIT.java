package io.reprise.store.directory;

import static io.reprise.store.postgres.StoreFixture.await;
import static io.reprise.store.postgres.StoreFixture.single;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.history.SearchWords;
import io.reprise.history.SessionDirectory.Page;
import io.reprise.history.SessionDirectory.Which;
import io.reprise.history.SessionSummary;
import io.reprise.message.log.LogEvent;
import io.reprise.session.store.NewSession;
import io.reprise.session.store.RunRow;
import io.reprise.store.postgres.AppendInTheMaking;
import io.reprise.store.postgres.PgEventStore;
import io.reprise.store.postgres.StoreFixture;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PgSessionDirectoryIT {
    private static final String USER = "ada";

    private StoreFixture fixture;
    private PgSessionDirectory directory;
    private PgEventStore store;

    @BeforeEach
    void open() {
        fixture = new StoreFixture();
        directory = new PgSessionDirectory(fixture.pool, 5_000);
        store = new PgEventStore(fixture.pool);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void a_user_sees_the_own_sessions_the_last_changed_first() {
        make("s_1", USER, 1);
        make("s_2", USER, 3);
        make("s_3", USER, 2);
        make("s_4", "bob", 4);

        Page page = await(directory.list(USER, Which.LISTED, null, 10));

        assertThat(ids(page)).containsExactly("s_2", "s_3", "s_1");
        assertThat(page.cursor()).isNull();
        assertThat(await(directory.list("nobody", Which.LISTED, null, 10)).sessions())
                .isEmpty();
    }

    @Test
    void pages_lead_through_the_whole_list_also_where_sessions_changed_at_the_same_moment() {
        for (int i = 0; i < 9; i++) make("s_" + i, USER, i / 4);

        List<String> all = new ArrayList<>();
        String cursor = null;
        do {
            Page page = await(directory.list(USER, Which.LISTED, cursor, 2));
            assertThat(page.sessions()).hasSizeLessThanOrEqualTo(2);
            all.addAll(ids(page));
            cursor = page.cursor();
        } while (cursor != null);

        assertThat(all).containsExactly("s_8", "s_7", "s_6", "s_5", "s_4", "s_3", "s_2", "s_1", "s_0");
    }

    @Test
    void a_list_that_fills_its_page_exactly_has_no_next_one() {
        make("s_1", USER, 1);
        make("s_2", USER, 2);

        assertThat(await(directory.list(USER, Which.LISTED, null, 2)).cursor()).isNull();
    }

    @Test
    void sessions_that_change_between_two_pages_neither_hide_nor_double_the_others() {
        for (int i = 0; i < 6; i++) make("s_" + i, USER, i);
        Page first = await(directory.list(USER, Which.LISTED, null, 2));
        make("s_new", USER, 100);
        touch("s_5", 101);
        touch("s_1", 102);
        fixture.execute("DELETE FROM session WHERE id = 's_4'"); // the one that the cursor names

        Page second = await(directory.list(USER, Which.LISTED, first.cursor(), 10));

        assertThat(ids(first)).containsExactly("s_5", "s_4");
        assertThat(ids(second)).containsExactly("s_3", "s_2", "s_0");
    }

    @Test
    void pinned_sessions_are_a_group_of_their_own_in_front_and_pages_lead_through_both() {
        for (int i = 0; i < 9; i++) make("s_" + i, USER, i / 4);
        for (String pinned : List.of("s_0", "s_3", "s_6")) place(pinned, true, false);

        assertThat(all(Which.LISTED, 2)).containsExactly("s_6", "s_3", "s_0", "s_8", "s_7", "s_5", "s_4", "s_2", "s_1");
    }

    @Test
    void archived_sessions_are_in_a_list_of_their_own_and_all_of_both_in_one_order() {
        for (int i = 0; i < 7; i++) make("s_" + i, USER, i);
        place("s_1", true, true);
        place("s_2", true, false);
        place("s_4", false, true);
        place("s_5", false, true);

        assertThat(all(Which.LISTED, 2)).containsExactly("s_2", "s_6", "s_3", "s_0");
        assertThat(all(Which.ARCHIVED, 2)).containsExactly("s_1", "s_5", "s_4");
        assertThat(all(Which.ALL, 2)).containsExactly("s_2", "s_1", "s_6", "s_5", "s_4", "s_3", "s_0");
    }

    @Test
    void a_search_looks_through_the_same_lists_in_the_same_order() {
        for (int i = 0; i < 5; i++) make("s_" + i, USER, i);
        fixture.execute("UPDATE session SET title_folded = 'tides' WHERE id <> 's_3'");
        place("s_0", true, false);
        place("s_1", false, true);

        assertThat(found(Which.LISTED)).containsExactly("s_0", "s_4", "s_2");
        assertThat(found(Which.ARCHIVED)).containsExactly("s_1");
        assertThat(found(Which.ALL)).containsExactly("s_0", "s_4", "s_2", "s_1");
    }

    @Test
    void a_session_that_is_pinned_between_two_pages_neither_hides_nor_doubles_the_others() {
        for (int i = 0; i < 6; i++) make("s_" + i, USER, i);
        Page first = await(directory.list(USER, Which.LISTED, null, 2));
        place("s_4", true, false); // the one that the cursor names
        place("s_1", true, false);

        Page second = await(directory.list(USER, Which.LISTED, first.cursor(), 10));

        assertThat(ids(first)).containsExactly("s_5", "s_4");
        assertThat(ids(second)).containsExactly("s_3", "s_2", "s_0");
    }

    @Test
    void a_summary_contains_what_a_list_shows() {
        await(store.create(new NewSession("s_1", USER, "agent", "title", Map.of("k", "v"), "e_1", 1, null, null)));
        LogEvent start = new LogEvent.RunStarted("s_1", "r_1", new LogEvent.RunMetadata("user"));
        RunRow run = new RunRow("r_1", "user", 1, StoreFixture.AT_MS, true, null, null);
        await(store.append(new AppendInTheMaking("s_1", 1, 0, 1)
                .rows(single(1, "r_1", start))
                .runs(run)
                .preview("first words")
                .build()));

        SessionSummary summary = await(directory.find(USER, "s_1")).orElseThrow();

        assertThat(summary.title()).isEqualTo("title");
        assertThat(summary.agent()).isEqualTo("agent");
        assertThat(summary.preview()).isEqualTo("first words");
        assertThat(summary.metadata()).isEqualTo(Map.of("k", "v"));
        assertThat(summary.epoch()).isEqualTo("e_1");
        assertThat(summary.head()).isEqualTo(1);
        assertThat(summary.running()).isTrue();
        assertThat(await(directory.list(USER, Which.LISTED, null, 1)).sessions())
                .containsExactly(summary);
    }

    @Test
    void a_session_does_not_run_once_its_run_has_ended() {
        await(store.create(StoreFixture.newSession("s_1", USER, 1)));
        RunRow run = new RunRow("r_1", "user", 1, StoreFixture.AT_MS, true, "success", null);
        await(store.append(new AppendInTheMaking("s_1", 1, 0, 0).runs(run).build()));

        assertThat(await(directory.find(USER, "s_1")).orElseThrow().running()).isFalse();
    }

    @Test
    void a_session_of_another_user_counts_as_absent() {
        make("s_1", "bob", 1);

        assertThat(await(directory.find(USER, "s_1"))).isEmpty();
        assertThat(await(directory.find(USER, "s_none"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no base64!",
                "bm9zcGFjZQ", // "nospace"
                "eCB5", // "x y"
                "____", // not UTF-8
            })
    void an_invalid_cursor_is_refused(String cursor) {
        assertThatThrownBy(() -> await(directory.list(USER, Which.LISTED, cursor, 10)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /**
     * Symptom: an invented cursor was answered as if the database were unavailable. Cause: PostgreSQL accepts no U+0000
     * in a text.
     */
    @Test
    void a_cursor_with_characters_that_the_database_cannot_store_is_refused() {
        String place = "2026-01-01T00:00:00Z \u0000";
        String cursor = Base64.getUrlEncoder().encodeToString(place.getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> await(directory.list(USER, Which.LISTED, cursor, 10)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // --- helpers

    private void place(String id, boolean pinned, boolean archived) {
        fixture.execute(
                "UPDATE session SET pinned = " + pinned + ", archived = " + archived + " WHERE id = '" + id + "'");
    }

    private List<String> all(Which which, int limit) {
        List<String> all = new ArrayList<>();
        String cursor = null;
        do {
            Page page = await(directory.list(USER, which, cursor, limit));
            all.addAll(ids(page));
            cursor = page.cursor();
        } while (cursor != null);
        return all;
    }

    /** Page by page. */
    private List<String> found(Which which) {
        List<String> all = new ArrayList<>();
        String cursor = null;
        do {
            Page page = await(directory.search(USER, SearchWords.of("tide"), which, cursor, 1));
            all.addAll(ids(page));
            cursor = page.cursor();
        } while (cursor != null);
        return all;
    }

    private void make(String id, String user, int changedMinute) {
        await(store.create(StoreFixture.newSession(id, user, 1)));
        touch(id, changedMinute);
    }

    private void touch(String id, int minute) {
        fixture.execute("UPDATE session SET updated_at = timestamptz '2026-01-01 00:00:00.123456Z' + interval '"
                + minute + " minutes' WHERE id = '" + id + "'");
    }

    private static List<String> ids(Page page) {
        return page.sessions().stream().map(SessionSummary::id).toList();
    }
}
