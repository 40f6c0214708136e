package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.await;
import static io.reprise.store.postgres.StoreFixture.single;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.QueuedMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.Append;
import io.reprise.session.store.Claim;
import io.reprise.session.store.CreateOutcome;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.NewSession;
import io.reprise.session.store.RunRow;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An empty store of events in a real database. */
abstract class EventStoreBench {
    static final String SESSION = "s_1";

    static final String USER = "ada";

    static final long OWNER = 7;

    static final QueuedMessage WAITING =
            new QueuedMessage("m_9", "later", "queue", USER, "2026-01-01T00:00:00Z", "c_9");

    StoreFixture fixture;

    PgEventStore store;

    @BeforeEach
    void open_an_empty_store() {
        fixture = new StoreFixture();
        store = new PgEventStore(fixture.pool);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    void make() {
        assertThat(await(store.create(newSession(null)))).isEqualTo(new CreateOutcome.Made());
    }

    static NewSession newSession(Claim claim) {
        return new NewSession(SESSION, USER, "agent", "title", Map.of("k", 1), "e_1", OWNER, claim, null);
    }

    Loaded load(long owner) {
        return ((LoadOutcome.Found) await(store.load(SESSION, owner))).session();
    }

    void assertNothingBut(int events, long version) {
        assertThat(fixture.look("SELECT count(*) FROM session_event")).isEqualTo(Integer.toString(events));
        assertThat(fixture.look("SELECT version FROM session WHERE id = 's_1'")).isEqualTo(Long.toString(version));
        assertThat(fixture.look("SELECT epoch || queue || coalesce(preview, '') FROM session WHERE id = 's_1'"))
                .isEqualTo("e_1[]");
        assertThat(fixture.look("SELECT count(*) FROM run WHERE id = 'r_x'")).isEqualTo("0");
        if (events != 1) assertThat(await(store.claim(USER, SESSION, "c_1"))).isEmpty();
    }

    static Claim claim(String id, String hash) {
        return new Claim(USER, SESSION, id, hash, new CommandResult.Sent("m_1", CommandResult.Status.STARTED, "r_1"));
    }

    static RunRow run(String id, long firstSeq, String outcome, ErrorCode code) {
        return new RunRow(id, "user", firstSeq, StoreFixture.AT_MS, true, outcome, code);
    }

    static LogRow started(long seq, String run) {
        return single(seq, run, new LogEvent.RunStarted(SESSION, run, new LogEvent.RunMetadata("user")));
    }

    static LogRow finished(long seq, String run) {
        return single(seq, run, new LogEvent.RunFinished(SESSION, run, LogEvent.Outcome.SUCCESS, null));
    }

    static Append rows(long version, LogRow... rows) {
        return append(version, rows[rows.length - 1].seq()).rows(rows).build();
    }

    static AppendInTheMaking append(long version, long head) {
        return new AppendInTheMaking(SESSION, OWNER, version, head);
    }
}
