package io.reprise.gateway.reading;

import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.frame.ServerFrames;
import io.reprise.message.Cursor;
import io.reprise.message.Delivery;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.EventFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * One reader of one session, from the client's attach to its detach. Pure: its methods return what to send.
 *
 * <pre>
 *              verdict: snapshot, reset          last page
 *  Attaching ---------------------------> Folding --------> Pulling <------------> Live
 *      |                                                       ^    page to the head
 *      +-------------------- verdict: replay ------------------+    hole, full socket, too many events, behind the head
 * </pre>
 *
 * <p>From every state a new owner, or one that does not know it, leads back to Attaching: with the cursor if the client
 * has a state, without one in the middle of a snapshot. The client hears of it only if the verdict is not a replay.
 */
public final class Subscription {
    private static final long NONE = -1;

    private final String gateway;
    private final String session;
    private final String user;
    private final Receiver receiver;
    private final long sinceMs;

    private State state;
    private String attachId;
    private long number;
    private long pulls;
    private String epoch;
    private long reached = NONE;
    private boolean told;
    private boolean liveSent;

    /** @param attachId id of the client's frame; null if the server attaches by itself */
    Subscription(Reading reading, String gateway, Receiver receiver, String attachId, long nowMs) {
        this.gateway = gateway;
        this.session = reading.session();
        this.user = reading.user();
        this.receiver = receiver;
        this.attachId = attachId;
        this.sinceMs = nowMs;
        this.state = new State.Attaching(reading.cursor(), nowMs);
    }

    /** What a client wants to read. {@code cursor} may be null. */
    public record Reading(String session, String user, Cursor cursor) {}

    private sealed interface State {
        record Attaching(Cursor from, long sentMs) implements State {}

        /**
         * Pulls the pages of the snapshot at the verdict's head, so that the snapshot and the verdict show the same
         * state.
         */
        record Folding(int page, long at, Asked asked) implements State {}

        record Pulling(Asked asked) implements State {}

        record Live() implements State {}
    }

    /** An unanswered pull. */
    private record Asked(long pull, long sentMs) {}

    /** Attaches, or attaches again, under a new number: answers to older numbers are ignored. */
    ShardMessage.Attach attach(long newNumber, long nowMs) {
        Cursor from = switch (state) {
            case State.Attaching attaching -> attaching.from();
            case State.Folding folding -> null;
            case State.Pulling pulling -> new Cursor(epoch, reached);
            case State.Live live -> new Cursor(epoch, reached);
        };
        number = newNumber;
        state = new State.Attaching(from, nowMs);
        return new ShardMessage.Attach(session, user, reader(), from);
    }

    List<Frame> verdict(Delivery.Verdict verdict) {
        if (!(state instanceof State.Attaching attaching)) return List.of();
        boolean replay = verdict.mode() == Delivery.Mode.REPLAY;
        boolean silent = replay && reached != NONE;
        epoch = verdict.epoch();
        reached = replay ? attaching.from().seq() : NONE;
        state = replay
                ? new State.Pulling(null)
                : new State.Folding(1, verdict.attached().head(), null);
        return silent ? List.of() : tell(verdict);
    }

    private List<Frame> tell(Delivery.Verdict verdict) {
        String id = attachId;
        attachId = null;
        told = true;
        liveSent = false;
        return List.of(Frame.of(Frame.Type.ATTACHED, ServerFrames.attached(id, verdict)));
    }

    /** The owner cannot accept the attach now; it is repeated like an unanswered one. */
    void refusedForNow(long nowMs) {
        if (state instanceof State.Attaching attaching) state = new State.Attaching(attaching.from(), nowMs);
    }

    /** A late page, which arrives after it was requested again, has the same content and is accepted. */
    List<Frame> snapshot(Delivery.SnapshotPage page) {
        if (!(state instanceof State.Folding folding)) return List.of();
        if (page.page() != folding.page() || page.at() != folding.at()) return List.of();
        if (page.last()) {
            reached = page.at();
            state = new State.Pulling(null);
        } else {
            state = new State.Folding(folding.page() + 1, page.at(), null);
        }
        Cursor cursor = page.last() ? new Cursor(epoch, page.at()) : null;
        return List.of(new Frame(Frame.Type.SNAPSHOT, page.frame(), cursor));
    }

    /**
     * An empty page leaves the pull open, so that it is repeated at its timeout and not in a tight loop. A late page,
     * which arrives after it was requested again, is accepted, because it contains the same log. The latest page that
     * arrives determines whether live events follow.
     */
    List<Frame> page(Delivery.EventPage page) {
        if (!(state instanceof State.Live) && !(state instanceof State.Pulling && pulls())) return List.of();
        List<Frame> out = new ArrayList<>(page.frames().size() + 1);
        boolean whole = feed(page.frames(), out);
        if (whole && page.live()) goLive(out);
        else if (isLive() || !out.isEmpty()) state = new State.Pulling(null);
        return out;
    }

