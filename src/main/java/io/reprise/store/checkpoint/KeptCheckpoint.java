package io.reprise.store.checkpoint;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.CheckpointJson;
import io.reprise.history.CheckpointInfo;
import java.util.Comparator;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A checkpoint in its stored form. */
public record KeptCheckpoint(CheckpointInfo info, byte[] body) {
    private static final Logger log = LoggerFactory.getLogger(KeptCheckpoint.class);

    static final Comparator<KeptCheckpoint> NEWEST_FIRST = Comparator.comparing(
            KeptCheckpoint::info,
            Comparator.comparingLong(CheckpointInfo::seq)
                    .thenComparing(CheckpointInfo::atMs)
                    .thenComparing(CheckpointInfo::id)
                    .reversed());

    public static KeptCheckpoint of(Checkpoint checkpoint, long atMs) {
        byte[] body = CheckpointJson.write(checkpoint);
        return new KeptCheckpoint(
                new CheckpointInfo(
                        checkpoint.id(), checkpoint.run(), checkpoint.seq(), atMs, checkpoint.step(), body.length),
                body);
    }

    /** An unreadable checkpoint counts as missing. */
    public static Optional<Checkpoint> read(String session, String id, byte[] body) {
        try {
            return Optional.of(CheckpointJson.read(body));
        } catch (IllegalArgumentException e) {
            log.atWarn()
                    .addKeyValue("session", session)
                    .addKeyValue("checkpoint", id)
                    .addKeyValue("bytes", body.length)
                    .log("checkpoint is not readable");
            return Optional.empty();
        }
    }
}
