package io.reprise.session.log;

import io.reprise.message.AgentMessage.RunAnswer;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.TitleRequest;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogRow;
import io.reprise.message.recall.Recall;
import io.reprise.session.effect.Effect;
import io.reprise.session.store.Append;
import io.reprise.session.store.Change;
import io.reprise.session.store.Change.AgentChanged;
import io.reprise.session.store.Change.AttachmentSent;
import io.reprise.session.store.Change.Audited;
import io.reprise.session.store.Change.ClaimMade;
import io.reprise.session.store.Change.Cleared;
import io.reprise.session.store.Change.EpochBegun;
import io.reprise.session.store.Change.FeedbackGiven;
import io.reprise.session.store.Change.FeedbackRemoved;
import io.reprise.session.store.Change.FeedbackVoided;
import io.reprise.session.store.Change.InterruptChanged;
import io.reprise.session.store.Change.ListingChanged;
import io.reprise.session.store.Change.MessagesVoided;
import io.reprise.session.store.Change.MetadataChanged;
import io.reprise.session.store.Change.Previewed;
import io.reprise.session.store.Change.QueueChanged;
import io.reprise.session.store.Change.ReadChanged;
import io.reprise.session.store.Change.RecallChanged;
import io.reprise.session.store.Change.RecallsChained;
import io.reprise.session.store.Change.RunChanged;
import io.reprise.session.store.Change.Said;
import io.reprise.session.store.Change.TitlesChanged;
import io.reprise.session.store.Change.Used;
import io.reprise.session.store.Claim;
import io.reprise.session.store.Listing;
import io.reprise.session.store.ReadState;
import io.reprise.session.store.RunRow;
import io.reprise.session.store.Titles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What will be stored with the next rows of the log, such as claims and runs, and what follows when it is stored. */
public final class NextAppend {
    private final Map<Key, Change> changes = new LinkedHashMap<>();
    private final List<Decided> decided = new ArrayList<>();
    private RunRequest runRequest;
    private RunAnswer runAnswer;
    private Effect.Tell titleAsked;

    /** Identifies what a change concerns: a later change with the same key replaces an earlier one. */
    private record Key(Class<? extends Change> kind, Object about) {}

    /** A command with its outcome, which is sent when it is stored. */
    public record Decided(ShardMessage.Request request, CommandOutcome outcome) {}

    boolean isEmpty() {
        return changes.isEmpty() && decided.isEmpty();
    }

    Optional<Claim> claim(String id) {
        return of(ClaimMade.class, id).map(ClaimMade::claim);
    }

    public void decide(ShardMessage.Request request, CommandResult result) {
        decided.add(new Decided(request, new CommandOutcome.Accepted(result, false)));
        if (request.id() == null) return;
        put(
                request.id(),
                new ClaimMade(new Claim(request.user(), request.session(), request.id(), request.hash(), result)));
    }

    /** A repeat receives the outcome of the command that is being stored. */
    void join(ShardMessage.Request repeat, CommandOutcome outcome) {
        decided.add(new Decided(repeat, outcome));
    }

    public void run(RunRow row) {
        put(row.id(), new RunChanged(row));
    }

    /** Replaces what was said of the answer before. */
    public void feedback(FeedbackGiven given) {
        changes.remove(new Key(FeedbackRemoved.class, given.message()));
        put(given.message(), given);
    }

    public void feedbackRemoved(String message) {
        changes.remove(new Key(FeedbackGiven.class, message));
        put(message, new FeedbackRemoved(message));
    }

    public void recall(Recall recall) {
        put(recall.id(), new RecallChanged(recall));
    }

    /** How many runs in a row recalls have started. */
    public void recallChain(int runs) {
        put(new RecallsChained(runs));
    }

    /** Sends the request to the agent when the beginning of the run is stored. */
    public void requestAfterwards(RunRequest request) {
        runRequest = request;
    }

    /** Sends the request to the agent at {@code address} when the exchange is stored. */
    public void titleAfterwards(String address, TitleRequest request) {
        titleAsked = new Effect.Tell(address, request);
    }

