package io.reprise;

import io.reprise.config.Settings;
import io.reprise.gateway.reading.Outbox;
import io.reprise.history.Histories;
import io.reprise.history.LogReader;
import io.reprise.message.Json;
import io.reprise.message.log.EventFrame;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogRow;
import io.reprise.session.reading.SnapshotFrames;
import io.reprise.session.reading.Snapshots;
import io.reprise.support.MonotonicClock;
import io.reprise.support.Stopwatch;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a made-up conversation as sessions and gateways do for a person who opens a chat. This loads the classes and
 * compiles the code, so the first person after a start waits less. Uses neither the database nor the network
 * and leaves nothing behind.
 */
final class WarmUp implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
    private static final String EVENTS = "warm-up.jsonl";
    private static final String SESSION = "s_warmup";
    private static final String TEXT = "\"TEXT\"";
    private static final String SENTENCE = "A line of \"made-up\" text with an é.\n";
    private static final int TEXT_SENTENCES = 500;
    private static final int RUNS = 10;
    private static final int ROUNDS = 8;
    private static final int ROWS_PER_READ = 20;

    private final int pageChars;
    private final Outbox outbox;
    private final List<StoredRow> stored = new ArrayList<>();

    /** A row in its stored form. */
    private record StoredRow(long seq, String type, String payload, int[] ends) {
        LogRow read() {
            return EventJson.row(seq, seq, "r_1", type, payload, ends, seq);
        }
    }

    WarmUp(Settings settings, MonotonicClock clock) {
        pageChars = settings.log().pageBytesMax();
        outbox = new Outbox(WarmUp::encode, settings.server(), clock, more -> {}, () -> {}, () -> {});
        String text = SENTENCE.repeat(TEXT_SENTENCES);
        String quoted = Json.text(text);
        List<String> lines = lines();
        for (int run = 0; run < RUNS; run++) {
            for (String line : lines) {
                String payload = line.replace(TEXT, quoted).replace("_1\"", "_1" + run + "\"");
                int[] ends = line.contains(TEXT) ? new int[] {text.length()} : null;
                stored.add(new StoredRow(stored.size() + 1L, EventJson.type(EventJson.parse(payload)), payload, ends));
            }
        }
    }

    @Override
    public void run() {
        Stopwatch sinceBegin = Stopwatch.started();
        try {
            for (int i = 0; i < ROUNDS; i++) round();
            log.atDebug().addKeyValue("ms", sinceBegin.ms()).log("warmed up");
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("the warm-up failed; the first reads take longer");
        }
    }

    /** @return the number of frames */
    int round() {
        Snapshots.Key key = new Snapshots.Key(SESSION, "e_1", stored.size());
        Histories.Newest newest = new Histories(new MadeUpLog())
                .newest(SESSION, key.at(), stored.size(), List.of())
                .result();
        List<String> frames = new ArrayList<>(SnapshotFrames.of(key, newest, pageChars));
        for (StoredRow row : stored) {
            frames.add(
                    EventFrame.of(SESSION, row.read(), row.seq() - 1, row.seq()).text());
        }
        frames.forEach(outbox::push);
        return frames.size();
    }

    private static Future<Void> encode(String part, boolean first, boolean last) {
        return Future.succeededFuture(Buffer.buffer(part)).mapEmpty();
    }

    private static List<String> lines() {
        try (InputStream in = WarmUp.class.getResourceAsStream(EVENTS)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class MadeUpLog implements LogReader {
        @Override
        public Future<List<LogRow>> rows(String session, long after, long upTo, int rowsMax, int bytesMax) {
            return Future.succeededFuture(IntStream.range((int) after, (int) Math.min(upTo, after + ROWS_PER_READ))
                    .mapToObj(i -> stored.get(i).read())
                    .toList());
        }

        @Override
        public Future<Optional<LogRow>> summary(String session, long upTo) {
            return Future.succeededFuture(Optional.empty());
        }

        @Override
        public Future<Long> bytes(String session, long upTo) {
            return Future.succeededFuture(0L);
        }

        @Override
        public Future<FoldStart> foldStart(String session, long upTo, int messages, long asOf) {
            return Future.succeededFuture(new FoldStart(1, false));
        }

        @Override
        public Future<Long> runEnd(String session, long seq) {
            return Future.succeededFuture(Long.MAX_VALUE);
        }

        @Override
        public Future<List<LogRow>> amendments(String session) {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Future<List<LogRow>> rewinds(String session, long before, int rowsMax) {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Future<Optional<UserMessage>> userMessage(String session, String message) {
            return Future.succeededFuture(Optional.empty());
        }
    }
}
