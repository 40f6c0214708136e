package io.reprise.gateway.reading;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.frame.ServerFrames;
import io.reprise.message.NodeMessage;
import io.reprise.message.UserNotices;
import io.reprise.support.Current;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sends notices about a user's sessions to all sockets of that user at one gateway, and notices about the server to those of
 * administrators. A full socket gets none; when it
 * has room again, it receives one notice that something has changed. For one event loop.
 */
public final class Notices {
    private static final Frame SOMETHING_CHANGED = Frame.of(Frame.Type.NOTICE, ServerFrames.somethingChanged());

    private final Map<String, Set<Receiver>> sockets = new HashMap<>();
    private final Set<Receiver> admins = new LinkedHashSet<>();
    private final Set<Receiver> missed = new HashSet<>();
    private final Current<Integer> changesMax;

    /**
     * @param changesMax if more sessions of a user have changed at the same time, the user is told only that something
     *     has changed
     */
    public Notices(Current<Integer> changesMax) {
        this.changesMax = changesMax;
    }

    public void came(String user, Receiver socket) {
        sockets.computeIfAbsent(user, first -> new LinkedHashSet<>()).add(socket);
    }

    /** Whether the socket is one of an administrator, who is also told of the server. */
    public void admin(Receiver socket, boolean is) {
        if (is) admins.add(socket);
        else admins.remove(socket);
    }

    public void left(String user, Receiver socket) {
        missed.remove(socket);
        admins.remove(socket);
        sockets.computeIfPresent(user, (same, others) -> {
            others.remove(socket);
            return others.isEmpty() ? null : others;
        });
    }

    /** The socket has room again. */
    public void drained(Receiver socket) {
        if (missed.remove(socket)) socket.frame(SOMETHING_CHANGED);
    }

    public void tell(UserNotices news) {
        Map<String, List<UserNotices.Notice>> byUser =
                news.notices().stream().collect(groupingBy(UserNotices.Notice::user, LinkedHashMap::new, toList()));
        byUser.forEach((user, its) -> {
            Set<Receiver> itsSockets = sockets.get(user);
            if (itsSockets == null) return;
            List<Frame> frames = frames(its);
            // A copy, because a socket may be removed while it is written to.
            for (Receiver socket : Set.copyOf(itsSockets)) give(socket, frames);
        });
    }

    /** Tells the administrators. A full socket is not told: what it would learn can be read at any time. */
    public void tell(NodeMessage.ConfigNews news) {
        if (admins.isEmpty()) return;
        Frame frame = Frame.of(Frame.Type.NOTICE, ServerFrames.notice(news));
        for (Receiver socket : Set.copyOf(admins)) if (!socket.full()) socket.frame(frame);
    }

    /** Tells all sockets. A full one is not told: what it would learn can be read at any time. */
    public void tell(NodeMessage.McpNews news) {
        Frame frame = Frame.of(Frame.Type.NOTICE, ServerFrames.notice(news));
        for (Set<Receiver> ofUser : List.copyOf(sockets.values())) {
            for (Receiver socket : Set.copyOf(ofUser)) if (!socket.full()) socket.frame(frame);
        }
    }

    private List<Frame> frames(List<UserNotices.Notice> notices) {
        boolean many = notices.stream().filter(Notices::isChange).count() > changesMax.get();
        List<Frame> frames = new ArrayList<>();
        for (UserNotices.Notice notice : notices) {
            if (many && isChange(notice)) continue;
            frames.add(Frame.of(Frame.Type.NOTICE, ServerFrames.notice(notice)));
        }
        if (many) frames.add(SOMETHING_CHANGED);
        return frames;
    }

    private static boolean isChange(UserNotices.Notice notice) {
        return notice.kind() == UserNotices.Kind.SESSION_CHANGED;
    }

    private void give(Receiver socket, List<Frame> frames) {
        for (Frame frame : frames) {
            if (socket.full()) missed.add(socket);
            else socket.frame(frame);
        }
    }

    /** Number of sockets of all users. */
    int count() {
        return sockets.values().stream().mapToInt(Set::size).sum();
    }
}
