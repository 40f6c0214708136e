package io.reprise.session.reading;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.reprise.history.ActiveRun;
import io.reprise.history.ChatMessage;
import io.reprise.history.Histories;
import io.reprise.message.Json;
import java.util.ArrayList;
import java.util.List;

/** Cuts a snapshot into the pages of the protocol: all at one seq, each with at least one message unless there is none. */
public final class SnapshotFrames {
    private final Snapshots.Key key;
    private final Histories.Newest newest;
    private final int sizeMax;
    private final List<String> frames = new ArrayList<>();
    private StringBuilder messages = new StringBuilder();

    /** @param messages as JSON already */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Frame(
            String type,
            String session,
            String epoch,
            long seq,
            @JsonRawValue String messages,
            boolean earlier,
            ActiveRun run,
            int page,
            boolean last) {}

    private SnapshotFrames(Snapshots.Key key, Histories.Newest newest, int sizeMax) {
        this.key = key;
        this.newest = newest;
        this.sizeMax = sizeMax;
    }

    /**
     * All frames, the first page first.
     *
     * @param sizeMax of a page's messages, in characters
     */
    public static List<String> of(Snapshots.Key key, Histories.Newest newest, int sizeMax) {
        return new SnapshotFrames(key, newest, sizeMax).cut();
    }

    private List<String> cut() {
        for (ChatMessage message : newest.messages()) {
            String json = Json.text(message);
            if (!messages.isEmpty() && messages.length() + json.length() > sizeMax) close(false);
            messages.append(messages.isEmpty() ? "" : ",").append(json);
        }
        close(true);
        return List.copyOf(frames);
    }

    /** The active run comes with the last page: a client applies a snapshot when it has them all. */
    private void close(boolean last) {
        frames.add(Json.text(new Frame(
                "snapshot",
                key.session(),
                key.epoch(),
                key.at(),
                "[" + messages + "]",
                newest.earlier(),
                last ? newest.run() : null,
                frames.size() + 1,
                last)));
        messages = new StringBuilder();
    }
}
