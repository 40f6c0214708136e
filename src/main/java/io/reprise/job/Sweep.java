package io.reprise.job;

import io.vertx.core.Future;

/** The work of one run, in batches. Each batch may be repeated: a node may die after it and before it says so. */
public interface Sweep {
    /** Does the next batch. A failed future ends the run as failed. */
    Future<Batch> next();

    /** After how many days it deletes; null if age does not matter. Known after the first batch. */
    default Integer retentionDays() {
        return null;
    }

    /** All batches of the first, then all of the second; with the retention of the first. */
    static Sweep oneAfterTheOther(Sweep first, Sweep second) {
        return new Sweep() {
            private boolean firstIsDone;

            @Override
            public Future<Batch> next() {
                if (firstIsDone) return second.next();
                return first.next().map(batch -> {
                    firstIsDone = !batch.more();
                    return new Batch(batch.processed(), batch.deleted(), true);
                });
            }

            @Override
            public Integer retentionDays() {
                return first.retentionDays();
            }
        };
    }

    /**
     * What a batch did.
     *
     * @param processed items that were looked at
     * @param deleted items that were deleted
     * @param more whether another batch follows
     */
    record Batch(long processed, long deleted, boolean more) {
        /** For statements that only find what they delete. */
        public static Batch ofDeleted(long deleted, int limit) {
            return new Batch(deleted, deleted, deleted >= limit);
        }
    }
}
