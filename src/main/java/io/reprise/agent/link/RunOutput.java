package io.reprise.agent.link;

import io.reprise.config.RunSettings;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent;
import io.reprise.support.Stopwatch;
import io.reprise.support.Texts;
import io.reprise.tool.CallOutput;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** What a call of a run shows beside its result, within the limits of the settings. */
public final class RunOutput implements CallOutput, AutoCloseable {
    private static final int MESSAGE_BYTES_MAX = 200;

    private final RunFiles files;
    private final RunEvents events;
    private final RunRequest run;
    private final String call;
    private final RunSettings limits;
    private final AtomicInteger kept = new AtomicInteger();
    private final Stopwatch watch = Stopwatch.started();
    private long nextMs;
    private int told;
    private boolean closed;

    /** @param call id of the call */
    public RunOutput(RunFiles files, RunEvents events, RunRequest run, String call, RunSettings limits) {
        this.files = files;
        this.events = events;
        this.run = run;
        this.call = call;
        this.limits = limits;
    }

    @Override
    public Part image(byte[] image) throws InterruptedException {
        if (files.limits() == null) return NONE.image(image);
        int most = files.limits().get().perResultMax();
        if (kept.incrementAndGet() > most) return missing(image, "a result has at most " + most + " images");
        try {
            return files.keeper()
                    .keep(run.user(), run.session(), image)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(limits.toolMs(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return missing(image, "it could not be stored");
        }
    }

    /** What takes the place of an image. */
    public static Part missing(byte[] image, String why) {
        return new Part.Text("[image, " + image.length + " bytes, not shown: " + why + "]");
    }

    @Override
    public synchronized void progress(double done, Double total, String message) {
        boolean isNumber = Double.isFinite(done) && (total == null || Double.isFinite(total));
        if (closed || !isNumber || told >= limits.toolProgressMax() || watch.ms() < nextMs) return;
        told++;
        nextMs = watch.ms() + limits.toolProgressMs();
        String words = message == null || message.isBlank()
                ? null
                : Texts.cutToBytes(Texts.wellFormed(message.strip()), MESSAGE_BYTES_MAX);
        events.emit(LogEvent.Custom.of(new LogEvent.ToolProgress(call, done, total, words)));
    }

    /** The call has ended: nothing is told any more. */
    @Override
    public synchronized void close() {
        closed = true;
    }
}
