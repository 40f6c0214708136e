package io.reprise.store.checkpoint;

import io.reprise.config.storage.CheckpointSettings;
import io.reprise.job.Job.Order;
import io.reprise.job.Sweep;
import io.vertx.core.Future;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes old checkpoints of any store. Decides once, at its first batch, after how many days. */
public final class CheckpointSweep implements Sweep {
    private static final Logger log = LoggerFactory.getLogger(CheckpointSweep.class);
    private static final long BYTES_PER_MB = 1_048_576;

    private final CheckpointSettings settings;
    private final Order order;
    private final Supplier<Future<Long>> bytes;
    private final LongFunction<Sweep> deleting;
    private Sweep sweep;
    private Integer days;

    /**
     * @param bytes size of the store
     * @param deleting deletes checkpoints that are at least so many milliseconds old
     */
    public CheckpointSweep(
            CheckpointSettings settings, Order order, Supplier<Future<Long>> bytes, LongFunction<Sweep> deleting) {
        this.settings = settings;
        this.order = order;
        this.bytes = bytes;
        this.deleting = deleting;
    }

    @Override
    public Integer retentionDays() {
        return days;
    }

    @Override
    public Future<Batch> next() {
        if (sweep != null) return sweep.next();
        return days().compose(decided -> {
            days = decided;
            sweep = deleting.apply(CheckpointSettings.retentionMs(decided));
            return sweep.next();
        });
    }

    private Future<Integer> days() {
        if (order.retentionDays() != null) return Future.succeededFuture(order.retentionDays());
        if (settings.pressureMb() == 0) return Future.succeededFuture(settings.retentionDays());
        return bytes.get().map(size -> {
            if (size <= settings.pressureMb() * BYTES_PER_MB) return settings.retentionDays();
            log.atWarn()
                    .addKeyValue("bytes", size)
                    .addKeyValue("pressureMb", settings.pressureMb())
                    .addKeyValue("retentionDays", settings.pressureRetentionDays())
                    .log("the checkpoint store is large; keeping checkpoints for a shorter time");
            return settings.pressureRetentionDays();
        });
    }
}
