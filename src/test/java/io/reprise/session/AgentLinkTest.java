package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.AgentMessage.RunBeat;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Reader;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.session.effect.Input;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run's batches and a store that is too slow. */
class AgentLinkTest extends SessionBench {
    @BeforeEach
    void keepUnstoredAtMost64KiB() {
        settings.put("log.bufferBytesMax", "65536");
        settings.put("log.segmentBytesMax", "65536");
        load();
    }

    /**
     * Symptom: while the store was unavailable, the unstored text of a run grew above its limit, some batches every
     * heartbeat.
     * Cause: with several acknowledgements withheld, a heartbeat acknowledged all of them but the last.
     */
    @Test
    void a_heartbeat_does_not_include_withheld_acknowledgements() {
        String run = start();
        batch(run, 1, null, new LogEvent.TextStart("m", Role.ASSISTANT, null));
        for (int number = 2; number <= 4; number++) {
            batch(run, number, null, new LogEvent.TextContent("m", "x".repeat(60_000)));
        }

        handle(new Input.Heartbeat());

        assertThat(acknowledged()).containsExactly(1, 2);
        assertThat(told(RunBeat.class)).extracting(RunBeat::received).containsExactly(2);
        storeAll();
        assertThat(acknowledged()).containsExactly(1, 2, 4);
    }

    /**
     * Symptom: as above, in the second run of a session. Cause: acknowledgements of the earlier run counted for
     * the next one, whose batches are numbered from 1 again.
     */
    @Test
    void a_heartbeat_does_not_acknowledge_batches_of_an_earlier_attempt() {
        String first = start();
        batch(first, 1, null, text("m", "text"));
        batch(first, 2, null, text("n", "text"));
        batch(first, 3, new RunEnd.Finished(List.of()));
        storeAll();
        send("c2", "again");
        storeAll();
        String second = lastRun();
        batch(second, 1, null, new LogEvent.TextStart("o", Role.ASSISTANT, null));
        batch(second, 2, null, new LogEvent.TextContent("o", "x".repeat(70_000)));

        handle(new Input.Heartbeat());

        assertThat(told(RunBeat.class)).extracting(RunBeat::received).containsExactly(1);
    }

    @Test
    void an_acknowledgement_says_how_many_subscriptions_read_the_session() {
        String run = start();
        batch(run, 1, null, new LogEvent.TextStart("m", Role.ASSISTANT, null));
        for (int subscription = 1; subscription <= 3; subscription++) {
            Reader reader = new Reader(READER.gateway(), subscription);
            handle(message(new ShardMessage.Attach("s", "user", reader, null)));
        }
        batch(run, 2, null, new LogEvent.TextContent("m", "read by three"));
        handle(message(new ShardMessage.Detach("s", new Reader(READER.gateway(), 2))));
        batch(run, 3, null, new LogEvent.TextContent("m", "read by two"));

        assertThat(told(BatchAck.class)).extracting(BatchAck::readers).containsExactly(0, 3, 2);
    }

    private List<Integer> acknowledged() {
        return told(BatchAck.class).stream().map(BatchAck::number).toList();
    }
}