    /** Null if no title is requested. */
    public Effect.Tell titleAsked() {
        return titleAsked;
    }

    void said(Said message) {
        put(message.seq(), message);
    }

    /** Messages that began after {@code seq} are superseded. */
    public void unsaidAfter(long seq) {
        changes.values().removeIf(change -> change instanceof Said said && said.seq() > seq);
        changes.replaceAll((key, change) ->
                change instanceof FeedbackGiven given && given.seq() > seq ? given.ofSuperseded() : change);
        long lowest = of(MessagesVoided.class)
                .map(before -> Math.min(seq, before.afterSeq()))
                .orElse(seq);
        put(new MessagesVoided(lowest));
        put(new FeedbackVoided(lowest));
    }

    /** The messages that began after this are superseded; empty if none are. */
    OptionalLong rewoundTo() {
        return of(FeedbackVoided.class)
                .map(FeedbackVoided::afterSeq)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /** Sends the answer to the agent when its content is stored. */
    public void answerAfterwards(RunAnswer answer) {
        runAnswer = answer;
    }

    public RunAnswer runAnswer() {
        return runAnswer;
    }

    public void interrupt(Interrupt interrupt) {
        put(interrupt.id(), new InterruptChanged(interrupt));
    }

    public void audited(Audited decision) {
        put(new Object(), decision);
    }

    public void queue(List<QueuedMessage> whole) {
        put(new QueueChanged(List.copyOf(whole)));
    }

    public void epoch(String newEpoch) {
        put(new EpochBegun(newEpoch));
    }

    /** The conversation starts again, so the next message counts as its first one. */
    public void anew() {
        put(new Previewed(null, true));
    }

    /** Erases the log up to this seq, including the changes collected so far. */
    public void clear(long upTo) {
        put(new Cleared(upTo));
        changes.values()
                .removeIf(change -> change instanceof RunChanged
                        || change instanceof InterruptChanged
                        || change instanceof Said
                        || change instanceof FeedbackGiven);
        runRequest = null;
        runAnswer = null;
        anew();
    }

    public boolean isCleared() {
        return of(Cleared.class).isPresent();
    }

    /** The beginning of a user's message, or null; only that of the first message is used. */
    public void preview(String text) {
        if (text == null) return;
        Previewed before = of(Previewed.class).orElse(new Previewed(null, false));
        if (before.text() == null) put(new Previewed(text, before.anew()));
    }

    public void titles(Titles whole) {
        put(new TitlesChanged(whole));
    }

    public void listing(Listing whole) {
        put(new ListingChanged(whole));
    }

    public void agent(String name) {
        put(new AgentChanged(name));
    }

    public void metadata(Map<String, Object> whole) {
        put(new MetadataChanged(whole));
    }

    /** @param isRead whether the user has read something; else only what is unread changes */
    void read(ReadState state, boolean isRead) {
        boolean wasRead = of(ReadChanged.class).map(ReadChanged::isRead).orElse(false);
        put(new ReadChanged(state, isRead || wasRead));
    }

    /** A message with this attachment was accepted. */
    public void sent(String attachment) {
        put(attachment, new AttachmentSent(attachment));
    }

    /** Somebody used the session until now. */
    public void used() {
        put(new Used());
    }

    List<Decided> decided() {
        return decided;
    }

    public RunRequest runRequest() {
        return runRequest;
    }

    /** The append with these rows and all changes. */
    public Append with(String session, long owner, long version, long head, List<LogRow> rows) {
        return new Append(session, owner, version, head, rows, List.copyOf(changes.values()));
    }

    private <C extends Change> Optional<C> of(Class<C> kind) {
        return of(kind, "");
    }

    private <C extends Change> Optional<C> of(Class<C> kind, Object about) {
        return Optional.ofNullable(changes.get(new Key(kind, about))).map(kind::cast);
    }

    /** For kinds of which an append has at most one change. */
    private void put(Change change) {
        put("", change);
    }

    private void put(Object about, Change change) {
        changes.put(new Key(change.getClass(), about), change);
    }
}
