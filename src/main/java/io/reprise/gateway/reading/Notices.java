package io.reprise.gateway.reading;

import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.frame.ServerFrames;
import io.reprise.message.UserNotices;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Sends notices about a user's sessions to all sockets of that user at one gateway. A full socket gets none; when it
 * has room again, it receives one notice that something has changed. For one event loop.
 */
public final class Notices {
    private final Map<String, Set<Receiver>> sockets = new HashMap<>();
    private final Set<Receiver> missed = new HashSet<>();

    public void came(String user, Receiver socket) {
        sockets.computeIfAbsent(user, first -> new LinkedHashSet<>()).add(socket);
    }

    public void left(String user, Receiver socket) {
        missed.remove(socket);
        sockets.computeIfPresent(user, (same, others) -> {
            others.remove(socket);
            return others.isEmpty() ? null : others;
        });
    }

    /** The socket has room again. */
    public void drained(Receiver socket) {
        if (missed.remove(socket)) socket.frame(Frame.of(Frame.Type.NOTICE, ServerFrames.somethingChanged()));
    }

    public void tell(UserNotices news) {
        for (UserNotices.Notice notice : news.notices()) {
            Set<Receiver> itsSockets = sockets.get(notice.user());
            if (itsSockets == null) continue;
            Frame frame = Frame.of(Frame.Type.NOTICE, ServerFrames.notice(notice));
            // A copy, because a socket may be removed while it is written to.
            for (Receiver socket : Set.copyOf(itsSockets)) {
                if (socket.full()) missed.add(socket);
                else socket.frame(frame);
            }
        }
    }

    /** Number of sockets of all users. */
    int count() {
        return sockets.values().stream().mapToInt(Set::size).sum();
    }
}
