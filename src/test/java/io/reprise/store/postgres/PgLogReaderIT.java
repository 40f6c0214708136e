package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.await;
import static io.reprise.store.postgres.StoreFixture.segment;
import static io.reprise.store.postgres.StoreFixture.single;
import static io.reprise.store.postgres.StoreFixture.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.ChatMessage;
import io.reprise.history.Histories;
import io.reprise.history.LogReader;
import io.reprise.message.Interrupt;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.Outline;
import io.reprise.session.store.Progress;
import io.reprise.session.store.RunRow;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One stored log, read in pieces of all sizes. */
class PgLogReaderIT {
    private static final String SESSION = "s_1";
    private static final int ALL = 1_000_000;

    private static StoreFixture fixture;
    private static PgLogReader reader;

    /** 1 start, 2..4 text of three seqs, 5 end, 6 start, 7 text of one seq, 8 end, 9..11 text of three. */
    private static final List<LogRow> ROWS = List.of(
            single(1, "r_1", new LogEvent.TextStart("m_1", Role.ASSISTANT, null)),
            segment(2, "r_1", "ab", "cd", "ef"),
            single(5, "r_1", new LogEvent.TextEnd("m_1")),
            single(6, "r_1", new LogEvent.TextStart("m_2", Role.ASSISTANT, null)),
            segment(7, "r_1", "x".repeat(5_000)),
            single(8, null, new LogEvent.TextEnd("m_2")),
            segment(9, "r_1", "g", "h", "i"));

