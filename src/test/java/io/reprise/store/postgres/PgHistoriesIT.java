package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.ChatMessage;
import io.reprise.history.Histories;
import io.reprise.history.Histories.Newest;
import io.reprise.history.MessageStream;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A part of a log is folded to the same messages as the whole log, whatever was restarted, rewound, decided and
 * resumed.
 */
class PgHistoriesIT {
    private static final int LOGS = 25;
    private static final int READS_PER_LOG = 12;

    private final StoreFixture database = new StoreFixture();
    private final PgEventStore store = new PgEventStore(database.pool);
    private final Histories histories = new Histories(new PgLogReader(database.pool));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void the_newest_messages_and_the_pages_before_them_are_those_of_the_whole_conversation() {
        Random random = Seed.random("PgHistoriesIT");
        for (int i = 0; i < LOGS; i++) {
            RandomLog log = new RandomLog("s_" + i, random);
            store(log);
            for (int read = 0; read < READS_PER_LOG; read++) {
                checkNewest(log, 1 + random.nextInt(12), log.anySeq());
                checkPage(log, 1 + random.nextInt(12), log.anySeq());
                checkStream(log, log.anySeq());
            }
        }
    }

    private void checkNewest(RandomLog log, int messages, long upTo) {
        Newest whole = whole(log, upTo);
        // An incomplete message counts too, so there would be one less.
        if (whole.run() != null && !whole.run().open().isEmpty()) return;
        Newest newest = await(histories.newest(log.session(), upTo, messages, List.of()));

        assertThat(newest.messages())
                .as("%d of %s at %d", messages, log, upTo)
                .isEqualTo(last(whole.messages(), messages));
        assertThat(newest.earlier()).isEqualTo(whole.messages().size() > messages);
        assertThat(newest.run()).as("run of %s at %d", log, upTo).isEqualTo(whole.run());
    }

    private void checkPage(RandomLog log, int messages, long before) {
        List<ChatMessage> older = whole(log, log.head()).messages().stream()
                .filter(message -> message.metadata().seq() < before)
                .toList();
        Newest page = await(histories.before(log.session(), before, messages));

        assertThat(page.messages())
                .as("%d of %s before %d", messages, log, before)
                .isEqualTo(last(older, messages));
        assertThat(page.earlier()).isEqualTo(older.size() > messages);
    }

    /** Whatever was rewound, restarted or decided later, a message is returned in its final state. */
    private void checkStream(RandomLog log, long upTo) {
        MessageStream stream = await(histories.stream(log.session(), upTo));
        List<ChatMessage> messages = new ArrayList<>();
        MessageStream.Part part;
        do {
            part = await(stream.next());
            messages.addAll(part.messages());
        } while (!part.last());

        Newest whole = whole(log, upTo);
        assertThat(messages).as("%s at %d", log, upTo).isEqualTo(whole.messages());
        assertThat(part.run()).as("run of %s at %d", log, upTo).isEqualTo(whole.run());
    }

    private Newest whole(RandomLog log, long upTo) {
        return await(histories.span(log.session(), 0, upTo));
    }

    private static List<ChatMessage> last(List<ChatMessage> all, int messages) {
        return all.subList(Math.max(0, all.size() - messages), all.size());
    }

    private void store(RandomLog log) {
        await(store.create(StoreFixture.newSession(log.session(), "ada", 1)));
        Append append = new AppendInTheMaking(log.session(), 1, 0, log.head())
                .rows(log.rows())
                .runs(log.runs())
                .build();
        assertThat(await(store.append(append))).isEqualTo(new AppendOutcome.Stored());
    }
}