    private void goLive(List<Frame> out) {
        state = new State.Live();
        if (liveSent) return;
        liveSent = true;
        out.add(new Frame(Frame.Type.LIVE, ServerFrames.live(session, reached), new Cursor(epoch, reached)));
    }

    /** @param full whether the socket cannot accept the events, which are then pulled later */
    List<Frame> live(Delivery.LiveEvents events, boolean full) {
        if (!(state instanceof State.Live) || !events.epoch().equals(epoch)) return List.of();
        if (full) {
            state = new State.Pulling(null);
            return List.of();
        }
        List<Frame> out = new ArrayList<>(events.frames().size());
        if (!feed(events.frames(), out)) state = new State.Pulling(null);
        return out;
    }

    /** Later live events are not kept for this reader. Returns false if it was not live. */
    boolean leaveBehind() {
        if (!isLive()) return false;
        state = new State.Pulling(null);
        return true;
    }

    /** Returns false if events are missing, or if a range cannot be split at the cursor. */
    private boolean feed(List<EventFrame> frames, List<Frame> out) {
        for (EventFrame frame : frames) {
            if (frame.seq() <= reached) continue;
            if (frame.from() != reached + 1) return false;
            reached = frame.seq();
            out.add(new Frame(Frame.Type.EVENT, frame.text(), new Cursor(epoch, reached)));
        }
        return true;
    }

    /**
     * Handles the owner's report of the session's head. Returns true if the epoch differs, so that a new attach is
     * needed.
     */
    boolean headElsewhere(Delivery.Head head) {
        if (!(state instanceof State.Live)) return false;
        if (!head.epoch().equals(epoch)) return true;
        if (reached < head.head()) state = new State.Pulling(null);
        return false;
    }

    boolean isLive() {
        return state instanceof State.Live;
    }

    boolean wantsPull() {
        return switch (state) {
            case State.Folding folding -> folding.asked() == null;
            case State.Pulling pulling -> pulling.asked() == null;
            case State.Attaching attaching -> false;
            case State.Live live -> false;
        };
    }

    ShardMessage.ToSession pull(long nowMs) {
        Asked asked = new Asked(++pulls, nowMs);
        return switch (state) {
            case State.Folding f -> {
                state = new State.Folding(f.page(), f.at(), asked);
                yield new ShardMessage.PullSnapshot(session, reader(), pulls, f.page(), f.at());
            }
            case State.Pulling p -> {
                state = new State.Pulling(asked);
                yield new ShardMessage.Pull(session, reader(), pulls, reached);
            }
            case State.Attaching attaching -> throw new IllegalStateException("nothing to pull before the verdict");
            case State.Live live -> throw new IllegalStateException("nothing to pull while live");
        };
    }

    /** Whether a pull is unanswered. */
    boolean pulls() {
        return asked() != null;
    }

    private Asked asked() {
        return switch (state) {
            case State.Folding folding -> folding.asked();
            case State.Pulling pulling -> pulling.asked();
            case State.Attaching attaching -> null;
            case State.Live live -> null;
        };
    }

    boolean attachSentBefore(long thenMs) {
        return state instanceof State.Attaching attaching && attaching.sentMs() <= thenMs;
    }

    /** Treats a pull sent before that time as lost: {@link #wantsPull} becomes true again. */
    void forgetPullSentBefore(long thenMs) {
        Asked asked = asked();
        if (asked == null || asked.sentMs() > thenMs) return;
        state = state instanceof State.Folding folding
                ? new State.Folding(folding.page(), folding.at(), null)
                : new State.Pulling(null);
    }

    /** Whether there is no verdict for the current number yet. */
    boolean isAttaching() {
        return state instanceof State.Attaching;
    }

    boolean isOf(String otherEpoch) {
        return otherEpoch.equals(epoch);
    }

    /** Whether the client has received a verdict. */
    boolean isTold() {
        return told;
    }

    /** The last seq that was sent to the client; empty while the client has no complete state. */
    OptionalLong sent() {
        return reached != NONE ? OptionalLong.of(reached) : OptionalLong.empty();
    }

    Reader reader() {
        return new Reader(gateway, number);
    }

    long number() {
        return number;
    }

    String session() {
        return session;
    }

    Receiver receiver() {
        return receiver;
    }

    String attachId() {
        return attachId;
    }

    long sinceMs() {
        return sinceMs;
    }
}
