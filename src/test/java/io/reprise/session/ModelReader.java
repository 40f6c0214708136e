package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.Cursor;
import io.reprise.message.Delivery;
import io.reprise.message.EventFrame;
import io.reprise.message.LogRow;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gateway's subscription and the client behind it in one: it keeps the text of everything it applied. */
final class ModelReader {
    static final String GATEWAY = "gateway.model.0";
    private static final Pattern EVENT = Pattern.compile("\"event\":(.*)}$");
    private static final Pattern DELTA = Pattern.compile("\"delta\":\"(.*)\"}$");

    private final String session;
    private final List<ShardMessage.ToSession> outgoing = new ArrayList<>();
    final StringBuilder text = new StringBuilder();
    long subscription;
    long pull;
    String epoch;
    long cursor = -1;
    boolean live;
    boolean attaching;
    boolean snapshotting;
    long snapshotAt = -1;
    Delivery.Mode lastMode;

    ModelReader(String session) {
        this.session = session;
    }

    List<ShardMessage.ToSession> takeOutgoing() {
        List<ShardMessage.ToSession> taken = List.copyOf(outgoing);
        outgoing.clear();
        return taken;
    }

    void attach(long number, boolean withCursor) {
        if (subscription != 0) outgoing.add(new ShardMessage.Detach(session, reader()));
        subscription = number;
        live = false;
        attaching = true;
        Cursor from = withCursor && cursor >= 0 ? new Cursor(epoch, cursor) : null;
        outgoing.add(new ShardMessage.Attach(session, "user", reader(), from));
    }

    Reader reader() {
        return new Reader(GATEWAY, subscription);
    }

    void pull() {
        live = false;
        pull++;
        if (snapshotting) outgoing.add(new ShardMessage.PullSnapshot(session, reader(), pull, 1, snapshotAt));
        else outgoing.add(new ShardMessage.Pull(session, reader(), pull, cursor));
    }

    void take(Delivery delivery, ModelStore store, long number) {
        switch (delivery) {
            case Delivery.Verdict verdict when verdict.subscription() == subscription && attaching -> verdict(verdict);
            case Delivery.SnapshotPage page
            when current(page.subscription(), page.pull()) && snapshotting -> {
                snapshotting = false;
                text.setLength(0);
                text.append(page.frame());
                cursor = page.at();
                pull();
            }
            case Delivery.EventPage page
            when current(page.subscription(), page.pull()) && !snapshotting -> {
                assertThat(page.epoch()).isEqualTo(epoch);
                if (apply(page.frames()) && page.live()) live = true;
                else pull();
            }
            case Delivery.LiveEvents news
            when live && news.epoch().equals(epoch) -> {
                if (!apply(news.frames())) pull();
            }
            case Delivery.UnknownSubscription unknown
            when unknown.subscription() == subscription -> attach(number, !snapshotting);
            case Delivery.SessionDropped dropped -> attach(number, !snapshotting);
            default -> {}
        }
    }

    private void verdict(Delivery.Verdict verdict) {
        attaching = false;
        lastMode = verdict.mode();
        if (verdict.mode() == Delivery.Mode.REPLAY) {
            assertThat(verdict.epoch()).as("replay of another epoch").isEqualTo(epoch);
            snapshotting = false;
        } else {
            snapshotting = true;
            snapshotAt = verdict.attached().head();
            cursor = -1;
        }
        epoch = verdict.epoch();
        pull();
    }

    private boolean current(long itsSubscription, long itsPull) {
        return !attaching && itsSubscription == subscription && itsPull == pull;
    }

    private boolean apply(List<EventFrame> frames) {
        for (EventFrame frame : frames) {
            if (frame.seq() <= cursor) continue;
            if (frame.from() > cursor + 1) return false;
            assertThat(frame.from()).as("a range across the cursor").isEqualTo(cursor + 1);
            text.append(applied(frame));
            cursor = frame.seq();
        }
        return true;
    }

    /** What applying the frame adds to a reader's text. */
    static String applied(EventFrame frame) {
        Matcher event = EVENT.matcher(frame.text());
        assertThat(event.find()).isTrue();
        StringBuilder added = new StringBuilder();
        append(added, event.group(1));
        return added.toString();
    }

    /** Adds an event's JSON; of a delta only its text, so that merging makes no difference. */
    static void append(StringBuilder to, LogRow row, long after, long upTo) {
        append(to, row.json(after, upTo));
    }

    private static void append(StringBuilder to, String json) {
        Matcher delta = DELTA.matcher(json);
        to.append(delta.find() ? delta.group(1) : "\n" + json + "\n");
    }
}
