package io.reprise.store.postgres;

import static java.util.stream.Collectors.joining;

import io.reprise.history.AuditDirectory.Filter;
import io.reprise.history.usage.UsageDirectory;
import io.reprise.session.store.Change;
import io.reprise.store.usage.PgUsage;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Every statement that the server sends, with values for {@link BigTables} and the number of pages of 8 KiB it may
 * read.
 */
final class CheckedStatements {
    /** For statements that find a few rows by an index. */
    private static final int FEW = 30;

    /** For pages of lists and histories; each row may be on a different page. */
    private static final int PAGE = 130;

    /** The parts of the store that send statements. */
    static final List<String> PACKAGES =
            List.of("postgres", "directory", "account", "checkpoint", "hook", "attachment", "catalog", "usage");

    /** Where statements of some classes are checked, too. */
    private static final List<String> OTHER_PACKAGES = List.of("job");

    private CheckedStatements() {}

    /**
     * @param name class and constant
     * @param values as SQL
     */
    record Checked(String name, String note, String sql, String values, int pagesMax) {
        @Override
        public String toString() {
            return note.isEmpty() ? name : name + ", " + note;
        }
    }

    static List<Checked> all() {
        return Stream.of(
                        log(),
                        loads(),
                        sessions(),
                        lists(),
                        due(),
                        copies(),
                        signIns(),
                        hooks(),
                        attachments(),
                        catalog(),
                        usage(),
                        pushes(),
                        audit(),
                        feedback(),
                        jobs(),
                        appends())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Checked> log() {
        return List.of(
                checked("PgLogReader.ROWS", "at the beginning", "'s_many', 0, 150000, 1000, 1048576", 60),
                checked("PgLogReader.ROWS", "at the end", "'s_many', 149000, 150000, 1000, 1048576", 60),
                // Symptom: a page of a conversation with long messages took 260 times as long as needed. Cause: the
                // size of each of the 1,000 rows was counted in characters, which decompresses it.
                checked("PgLogReader.ROWS", "long texts", "'s_long', 0, 1000, 1000, 1048576", 60),
                // Symptom: the last part of a page of history read the log to its end. Cause: an index on seq does not
                // show where from_seq exceeds a limit.
                checked("PgLogReader.ROWS", "a few in the middle", "'s_many', 500, 520, 1000, 1048576", FEW),
                checked("PgLogReader.BYTES", "", "'s_many', 520", FEW),
                checked("PgLogReader.FOLD_START", "snapshot", "'s_many', 150000, 199, 150000", 80),
                checked("PgLogReader.FOLD_START", "history", "'s_many', 75000, 49, 150000", 80),
                checked(
                        "PgLogReader.FOLD_ROWS",
                        "snapshot",
                        "'s_many', 150000, 199, 150000, 150000, 1000, 1048576",
                        120),
                checked("PgLogReader.AMENDMENTS", "", "'s_many'", FEW),
                checked("PgLogReader.REWINDS", "", "'s_many', 150000, 10", FEW),
                checked("PgLogReader.SUMMARY", "", "'s_many', 150000", FEW),
                checked("PgLogReader.RUN_END", "", "'s_many', 75001", FEW),
                checked("PgLogReader.USER_MESSAGE", "the last", "'s_many', NULL", FEW),
                // Reads the session backwards, and no other one, until it has found the message.
                checked("PgLogReader.USER_MESSAGE", "one before", "'s_many', 'u_14990'", FEW));
    }

    private static List<Checked> loads() {
        return List.of(
                checked("PgSessionLoader.USER", "", "'s_many'", FEW),
                checked("PgSessionLoader.CLAIM", "", "'s_many', 7", FEW),
                // Symptom: each load of a session read all its runs. Cause: with one run in most sessions,
                // the generic plan reads the runs of one session and checks each.
                checked("PgSessionLoader.RUNS", "one of many", "'s_many'", FEW),
                checked("PgSessionLoader.RUNS", "unfinished", "'s_1000'", FEW),
                checked("PgSessionLoader.OUTLINE", "", "'s_many', 149991", 60),
                checked("PgSessionLoader.RECALLS", "all over", "'s_many'", FEW),
                checked("PgSessionLoader.RECALLS", "open", "'s_7'", FEW),
                checked("PgSessionLoader.INTERRUPTS", "", "'s_many', 'r_14999', 20", PAGE),
                checked("PgSessionLoader.CLAIMS", "", "'ada', 's_many', 251", PAGE),
                checked("PgSessionLoader.STRUCTURE", "", "'s_many', 149991, 149991, 'r_14999'", FEW),
                checked("PgSessionLoader.SAID", "", "'s_many', 'r_14999', 149991", FEW));
    }

    private static List<Checked> sessions() {
        return List.of(
                checked(
                        "PgNewSessions.INSERT",
                        "",
                        "'s_new', 'ada', NULL, 't', '{}', 'e_1', 1, 'c_n', 'h', '{}', 't', 'hash', NULL, 's_1', 7, 'all'",
                        60),
                checked("PgEventStore.TAKE_SHARDS", "", "'node', '{1,2,3}'", FEW),
                checked("PgEventStore.UNFINISHED", "", "'{3}'", PAGE),
                checked("PgNewSessions.EPOCH", "", "'s_many'", FEW),
                checked("PgClaims.FIND", "", "'ada', 's_many', 'c_10'", FEW),
                checked("PgEventStore.ROOT_SEQ", "", "'s_many', 'r_7'", FEW),
                checked("PgEventStore.RECALLS_ELSEWHERE", "", "'u_7', 's_many'", FEW),
                checked("PgEventStore.RECALL_SESSIONS", "", "'u_7', now() - interval '1 day'", FEW),
                checked("PgEventStore.OWNER", "", "'s_many'", FEW),
                checked("PgSecrets.MAKE", "", "'name', '\\x00'", FEW),
                checked("PgSecrets.FIND", "", "'name'", FEW),
                checked("PgRunDirectory.ACTIVE", "", "50", 2 * PAGE),
                checked("PgRunDirectory.NODES", "", "", FEW),
                checked("PgRunDirectory.STOP", "", "'s_many', 'r_1', 'root'", FEW),
                checked("PgPreferences.FIND", "", "'ada'", FEW),
                checked("PgPreferences.PUT", "", "'ada', '22:00', '07:00', 'Europe/Berlin'", FEW),
                checked("PgMemories.STATE", "", "'ada'", FEW),
                checked("PgMemories.ADD", "", "'me_new', 'ada', 'a note', 'a note', 'agent', 1000", PAGE),
                checked("PgMemories.LIST", "", "'u_7', 90000, 50", PAGE),
                checked("PgMemories.SEARCH", "a word of every note", "'ada', '''note'':*', 20", PAGE),
                checked("PgMemories.REMOVE", "", "'ada', 'me_7'", FEW),
                checked("PgMemories.REMOVE_ALL", "", "'u_7'", 3 * PAGE),
                checked("PgMemories.TURN", "", "'ada', true", FEW),
                checked("PgMcpSignIns.BEGIN", "", "'m_7', 'u_7', 'server_0', 'state_new', '\\x00', 1000", PAGE),
                checked("PgMcpSignIns.TAKE", "", "'state_7'", PAGE),
                checked("PgMcpSignIns.KEEP", "", "'m_7', 'u_7', 'server_0', '\\x00'", PAGE),
                checked("PgMcpSignIns.FIND", "", "'m_7'", FEW),
                checked("PgMcpSignIns.EXISTING", "", "'{m_7,m_8}'", FEW),
                checked("PgMcpSignIns.REPLACE", "", "'m_7', 0, '\\x00'", PAGE),
                checked("PgMcpSignIns.DROP", "", "'m_7', 0", PAGE),
                checked("PgMcpSignIns.REMOVE", "", "'m_7'", PAGE),
                checked("PgMcpSignIns.LIST", "", "'u_7', 1000", PAGE),
                checked("PgMcpSignIns.PEOPLE", "", "'{server_0,none}', 1000", PAGE),
                checked(
                        "PgApiKeys.ADD",
                        "",
                        "'k_new', 'u_7', 'a key', '\\x00', 'chat', '{user}', '{}', 0, 0, now(), null, 20, 'ada'",
                        PAGE),
                checked("PgApiKeys.LIST", "", "'u_7', 1000", PAGE),
                checked("PgApiKeys.FIND", "", "'k_7'", FEW),
                checked("PgApiKeys.REMOVE", "", "'k_7', 'u_7', 'u_7'", PAGE),
                checked("PgApiKeys.USED", "", "'{k_7,k_8}', '{1,2}'", PAGE),
                checked("PgApiKeys.EXISTING", "", "'{k_7,k_8}'", FEW),
                checked("PgSettings.LIST", "", "1000", FEW),
                checked("PgSettings.CHANGE", "", "'{run.stepsMax,run.timeMs}', '{30,NULL}', 'ada'", PAGE));
    }

    private static List<Checked> lists() {
        String middle = "'2026-01-03Z', 's_2000'";
        return List.of(
                checked("PgSessionDirectory.FIND", "", "'s_many', 'ada'", FEW),
                checked("PgSessionDirectory.LIST", "first page", "'eve', '{f}', null, null, null, 11", PAGE),
                checked("PgSessionDirectory.LIST", "in the middle", "'eve', '{f}', false, " + middle + ", 11", PAGE),
                checked("PgSessionDirectory.LIST", "both lists", "'eve', '{f,t}', true, " + middle + ", 11", 2 * PAGE),
                // Symptom: a search read all texts of a user even if the first page was full immediately. Cause: it
                // named its lists as an array, so that their sessions had to be sorted first.
                checked(
                        "PgSearch.FIND",
                        "a word of every text",
                        "'eve', '{f}', null, null, null, 11, '{%text%}', 'text'",
                        2 * PAGE),
                checked(
                        "PgSearch.FIND",
                        "a word of every title",
                        "'eve', '{f,t}', false, " + middle + ", 11, '{%title%}', 'title'",
                        3 * PAGE),
                checked(
                        "PgSearch.FIND",
                        "a word of none",
                        "'u_9000', '{f,t}', null, null, null, 11, '{%x}', 'x'",
                        PAGE + FEW),
                checked("PgSearch.LIMIT_TIME", "", "'1000'", FEW),
                checked("PgRecallDirectory.OF_USER", "first page", "'ada', null, null, 11", PAGE),
                checked("PgRecallDirectory.OF_USER", "in the middle", "'ada', null, 'rc_85000', 11", PAGE),
                checked("PgRecallDirectory.OF_SESSION", "first page", "'ada', 's_many', null, 11", PAGE),
                checked("PgRecallDirectory.OF_SESSION", "in the middle", "'ada', 's_many', 'rc_99500', 11", PAGE),
                checked("PgRecallDirectory.OF_SESSION", "of few", "'ada', 's_80000', null, 11", PAGE),
                checked("PgRecallDirectory.OPEN_OF_USER", "", "'u_7', null, null, 11", PAGE),
                checked("PgRecallDirectory.OPEN_OF_SESSION", "", "'ada', 's_many', null, 11", PAGE),
                checked("PgRecallDirectory.FIND", "", "'rc_70', 'u_7'", FEW),
                checked("PgRecallDirectory.RUNS", "", "'rc_7', 20, NULL, NULL", FEW),
                checked("PgRecallDirectory.RUNS", "in the middle", "'rc_7', 20, now(), 'r_7'", FEW));
    }

    private static List<Checked> due() {
        return List.of(
                // A poll of all due items would also read those in the shards of others.
                checked("PgDueStore.RECALLS", "one shard", "NULL, NULL, 20, '{3}'", 60),
                checked("PgDueStore.RECALLS", "behind one", "now() - interval '1 h', 'rc_5', 20, '{3}'", 60),
                checked("PgDueStore.INTERRUPTS", "one shard", "NULL, NULL, NULL, 20, '{3}'", 60));
    }

    private static List<Checked> copies() {
        String save = "'s_many', 'k_new', 'r_7', 70, 1, now(), 2, '{}', now() - interval '3 h', 20";
        return List.of(
                checked("PgCheckpointer.SAVE", "many are too old", save, 2 * PAGE),
                checked("PgCheckpointer.LOAD", "", "'s_many', 'k_7'", FEW),
                checked("PgCheckpointer.ERASE", "", "'s_many', 10", FEW),
                checked("PgCheckpointer.LIST", "", "'s_many', 100, now() - interval '1 h', 10", FEW),
                checked("PgCheckpointer.FIND", "", "'s_many', 'k_7', now() - interval '1 h'", FEW),
                checked("PgErasures.NOTE", "", "'s_many', 'redis', 10, 500", FEW),
                checked("PgErasures.ANY_DUE", "", "'redis'", FEW),
                checked("PgErasures.DUE", "", "'redis', 500, 60000, 10, 20", PAGE),
                checked("PgErasures.ERASED", "", "'s_gone_7', 'redis', 1, 500", FEW));
    }

    private static String time(Long ms) {
        return ms == null ? "" : ", to_timestamp(" + ms / 1000 + ")";
    }

    private static List<Checked> jobs() {
        return List.of(
                checked("PgCompaction.SESSIONS", "", "'s_many', 10000, 20", PAGE),
                checked("PgCompaction.LOCK", "", "'s_many'", FEW),
                checked("PgCompaction.ROWS", "", "'s_many', 500, 140000, 200", 60),
                checked("PgCompaction.REMOVE", "", "'s_many', '{501,502,503}'", FEW),
                checked("PgCompaction.NOTE", "", "'s_many', 500", FEW),
                checked("PgExpirySweep.ANY_ANONYMOUS", "", "10", FEW),
                checked("PgExpirySweep.ANY_OF_USERS", "", "10", FEW),
                // Those that were used least recently have a recall, and stay as they are.
                checked("PgExpirySweep.OF_USERS", "all in use", "10, NULL, NULL, 20", 10 * PAGE),
                checked("PgExpirySweep.OF_USERS", "all idle", "10, '2026-02-20Z', 's_1', 20", 4 * PAGE),
                checked("PgExpirySweep.ANONYMOUS", "", "10, NULL, NULL, 20", 4 * PAGE),
                checked("PgExpirySweep.EXPIRED", "", "'job-3'", FEW),
                checked("PgTemporarySweep.LEFT", "", "60, 20", FEW),
                checked("PgSweeps.CLAIMS", "", "1, 20", 2 * PAGE),
                checked("PgSweeps.ERASED", "", "1, 20", 2 * PAGE),
                checked("PgSweeps.AUDIT", "", "1, 20", 2 * PAGE),
                checked("PgSweeps.JOB_RUNS", "", "1, 20", 2 * PAGE),
                checked("PgSweeps.HOOK_DELIVERIES", "", "1, 20", 2 * PAGE),
                checked("PgSweeps.WEBHOOK_DELIVERIES", "", "1, 20", 2 * PAGE),
                checked("PgSweeps.PUSH_MESSAGES", "", "1, 20", 2 * PAGE),
                checked("PgSweeps.PUSH_SUBSCRIPTIONS", "", "0, 20", 4 * PAGE),
                checked("PgSweeps.USES", "", "1, 20", 2 * PAGE),
                checked("PgSweeps.USAGE_DAYS", "", "1, 20", 2 * PAGE),
                checked("PgCheckpointSweep.SWEEP", "", "now(), NULL, NULL, NULL, NULL, NULL, 20", 4 * PAGE),
                checked("PgErase.CLEAR_RUNS", "", "'s_7', 10", 60),
                checked("PgErase.SESSION_ROW", "of another version", "'s_many', 0, 7", FEW));
    }

    private static List<Checked> hooks() {
        return List.of(
                checked("PgHooks.ADD", "", "'hk_new', 'u_7', 's_70', 'issues', '{{body}}', '', 50", 2 * FEW),
                checked("PgHooks.OF_USER", "", "'u_7', 1000", FEW),
                checked("PgHooks.OF_SESSION", "", "'u_7', 1000, 's_70'", FEW),
                checked("PgHooks.FIND", "", "'hk_7'", FEW),
                checked("PgHooks.CHANGE", "", "'hk_7', 'u_0', NULL, NULL, false, NULL, '{}'", 2 * FEW),
                checked("PgHooks.REMOVE", "", "'hk_70', 'u_7'", 2 * FEW),
                checked("PgHooks.RECEIVE", "new", "'hk_7', 'd_new', 'new', 'text'", 2 * FEW),
                checked("PgHooks.RECEIVE", "repeated", "'hk_7', 'd_90000', 'other', 'text'", FEW),
                checked("PgHooks.ACCEPTED", "", "'hk_7', 'd_90000', 'rc_1'", FEW),
                checked("PgHooks.RECEIVED", "first page", "'hk_7', NULL, NULL, 50", PAGE),
                checked("PgHooks.RECEIVED", "in the middle", "'hk_7', now() - interval '90000 s', 'd_90000', 50", PAGE),
                checked(
                        "PgWebhooks.ADD",
                        "",
                        "'wh_new', 'u_7', 'mine', 'https://x.org', '{run.ended}', '', 10, '{}'",
                        2 * FEW),
                checked("PgWebhooks.OF_USER", "", "'u_7', 1000", FEW),
                checked("PgWebhooks.FIND", "", "'wh_70', 'u_7'", FEW),
                checked("PgWebhooks.CHANGE", "", "'wh_4000', 'u_400', NULL, NULL, NULL, true, NULL, '{}'", 2 * FEW),
                checked("PgWebhooks.REMOVE", "", "'wh_70', 'u_7'", 2 * FEW),
                checked("PgWebhooks.PING", "", "'wh_70', 'u_7', 'wd_new'", FEW),
                checked("PgWebhooks.TOLD", "first page", "'wh_7', NULL, 50", PAGE),
                checked("PgWebhooks.TOLD", "in the middle", "'wh_7', 'wd_7', 50", PAGE),
                checked("PgWebhooks.TAKE", "", "8, 60000", 3 * PAGE),
                checked("PgWebhooks.DELIVERED", "", "'wd_7', 0, 200, 7", FEW),
                checked("PgWebhooks.RECOVERED", "", "'wh_7'", FEW),
                checked(
                        "PgWebhooks.FAILED",
                        "",
                        "'wd_70', 0, 500, 'It answered 500.', 7, 5000, 20, 20, 11000",
                        10 * PAGE),
                checked("PgWebhooks.GIVE_UP", "", "'wh_8', 1000", PAGE),
                checked("PgWebhooks.PARK", "", "'wh_8'", PAGE));
    }

    private static List<Checked> pushes() {
        return List.of(
                checked("PgPushes.KEEP_KEY", "", "'vapid', ''", FEW),
                checked("PgPushes.KEY", "", "'vapid'", FEW),
                checked("PgPushes.REPLACE_KEY", "", "'vapid', ''", FEW),
                checked("PgPushes.ONE_BROWSER", "", "'at_70'", FEW),
                checked("PgPushes.MAKE_ROOM", "", "'at_70', 'u_9'", 2 * PAGE),
                checked(
                        "PgPushes.ADD",
                        "",
                        "'pd_new', 'u_9', 'at_new', 'mine', 'push.test', '', true, 'in_70', NULL, 1000, 50",
                        2 * FEW),
                checked("PgPushes.OF_USER", "", "'u_900', 1000", FEW),
                checked("PgPushes.CHANGE", "", "'pd_70', 'u_7', NULL, false, '{}'", 2 * FEW),
                checked("PgPushes.REMOVE", "", "'pd_70', 'u_7'", 2 * FEW),
                checked("PgPushes.SIGNED_OUT", "", "'cookie_71'", 2 * FEW),
                checked("PgPushes.GONE", "", "'pd_70'", 2 * FEW),
                checked("PgPushes.TEST", "", "'pd_70', 'u_7', 'pm_new'", FEW),
                checked("PgPushes.TAKE", "", "8, 60000, 3000", 3 * PAGE),
                checked("PgPushes.DELIVERED", "", "'pm_70', 0", 2 * FEW),
                checked("PgPushes.DROP", "", "'pm_70', 0", FEW),
                checked("PgPushes.REFUSED", "", "'pm_70', 0", 2 * FEW),
                checked("PgPushes.LATER", "", "'pm_70', 0, 5000", 2 * FEW),
                checked("PgPushes.GIVE_UP", "", "'pd_7', 1990", 2 * PAGE));
    }

    private static List<Checked> signIns() {
        return List.of(
                checked("PgSignIns.ADD", "many have ended", "'in_new', 'u_7', '', 1000, 3, 100", 6 * PAGE),
                checked("PgSignIns.FIND", "", "'in_7'", FEW),
                checked("PgSignIns.CLAIM", "", "'in_7', 1, 1000", FEW),
                checked("PgSignIns.REPLACE", "", "'in_7', 1, ''", FEW),
                checked("PgSignIns.REST", "", "'in_7', 1, 1000", FEW),
                checked("PgSignIns.REMOVE", "", "'in_7'", FEW));
    }

    /** Also if nothing matches. */
    private static List<Checked> feedback() {
        return List.of(
                checked("PgLogReader.ANSWER", "", "'s_7', 'm_1'", FEW),
                checked("PgFeedbackDirectory.FIND", "", "'s_7000', 'm_7000'", FEW),
                checked(
                        "PgFeedbackDirectory.LIST",
                        "newest",
                        "'9999-12-31Z', 0, NULL, 2000, NULL, NULL, NULL, NULL, NULL, 50",
                        PAGE),
                checked(
                        "PgFeedbackDirectory.LIST",
                        "nothing matches",
                        "'2026-02-20Z', 0, '2026-01-10Z', 2000, 'down', 'none', 'm', true, 'text', 50",
                        PAGE));
    }

    /** Each combination of filters. Symptom: a page of one user's entries could read all entries, as above. */
    private static List<Checked> audit() {
        // Long before the entries of the test, and after them: nothing is found, and little is read.
        long longAgo = 1_000_000_000_000L;
        long later = 4_000_000_000_000L;
        Stream<Checked> record = Stream.of(checked("PgAudit.RECORD", "one", "'ada', 'config.reload', NULL, '{}'", 20));
        Stream<Checked> listed = IntStream.range(0, 24)
                .mapToObj(i -> new Filter(
                        (i & 1) == 0 ? null : "eve",
                        (i & 2) == 0 ? null : "rare",
                        (i & 4) == 0 ? null : "s_1",
                        i < 8 || i >= 16 ? null : Long.valueOf(later),
                        i < 16 ? null : Long.valueOf(longAgo)))
                .map(filter -> new Checked(
                        "PgAudit.listed",
                        filter.toString(),
                        PgAudit.listed(filter),
                        literals(Tuple.of(99_999L, filter.user(), filter.action(), filter.session(), 11))
                                + time(filter.fromMs())
                                + time(filter.toMs()),
                        PAGE));
        return Stream.concat(record, listed).toList();
    }

    /** Rows alone, each kind of change alone, and all together. */
    private static List<Checked> attachments() {
        return List.of(
                checked("PgAttachments.BEGIN", "", "'b_new', 'database', 4096", FEW),
                checked("PgAttachments.DISCARD", "", "'b_1000'", FEW),
                checked(
                        "PgAttachments.ADD",
                        "",
                        "'s_70', 'u_7', 'a_new', 'b_1000', 'n', 'text/plain', 1, NULL, NULL, NULL, 1000, 1000",
                        PAGE),
                checked("PgAttachments.FIND", "", "'s_70', 'a_70'", FEW),
                checked("PgAttachments.FIND_SEVERAL", "", "'s_70', '{a_70,a_71}'", FEW),
                checked("PgAttachments.THUMBNAIL", "", "'s_70', 'a_70'", FEW),
                checked("PgChunks.WRITE", "", "'b_70', 1, ''", FEW),
                checked("PgChunks.READ", "", "'b_70', 0", FEW),
                checked("AttachmentSweep.UNSENT", "", "1, 10", PAGE),
                checked("AttachmentSweep.UNFINISHED", "", "10", 2 * PAGE),
                checked("AttachmentSweep.GONE", "", "10", PAGE),
                checked("AttachmentSweep.DELETE", "", "'{b_none}'", FEW));
    }

    private static List<Checked> catalog() {
        String entry = "'{prompt}', '{p_7}', '{database}', '{\"{}\"}', '{changed}', '{approved}', '{false}', 'ada'";
        return List.of(
                checked("PgCatalog.LOCK", "", "", FEW),
                checked("PgCatalog.COUNT", "", "", FEW),
                checked("PgCatalog.LIST", "", "1000", FEW),
                checked("PgCatalog.NO_STANDARD", "", "", FEW),
                checked("PgCatalog.PUT", "", entry, 60),
                checked("PgCatalog.REMOVE", "", "'{prompt}', '{p_7}', 'ada'", 60),
                checked("PgCatalog.VERSIONS", "", "'prompt', 'p_7', 1000, 20", 2 * FEW),
                checked("PgCatalog.SET_STATUS", "", "'p_7', 7, 'approved', 'ada'", 60),
                // Two versions of each of a hundred prompts.
                checked("PgCatalog.PROMPTS", "", "'{p_7}', '{8}'", 8 * PAGE));
    }

    private static List<Checked> usage() {
        String call =
                "'{u_new}', '{r_1}', '{s_7}', '{u_7}', '{NULL}', '{answer}', '{p}', '{m}', '{2026-11-01Z}', '{1}', '{0}',"
                        + " '{0}', '{1}', '{0}', '{false}', '{0.1}', '{1}', '{0}'";
        List<Checked> found = new ArrayList<>(List.of(
                checked("PgUsage.RECORD", "", call, 60),
                checked("PgUsage.SPENT", "", "'u_7', '2026-02-01'", FEW),
                checked("PgUsage.SPENT_AT_LEAST", "", "'2026-02-01', 100, NULL, 1000", 3_000),
                checked("PgUsage.OF_SESSION", "", "'s_many', NULL, NULL, NULL, NULL, NULL, 100", 2 * PAGE),
                checked("PgUsage.WHOLE_SESSION", "", "'s_many'", 2 * PAGE),
                checked("PgUsage.RENAME_DAYS", "", "'u_7', 'u_new'", 10 * PAGE)));
        for (UsageDirectory.Group group : UsageDirectory.Group.values()) {
            found.add(new Checked(
                    "PgUsage.totals",
                    "of a user by " + group,
                    PgUsage.totals(group, true),
                    "'2026-01-01', '2026-01-30', 'u_7', NULL, NULL, NULL, NULL, 100",
                    PAGE));
        }
        return found;
    }

    private static List<Checked> appends() {
        PgAppend appends = new PgAppend();
        List<Change> kinds = AppendInTheMaking.everyKind();
        List<Checked> found = new ArrayList<>();
        kinds.forEach(kind -> found.add(append(appends, kind.getClass().getSimpleName(), kind)));
        found.add(append(appends, "all changes", kinds.toArray(Change[]::new)));
        found.add(append(appends, "rows", new Change[0]));
        PgAppend.Statement several = PgAppend.ofSeveral(IntStream.range(0, 20)
                .mapToObj(i -> new AppendInTheMaking("s_" + (700 + i), 0, 0, 3)
                        .rows(StoreFixture.segment(2, "r_1", "a", "b"))
                        .build())
                .toList());
        found.add(new Checked(
                "PgAppend.ROWS_OF_SEVERAL", "20 sessions", several.sql(), literals(several.values()), 20 * FEW));
        PgAppend.Piece rows = PgAppend.moreRows("s_1", List.of(StoreFixture.segment(2, "r_1", "a", "b")));
        found.add(new Checked(
                "PgAppend.MORE_ROWS", "", rows.sql(), literals(rows.values().get()), FEW));
        Change.Said said = kinds.stream()
                .filter(Change.Said.class::isInstance)
                .map(Change.Said.class::cast)
                .findFirst()
                .orElseThrow();
        PgAppend.Piece texts = PgAppend.moreTexts("s_nothing_said", List.of(said));
        found.add(new Checked(
                "PgAppend.MORE_TEXTS", "", texts.sql(), literals(texts.values().get()), FEW));
        return found;
    }

    private static Checked append(PgAppend appends, String note, Change... changes) {
        PgAppend.Statement statement = appends.of(new AppendInTheMaking("s_7", 0, 0, 3)
                .rows(StoreFixture.segment(2, "r_1", "a", "b"))
                .with(changes)
                .build());
        String name = statement.sql().equals(PgAppend.ROWS_ONLY) ? "PgAppend.ROWS_ONLY" : "PgAppend.of";
        return new Checked(name, note, statement.sql(), literals(statement.values()), PAGE);
    }

    private static Checked checked(String name, String note, String values, int pagesMax) {
        return new Checked(name, note, constant(name), values, pagesMax);
    }

    private static String constant(String name) {
        try {
            String[] parts = name.split("\\.");
            Field field = writer(parts[0]).getDeclaredField(parts[1]);
            field.setAccessible(true);
            return (String) field.get(null);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(name, e);
        }
    }

    private static Class<?> writer(String name) throws ClassNotFoundException {
        for (String part :
                Stream.concat(PACKAGES.stream(), OTHER_PACKAGES.stream()).toList()) {
            try {
                return Class.forName("io.reprise.store." + part + "." + name);
            } catch (ClassNotFoundException e) {
                // It is in another part.
            }
        }
        throw new ClassNotFoundException(name);
    }

    private static String literals(Tuple values) {
        return IntStream.range(0, values.size())
                .mapToObj(values::getValue)
                .map(CheckedStatements::literal)
                .collect(joining(", "));
    }

    private static String literal(Object value) {
        return switch (value) {
            case null -> "NULL";
            case Number number -> number.toString();
            case Boolean bool -> bool.toString();
            case Buffer bytes -> "'\\x" + java.util.HexFormat.of().formatHex(bytes.getBytes()) + "'";
            case Object[] array ->
                literal(Stream.of(array).map(CheckedStatements::element).collect(joining(",", "{", "}")));
            default -> "'" + value.toString().replace("'", "''") + "'";
        };
    }

    /** Of an array. */
    private static String element(Object value) {
        return value == null
                ? "NULL"
                : '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
