package io.reprise.agent.loop;

import io.reprise.config.storage.StoreSettings;
import io.reprise.history.BrokenLog;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.support.Backoff;
import io.reprise.support.StopSignal;
import io.reprise.support.Stopwatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a run needs before its first step, and retries while a store is unavailable: a run that was accepted goes on
 * when the store is back, for {@code store.waitMs}.
 */
final class StoreRetry {
    private static final Logger LOG = LoggerFactory.getLogger(StoreRetry.class);

    private final RunRequest run;
    private final StoreSettings away;
    private final StopSignal stop;

    interface Read<T> {
        T read() throws InterruptedException, StoreAnswer.Missing;
    }

    StoreRetry(RunRequest run, StoreSettings away, StopSignal stop) {
        this.run = run;
        this.away = away;
        this.stop = stop;
    }

    /**
     * @param what such as {@code checkpoint}
     * @param failed what people are told if the store remains unavailable, or has something that cannot be read
     * @throws RunFailure {@code unavailable} or {@code internal}
     */
    <T> T read(String what, String failed, Read<T> read) throws InterruptedException {
        Backoff backoff = new Backoff(away.retryMs(), away.retryMaxMs());
        Stopwatch watch = Stopwatch.started();
        for (int attempt = 1; ; attempt++) {
            try {
                return read.read();
            } catch (StoreAnswer.Missing e) {
                // Another attempt would read the same broken log.
                if (e.getCause() instanceof BrokenLog) throw new RunFailure(ErrorCode.INTERNAL, failed, e);
                long pauseMs = backoff.pauseMs(attempt);
                if (watch.ms() + pauseMs > away.waitMs()) throw new RunFailure(ErrorCode.UNAVAILABLE, failed, e);
                if (attempt == 1) waits(what, e);
                stop.sleep(TimeUnit.MILLISECONDS.toNanos(pauseMs));
            }
        }
    }

    private void waits(String what, StoreAnswer.Missing missing) {
        LOG.atWarn()
                .setMessage("reading what a run begins with failed; retrying")
                .addKeyValue("what", what)
                .addKeyValue("run", run.run())
                .addKeyValue("session", run.session())
                .addKeyValue("cause", missing.getCause().toString())
                .log();
    }
}
