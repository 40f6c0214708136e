package io.reprise.store.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.job.Sweep;
import io.reprise.store.postgres.StoreFixture;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PgOrphanSweepIT {
    private static StoreFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new StoreFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void rows_of_sessions_that_do_not_exist_are_deleted_and_all_others_stay() {
        fixture.execute("""
                INSERT INTO session (id, user_id, epoch, owner)
                SELECT 's_' || n, 'ada', 'e', 1 FROM generate_series(1, 9) AS n WHERE n % 3 <> 0;
                INSERT INTO session_event (session_id, seq, from_seq, type, payload, at)
                SELECT 's_' || n, seq, seq, 'X', '{}', now() FROM generate_series(1, 9) AS n, generate_series(1, 5) AS seq;
                INSERT INTO message_text (session_id, seq, end_seq, message_id, role, folded)
                SELECT 's_' || n, 1, 1, 'm', 'user', 'text' FROM generate_series(1, 9) AS n;
                INSERT INTO claim (user_id, session_id, id, hash, result)
                VALUES ('ada', 's_3', 'c', 'h', '{}'), ('ada', 's_1', 'c', 'h', '{}'), ('ada', '', 'create', 'h', '{}')""");
        Sweep sweep = new PgOrphanSweep(fixture.pool, 4);
        long deleted = 0;
        Sweep.Batch batch;
        do {
            batch = StoreFixture.await(sweep.next());
            deleted += batch.deleted();
        } while (batch.more());

        assertThat(deleted).isEqualTo(3 * 5 + 3 + 1);
        assertThat(fixture.look("SELECT string_agg(DISTINCT session_id, ' ') FROM session_event"))
                .isEqualTo("s_1 s_2 s_4 s_5 s_7 s_8");
        assertThat(fixture.look("SELECT count(*) FROM session_event")).isEqualTo("30");
        assertThat(fixture.look("SELECT count(*) FROM message_text")).isEqualTo("6");
        assertThat(fixture.look("SELECT string_agg(id || session_id, ' ' ORDER BY id) FROM claim"))
                .as("commands that make sessions belong to none")
                .isEqualTo("cs_1 create");
        assertThat(StoreFixture.await(PgOrphanSweep.existing(fixture.pool, Set.of("s_1", "s_3"))))
                .containsExactly("s_1");
    }
}
