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
import io.reprise.session.store.Change.RunChanged;
import io.reprise.session.store.Change.Said;
import io.reprise.session.store.Change.TitlesChanged;
import io.reprise.session.store.Claim;
import io.reprise.session.store.Listing;
import io.reprise.session.store.RunRow;
import io.reprise.session.store.Titles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was decided and waits to be stored, besides the rows of the log: claims, runs, and what happens once it is. */
public final class NextAppend {
    private final Map<Key, Change> changes = new LinkedHashMap<>();
    private final List<Decided> decided = new ArrayList<>();
    private RunRequest runRequest;
    private RunAnswer runAnswer;
    private Effect.Tell titleAsked;

    /** What a change is about: a later one about the same takes its place. */
    private record Key(Class<? extends Change> kind, Object about) {}

    /** A command with its outcome, which is told once it is stored. */
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

    /** A repeat shares the outcome of the command that is being stored. */
    void join(ShardMessage.Request repeat, CommandOutcome outcome) {
        decided.add(new Decided(repeat, outcome));
    }

    public void run(RunRow row) {
        put(row.id(), new RunChanged(row));
    }

    public void recall(Recall recall) {
        put(recall.id(), new RecallChanged(recall));
    }

    /** The agent hears of the run once its beginning is stored. */
    public void requestAfterwards(RunRequest request) {
        runRequest = request;
    }

    /** The agent at {@code address} hears of it once the exchange is stored. */
    public void titleAfterwards(String address, TitleRequest request) {
        titleAsked = new Effect.Tell(address, request);
    }

    /** Null when no title is asked for. */
    public Effect.Tell titleAsked() {
        return titleAsked;
    }

    void said(Said message) {
        put(message.seq(), message);
    }

    /** Whatever began behind {@code seq} is void. */
    public void unsaidAfter(long seq) {
        changes.values().removeIf(change -> change instanceof Said said && said.seq() > seq);
        long lowest = of(MessagesVoided.class)
                .map(before -> Math.min(seq, before.afterSeq()))
                .orElse(seq);
        put(new MessagesVoided(lowest));
    }

    /** The agent hears of it once what it says is stored. */
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

    /** The conversation begins again: the next message counts as its first one. */
    public void anew() {
        put(new Previewed(null, true));
    }

    /** What is in the log up to here is erased, with what this append would have added to it. */
    public void clear(long upTo) {
        put(new Cleared(upTo));
        changes.values().removeIf(change -> change instanceof RunChanged || change instanceof InterruptChanged);
        runRequest = null;
        runAnswer = null;
        anew();
    }

    public boolean isCleared() {
        return of(Cleared.class).isPresent();
    }

    /** The beginning of a user's message, or null; only that of the first one counts. */
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

    public void metadata(Map<String, Object> whole) {
        put(new MetadataChanged(whole));
    }

    List<Decided> decided() {
        return decided;
    }

    public RunRequest runRequest() {
        return runRequest;
    }

    /** All that is stored with the rows. */
    public Append with(String session, long owner, long version, long head, List<LogRow> rows) {
        return new Append(session, owner, version, head, rows, List.copyOf(changes.values()));
    }

    private <C extends Change> Optional<C> of(Class<C> kind) {
        return of(kind, "");
    }

    private <C extends Change> Optional<C> of(Class<C> kind, Object about) {
        return Optional.ofNullable(changes.get(new Key(kind, about))).map(kind::cast);
    }

    /** Of these there is one at most. */
    private void put(Change change) {
        put("", change);
    }

    private void put(Object about, Change change) {
        changes.put(new Key(change.getClass(), about), change);
    }
}