    @BeforeAll
    static void store_a_log() {
        fixture = new StoreFixture();
        reader = new PgLogReader(fixture.pool);
        store(SESSION, ROWS);
        // Rows of another session are between them.
        store("s_2", List.of(single(1, "r_2", new LogEvent.StepStarted("other")), segment(2, "r_2", "other")));
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void the_whole_log_comes_as_it_was_stored() {
        assertThat(texts(read(0, 11, 100, ALL))).isEqualTo(texts(ROWS));
    }

    @ParameterizedTest(name = "after {0} up to {1}: rows that begin at {2} to {3}")
    @CsvSource({
        "0, 11, 1, 9",
        "1, 11, 2, 9", // a boundary between rows
        "2, 11, 2, 9", // inside a segment: the whole row
        "3, 11, 2, 9",
        "4, 11, 5, 9", // its last seq is known
        "8, 11, 9, 9",
        "10, 11, 9, 9",
        "0, 1, 1, 1",
        "0, 2, 1, 2", // ends inside a segment: the whole row
        "0, 4, 1, 2",
        "2, 3, 2, 2", // both inside the same one
        "4, 5, 5, 5",
    })
    void a_range_is_answered_by_the_rows_that_contain_it(long after, long upTo, long first, long last) {
        List<LogRow> rows = read(after, upTo, 100, ALL);

        assertThat(rows.getFirst().from()).isEqualTo(first);
        assertThat(rows.getLast().from()).isEqualTo(last);
    }

    @ParameterizedTest
    @CsvSource({"11, 11", "11, 20", "5, 5", "7, 3"})
    void a_range_without_events_has_no_rows(long after, long upTo) {
        assertThat(read(after, upTo, 100, ALL)).isEmpty();
    }

    @Test
    void a_read_returns_at_most_the_requested_rows_and_the_next_one_continues() {
        List<LogRow> first = read(0, 11, 3, ALL);
        List<LogRow> second = read(first.getLast().seq(), 11, 3, ALL);
        List<LogRow> third = read(second.getLast().seq(), 11, 3, ALL);

        assertThat(first).hasSize(3);
        assertThat(second).hasSize(3);
        assertThat(texts(joined(first, second, third))).isEqualTo(texts(ROWS));
    }

    @Test
    void a_read_ends_after_the_row_that_reaches_the_byte_limit_and_has_at_least_one_row() {
        assertThat(read(6, 11, 100, 1)).extracting(LogRow::from).containsExactly(7L);
        assertThat(read(6, 11, 100, 4_000)).extracting(LogRow::from).containsExactly(7L);
        assertThat(read(6, 11, 100, 6_000)).extracting(LogRow::from).containsExactly(7L, 8L, 9L);
        assertThat(read(0, 11, 100, 1)).extracting(LogRow::from).containsExactly(1L);
        LogRow first = ROWS.stream().filter(row -> row.from() == 7).findFirst().orElseThrow();
        int exactly = first.json(6, first.seq()).getBytes(StandardCharsets.UTF_8).length;
        assertThat(read(6, 11, 100, exactly)).extracting(LogRow::from).containsExactly(7L);
        assertThat(read(6, 11, 100, exactly + 1)).extracting(LogRow::from).startsWith(7L, 8L);
    }

    @Test
    void repeated_reads_with_any_limits_return_the_whole_log() {
        for (int bytesMax : new int[] {1, 100, 5_100, ALL}) {
            List<LogRow> all = new ArrayList<>();
            while (all.isEmpty() || all.getLast().seq() < 11) {
                List<LogRow> next = read(all.isEmpty() ? 0 : all.getLast().seq(), 11, 2, bytesMax);
                assertThat(next).as("at least one row").isNotEmpty();
                all.addAll(next);
            }
            assertThat(texts(all)).as("bytesMax %d", bytesMax).isEqualTo(texts(ROWS));
        }
    }

    @Test
    void a_session_without_events_has_no_rows() {
        assertThat(await(reader.rows("s_none", 0, 10, 10, ALL))).isEmpty();
    }

    // --- where a fold begins

    /** Three runs with a user's message and an answer each, the second with a tool's result too. */
    private static List<LogRow> threeRuns() {
        List<LogRow> rows = new ArrayList<>();
        for (int run = 1; run <= 3; run++) {
            String id = "r_" + run;
            add(rows, id, new LogEvent.RunStarted("s_3", id, new LogEvent.RunMetadata("user")));
            add(rows, id, new LogEvent.TextStart("u_" + run, Role.USER, null));
            add(rows, id, new LogEvent.TextEnd("u_" + run));
            add(rows, id, new LogEvent.TextStart("a_" + run, Role.ASSISTANT, null));
            add(rows, id, new LogEvent.TextEnd("a_" + run));
            if (run == 2) add(rows, id, LogEvent.ToolCallResult.of("x", "t", "result"));
            add(rows, id, new LogEvent.RunFinished("s_3", id, LogEvent.Outcome.SUCCESS, null));
        }
        return rows;
    }

    private static void add(List<LogRow> rows, String run, LogEvent event) {
        rows.add(single(rows.size() + 1, run, event));
    }

    @ParameterizedTest(name = "{0} messages at {1}: from {2}")
    @CsvSource({
        "1, 19, 14", // the last run's own
        "2, 19, 14",
        "3, 19, 7", // reaches into the second run, which is folded from its beginning
        "5, 19, 7",
        "6, 19, 1",
        "7, 19, 1",
        "100, 19, 1", // more than there are
        "1, 14, 7", // a run without a message yet: the one before
        "1, 15, 14",
        "1, 0, 1",
    })
    void a_fold_begins_with_the_run_of_the_oldest_message_wanted(int messages, long upTo, long start) {
        if (await(reader.rows("s_3", 0, 1, 1, ALL)).isEmpty()) store("s_3", threeRuns());

        assertThat(await(reader.foldStart("s_3", upTo, messages, upTo)).seq()).isEqualTo(start);
    }

    // --- superseded messages

    /** Runs at 1, 8 and 16; the second one is superseded since 15. */
    private static void storeRewound() {
        if (!await(reader.rows("s_4", 0, 1, 1, ALL)).isEmpty()) return;
        List<LogRow> rows = new ArrayList<>();
        for (int run = 1; run <= 3; run++) {
            String id = "r_" + run;
            if (run == 3) add(rows, null, LogEvent.Custom.of(new LogEvent.HistoryRewound(7, "a_1")));
            add(rows, id, new LogEvent.RunStarted("s_4", id, new LogEvent.RunMetadata("user")));
            add(rows, id, new LogEvent.TextStart("u_" + run, Role.USER, null));
            rows.add(segment(rows.size() + 1, id, "question " + run));
            add(rows, id, new LogEvent.TextEnd("u_" + run));
            add(rows, id, new LogEvent.TextStart("a_" + run, Role.ASSISTANT, null));
            add(rows, id, new LogEvent.TextEnd("a_" + run));
            add(rows, id, new LogEvent.RunFinished("s_4", id, LogEvent.Outcome.SUCCESS, null));
        }
        store("s_4", rows);
    }

    @ParameterizedTest(name = "{0} messages at {1} as of {2}: from {3}, earlier ones: {4}")
    @CsvSource({
        "2, 22, 22, 16, true",
        "3, 22, 22, 1, true", // the void run does not count
        "4, 22, 22, 1, false",
        "5, 22, 22, 1, false",
        "2, 14, 14, 8, true", // it was not void then
        "2, 14, 22, 1, false",
        "1, 15, 22, 1, true",
    })
    void superseded_messages_do_not_count(int messages, long upTo, long asOf, long start, boolean earlier) {
        storeRewound();

        assertThat(await(reader.foldStart("s_4", upTo, messages, asOf)))
                .isEqualTo(new LogReader.FoldStart(start, earlier));
    }

    @Test
    void a_users_message_is_found_with_the_point_to_rewind_to() {
        storeRewound();

        assertThat(await(reader.userMessage("s_4", null)))
                .hasValue(new LogReader.UserMessage("u_3", Content.of("question 3"), 15, "a_1"));
        assertThat(await(reader.userMessage("s_4", "u_1")))
                .hasValue(new LogReader.UserMessage("u_1", Content.of("question 1"), 0, null));
        assertThat(await(reader.userMessage("s_4", "u_2"))).as("void").isEmpty();
        assertThat(await(reader.userMessage("s_4", "a_1"))).as("not a user's").isEmpty();
        assertThat(await(reader.userMessage("s_4", "u'\"%"))).isEmpty();
        assertThat(await(reader.userMessage("s_none", null))).isEmpty();
    }

    @Test
    void a_page_of_history_excludes_messages_that_were_superseded_later() {
        storeRewound();

        Histories.Newest page = await(new Histories(reader).before("s_4", 15, 10));

        assertThat(page.messages()).extracting(ChatMessage::id).containsExactly("u_1", "a_1");
        assertThat(page.earlier()).isFalse();
    }

    @Test
    void a_session_is_loaded_with_the_last_message_that_is_not_superseded() {
        storeRewound();

        var loaded = (LoadOutcome.Found) await(new PgEventStore(fixture.pool).load("s_4", 2));

        // There are no rows of runs here, so nothing precedes the last run.
        assertThat(loaded.session().outline()).isEqualTo(new Outline("a_3", null, 1));
    }

    // --- content in parts

    /** As the previous version stored them, and as a later one may. */
    @Test
    void messages_are_read_as_older_and_newer_versions_stored_them() {
        String image = "{\"type\":\"audio\",\"attachment\":\"at_1\"}";
        String begin = "{\"type\":\"TEXT_MESSAGE_START\",\"messageId\":\"%s\",\"role\":\"user\","
                + "\"metadata\":{\"command\":\"c_1\",\"by\":\"ada\"%s}}";
        String end = "{\"type\":\"TEXT_MESSAGE_END\",\"messageId\":\"%s\"}";
        String result = "{\"type\":\"TOOL_CALL_RESULT\",\"messageId\":\"%s\",\"toolCallId\":\"t\",\"content\":%s,"
                + "\"role\":\"tool\"}";
        List<LogRow> rows = new ArrayList<>();
        add(rows, "r_1", new LogEvent.RunStarted("s_6", "r_1", new LogEvent.RunMetadata("user")));
        stored(rows, "TEXT_MESSAGE_START", begin.formatted("u_1", ""));
        rows.add(new LogRow.Segment(
                3, 3, "r_1", LogEvent.TEXT_CONTENT, "u_1", "hello", new int[] {5}, StoreFixture.AT_MS));
        stored(rows, "TEXT_MESSAGE_END", end.formatted("u_1"));
        stored(rows, "TEXT_MESSAGE_START", begin.formatted("u_2", ",\"parts\":[" + image + "]"));
        stored(rows, "TEXT_MESSAGE_END", end.formatted("u_2"));
        stored(rows, "TOOL_CALL_RESULT", result.formatted("x_1", "\"noon\""));
        stored(rows, "TOOL_CALL_RESULT", result.formatted("x_2", "[" + image + "]"));
        add(rows, "r_1", new LogEvent.RunFinished("s_6", "r_1", LogEvent.Outcome.SUCCESS, null));
        store("s_6", rows);

        Histories.Newest page = await(new Histories(reader).before("s_6", 10, 10));

        Content unknown = new Content(List.of(new Part.Unknown("audio", image)));
        assertThat(page.messages())
                .extracting(ChatMessage::content)
                .containsExactly(Content.of("hello"), unknown, Content.of("noon"), unknown);
        assertThat(await(reader.userMessage("s_6", "u_1")).orElseThrow().content())
                .isEqualTo(Content.of("hello"));
        assertThat(await(reader.userMessage("s_6", "u_2")).orElseThrow().content())
                .isEqualTo(unknown);
    }

    private static void stored(List<LogRow> rows, String type, String payload) {
        rows.add(new LogRow.Single(rows.size() + 1, "r_1", type, payload, StoreFixture.AT_MS));
    }

    // --- resumed runs

    /** The run at 5 was restarted at 10 from its checkpoint at 7; it waits since 13, and the one at 15 resumes it. */
    private static void storeContinued() {
        if (!await(reader.rows("s_5", 0, 1, 1, ALL)).isEmpty()) return;
        List<LogRow> rows = new ArrayList<>();
        add(rows, "r_1", new LogEvent.RunStarted("s_5", "r_1", new LogEvent.RunMetadata("user")));
        add(rows, "r_1", new LogEvent.TextStart("u_1", Role.USER, null));
        add(rows, "r_1", new LogEvent.TextEnd("u_1"));
        add(rows, "r_1", new LogEvent.RunFinished("s_5", "r_1", LogEvent.Outcome.SUCCESS, null));
        add(rows, "r_2", new LogEvent.RunStarted("s_5", "r_2", new LogEvent.RunMetadata("user")));
        add(rows, "r_2", new LogEvent.TextStart("u_2", Role.USER, null));
        add(rows, "r_2", new LogEvent.TextEnd("u_2"));
        add(rows, "r_2", new LogEvent.TextStart("void", Role.USER, null));
        add(rows, "r_2", new LogEvent.TextEnd("void"));
        add(rows, "r_2", LogEvent.Custom.of(new LogEvent.RunRestarted("r_2", 2, 7, "u_2")));
        add(rows, "r_2", new LogEvent.ToolCallStart("t_1", "mail", "a_2"));
        add(rows, "r_2", new LogEvent.ToolCallEnd("t_1"));
        add(rows, "r_2", new LogEvent.RunFinished("s_5", "r_2", LogEvent.Outcome.interrupt(List.of()), null));
        add(rows, null, edited("t_1", "{\"to\":\"eve\"}"));
        add(rows, "r_3", new LogEvent.RunStarted("s_5", "r_3", new LogEvent.RunMetadata("user", null, "r_2")));
        add(rows, "r_3", LogEvent.ToolCallResult.of("x_1", "t_1", "sent"));
        add(rows, "r_3", new LogEvent.TextStart("a_3", Role.ASSISTANT, null));
        add(rows, "r_3", new LogEvent.TextEnd("a_3"));
        add(rows, "r_3", new LogEvent.RunFinished("s_5", "r_3", LogEvent.Outcome.SUCCESS, null));
        store("s_5", rows, List.of(run("r_1", 1, 1), run("r_2", 5, 5), run("r_3", 15, 5)));
    }

    private static LogEvent edited(String call, String arguments) {
        return LogEvent.Custom.of(
                new LogEvent.InterruptResolved("i_1", Interrupt.Decision.EDIT, "ada", "r_2", call, arguments, null));
    }

    private static RunRow run(String id, long firstSeq, long rootSeq) {
        Progress progress = new Progress(1, rootSeq, null, null);
        return new RunRow(id, "user", firstSeq, StoreFixture.AT_MS, true, "success", null, null, null, progress);
    }

    @Test
    void a_restart_supersedes_messages_like_a_rewind() {
        storeContinued();

        assertThat(await(reader.userMessage("s_5", "void"))).isEmpty();
        assertThat(await(reader.userMessage("s_5", null)).orElseThrow().id()).isEqualTo("u_2");
    }

    @Test
    void a_summary_is_void_if_a_rewind_goes_back_before_its_end() {
        List<LogRow> rows = new ArrayList<>();
        add(rows, "r_1", new LogEvent.RunStarted("s_9", "r_1", new LogEvent.RunMetadata("user")));
        add(rows, "r_1", LogEvent.Custom.of(new LogEvent.ContextSummarised(1, "older", 9, 1)));
        add(rows, "r_1", new LogEvent.TextStart("u_1", Role.USER, null));
        add(rows, "r_1", new LogEvent.TextEnd("u_1"));
        add(rows, "r_1", LogEvent.Custom.of(new LogEvent.ContextSummarised(4, "newer", 9, 1)));
        add(rows, null, LogEvent.Custom.of(new LogEvent.HistoryRewound(3, null)));
        store("s_9", rows);

        assertThat(await(reader.summary("s_9", 4)).map(LogRow::seq)).contains(2L);
        assertThat(await(reader.summary("s_9", 6)).map(LogRow::seq))
                .as("the newer one covers what was rewound")
                .contains(2L);
        assertThat(await(reader.summary("s_9", 1))).isEmpty();
    }

    @Test
    void a_fold_begins_with_the_first_run_of_a_chain_of_resumed_runs() {
        storeContinued();

        assertThat(await(reader.foldStart("s_5", 19, 1, 19))).isEqualTo(new LogReader.FoldStart(5, true));
        assertThat(await(reader.foldStart("s_5", 19, 4, 19))).isEqualTo(new LogReader.FoldStart(1, false));
    }

    @Test
    void changes_of_earlier_messages_are_applied_in_their_order() {
        storeContinued();

        assertThat(await(reader.amendments("s_5"))).extracting(LogRow::seq).containsExactly(10L, 14L);
        assertThat(await(reader.amendments("s_3"))).isEmpty();
    }

    @Test
    void a_page_of_history_shows_the_arguments_that_a_call_was_made_with() {
        storeContinued();

        Histories.Newest page = await(new Histories(reader).before("s_5", 12, 10));

        assertThat(page.messages()).extracting(ChatMessage::id).containsExactly("u_1", "u_2", "a_2");
        assertThat(page.messages().getLast().toolCalls())
                .extracting(call -> call.function().arguments())
                .containsExactly("{\"to\":\"eve\"}");
    }

    // --- helpers

    private static void store(String session, List<LogRow> rows) {
        store(session, rows, List.of());
    }

    private static void store(String session, List<LogRow> rows, List<RunRow> runs) {
        PgEventStore store = new PgEventStore(fixture.pool);
        await(store.create(StoreFixture.newSession(session, "ada", 1)));
        await(store.append(new AppendInTheMaking(session, 1, 0, rows.getLast().seq())
                .rows(rows)
                .runs(runs)
                .build()));
    }

    private static List<LogRow> read(long after, long upTo, int rowsMax, int bytesMax) {
        return await(reader.rows(SESSION, after, upTo, rowsMax, bytesMax));
    }

    @SafeVarargs
    private static List<LogRow> joined(List<LogRow>... parts) {
        List<LogRow> all = new ArrayList<>();
        for (List<LogRow> part : parts) all.addAll(part);
        return all;
    }
}
