package io.reprise.store.postgres;

import io.reprise.message.CommandResult;
import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.feedback.Opinion;
import io.reprise.message.feedback.Rating;
import io.reprise.message.log.LogRow;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.session.store.Append;
import io.reprise.session.store.Change;
import io.reprise.session.store.Change.Audited;
import io.reprise.session.store.Change.ClaimMade;
import io.reprise.session.store.Change.Cleared;
import io.reprise.session.store.Change.EpochBegun;
import io.reprise.session.store.Change.InterruptChanged;
import io.reprise.session.store.Change.ListingChanged;
import io.reprise.session.store.Change.MessagesVoided;
import io.reprise.session.store.Change.MetadataChanged;
import io.reprise.session.store.Change.Previewed;
import io.reprise.session.store.Change.QueueChanged;
import io.reprise.session.store.Change.RecallChanged;
import io.reprise.session.store.Change.RecallsChained;
import io.reprise.session.store.Change.RunChanged;
import io.reprise.session.store.Change.Said;
import io.reprise.session.store.Change.TitlesChanged;
import io.reprise.session.store.Claim;
import io.reprise.session.store.Listing;
import io.reprise.session.store.ReadState;
import io.reprise.session.store.RunRow;
import io.reprise.session.store.Titles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An append with only what a test adds. */
public final class AppendInTheMaking {
    private final String session;
    private final long owner;
    private final long version;
    private final long head;
    private List<LogRow> rows = List.of();
    private final List<Change> changes = new ArrayList<>();

    public AppendInTheMaking(String session, long owner, long version, long head) {
        this.session = session;
        this.owner = owner;
        this.version = version;
        this.head = head;
    }

    public AppendInTheMaking rows(LogRow... given) {
        return rows(List.of(given));
    }

    public AppendInTheMaking rows(List<LogRow> given) {
        rows = given;
        return this;
    }

    public AppendInTheMaking claims(Claim... given) {
        return with(Stream.of(given).map(ClaimMade::new));
    }

    public AppendInTheMaking runs(RunRow... given) {
        return runs(List.of(given));
    }

    public AppendInTheMaking runs(List<RunRow> given) {
        return with(given.stream().map(RunChanged::new));
    }

    public AppendInTheMaking queue(List<QueuedMessage> given) {
        return given == null ? this : with(new QueueChanged(given));
    }

    public AppendInTheMaking epoch(String given) {
        return with(new EpochBegun(given));
    }

    public AppendInTheMaking preview(String given) {
        return with(new Previewed(given, false));
    }

    public AppendInTheMaking said(Said... given) {
        return with(Stream.of(given));
    }

    public AppendInTheMaking unsaidAfter(long seq) {
        return with(new MessagesVoided(seq));
    }

    public AppendInTheMaking names(Titles givenTitles, Map<String, Object> givenMetadata) {
        return with(new TitlesChanged(givenTitles)).with(new MetadataChanged(givenMetadata));
    }

    /** And the conversation starts again. */
    public AppendInTheMaking clearedTo(long given) {
        return with(new Cleared(given)).with(new Previewed(null, true));
    }

    public AppendInTheMaking recalls(List<Recall> given) {
        return with(given.stream().map(RecallChanged::new));
    }

    public AppendInTheMaking interrupts(List<Interrupt> given) {
        return with(given.stream().map(InterruptChanged::new));
    }

    public AppendInTheMaking audited(List<Audited> given) {
        return with(given.stream());
    }

    public AppendInTheMaking with(Change... given) {
        return with(Stream.of(given));
    }

    private AppendInTheMaking with(Stream<? extends Change> given) {
        given.forEach(changes::add);
        return this;
    }

    /** One change of each kind, as they may come together. */
    public static List<Change> everyKind() {
        Claim claim = new Claim("ada", "s_1", "c_1", "hash", new CommandResult.Done());
        return List.of(
                new ClaimMade(claim),
                new RunChanged(new RunRow("r_1", "user", 1, StoreFixture.AT_MS, true, null, null)),
                new QueueChanged(
                        List.of(new QueuedMessage("m_9", "later", "queue", "ada", "2026-01-01T00:00:00Z", "c_9"))),
                new EpochBegun("e_2"),
                new Previewed("first", false),
                new RecallChanged(new Recall(
                        "rc_1",
                        "s_1",
                        "ada",
                        "water the plants",
                        RecallSchedule.immediate(),
                        Recall.Status.PENDING,
                        StoreFixture.AT_MS,
                        StoreFixture.AT_MS,
                        0,
                        0,
                        0,
                        null,
                        StoreFixture.AT_MS)),
                new InterruptChanged(new Interrupt(
                        "i_1", "r_1", "t_1", "mail", "{}", StoreFixture.AT_MS, StoreFixture.AT_MS + 60_000, null)),
                new TitlesChanged(new Titles("Given", "Made", 1)),
                new ListingChanged(new Listing(true, true, true)),
                new Change.ReadChanged(new ReadState(3, List.of(5L, 8L)), true),
                new RecallsChained(3),
                new MetadataChanged(Map.of("k", "v")),
                new Change.AgentChanged("writer"),
                new Change.Used(),
                new Change.FeedbackGiven(
                        "m_1",
                        1,
                        "r_1",
                        "ada",
                        new Opinion(Rating.UP, "good"),
                        "default",
                        "m",
                        9,
                        StoreFixture.AT_MS,
                        false),
                new Change.FeedbackRemoved("m_2"),
                new Change.FeedbackVoided(0),
                new Change.AttachmentSent("a_1"),
                new Change.AttachmentShared("s_2", "a_2"),
                new Said(1, 3, "m_1", Role.USER, "hello"),
                new MessagesVoided(0),
                new Audited("ada", "interrupt.approve", "i_0", Map.of("run", "r_0")),
                new Cleared(0));
    }

    public Append build() {
        return new Append(session, owner, version, head, rows, changes);
    }
}
