package io.reprise.session;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.history.ActiveRun;
import io.reprise.history.ChatMessage;
import io.reprise.history.Histories;
import io.reprise.message.Json;
import java.util.ArrayList;
import java.util.List;

/** Cuts a snapshot into the pages of the protocol: all at one seq, each with at least one message. */
final class SnapshotFrames {
    private SnapshotFrames() {}

    record Page(String frame, boolean last) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Frame(
            String type,
            String session,
            String epoch,
            long seq,
            List<ChatMessage> messages,
            boolean earlier,
            ActiveRun run,
            int page,
            boolean last) {}

    /**
     * @param number of the page, from 1; beyond the last one: the last one
     * @param sizeMax of a page's messages, in characters
     */
    static Page page(String session, String epoch, long at, Histories.Newest newest, int number, int sizeMax) {
        List<List<ChatMessage>> pages = split(newest.messages(), sizeMax);
        int index = Math.min(number, pages.size()) - 1;
        boolean last = index == pages.size() - 1;
        // The active run comes with the last page: a client applies a snapshot when it has them all.
        ActiveRun run = last ? newest.run() : null;
        Frame frame =
                new Frame("snapshot", session, epoch, at, pages.get(index), newest.earlier(), run, index + 1, last);
        return new Page(Json.text(frame), last);
    }

    private static List<List<ChatMessage>> split(List<ChatMessage> messages, int sizeMax) {
        List<List<ChatMessage>> pages = new ArrayList<>();
        pages.add(new ArrayList<>());
        long size = 0;
        for (ChatMessage message : messages) {
            int itsSize = Json.text(message).length();
            if (!pages.getLast().isEmpty() && size + itsSize > sizeMax) {
                pages.add(new ArrayList<>());
                size = 0;
            }
            pages.getLast().add(message);
            size += itsSize;
        }
        return pages;
    }
}
