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
import io.reprise.session.store.EventStore.Append;
import io.reprise.session.store.EventStore.Audited;
import io.reprise.session.store.EventStore.Claim;
import io.reprise.session.store.EventStore.RunRow;
import io.reprise.session.store.EventStore.Said;
import io.reprise.session.store.EventStore.Titles;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was decided and waits to be stored, besides the rows of the log: claims, runs, and what happens once it is. */
public final class NextAppend {
    private final Map<String, Claim> claims = new LinkedHashMap<>();
    private final Map<String, RunRow> runs = new LinkedHashMap<>();
    private final Map<String, Recall> recalls = new LinkedHashMap<>();
    private final Map<String, Interrupt> interrupts = new LinkedHashMap<>();
    private final List<Audited> audited = new ArrayList<>();
    private final List<Decided> decided = new ArrayList<>();
    private RunRequest runRequest;
    private RunAnswer runAnswer;
    private List<QueuedMessage> queue;
    private String epoch;
    private String preview;
    private Titles titles;
    private final List<Said> said = new ArrayList<>();
    private Long unsaidAfter;
    private Effect.Tell titleAsked;
    private Map<String, Object> metadata;
    private boolean anew;
    private long clearedTo = Append.NOT_CLEARED;

    /** A command with its outcome, which is told once it is stored. */
    public record Decided(ShardMessage.Request request, CommandOutcome outcome) {}

    boolean isEmpty() {
        return claims.isEmpty()
                && runs.isEmpty()
                && decided.isEmpty()
                && recalls.isEmpty()
                && interrupts.isEmpty()
                && audited.isEmpty()
                && queue == null
                && epoch == null
                && titles == null
                && metadata == null;
    }

    Optional<Claim> claim(String id) {
        return Optional.ofNullable(claims.get(id));
    }

    public void decide(ShardMessage.Request request, CommandResult result) {
        decided.add(new Decided(request, new CommandOutcome.Accepted(result, false)));
        if (request.id() == null) return;
        claims.put(request.id(), new Claim(request.user(), request.session(), request.id(), request.hash(), result));
    }

    /** A repeat shares the outcome of the command that is being stored. */
    void join(ShardMessage.Request repeat, CommandOutcome outcome) {
        decided.add(new Decided(repeat, outcome));
    }

    public void run(RunRow row) {
        runs.put(row.id(), row);
    }

    public void recall(Recall recall) {
        recalls.put(recall.id(), recall);
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
        said.add(message);
    }

    /** Whatever began behind {@code seq} is void. */
    public void unsaidAfter(long seq) {
        said.removeIf(message -> message.seq() > seq);
        unsaidAfter = unsaidAfter == null ? seq : Math.min(unsaidAfter, seq);
    }

    /** The agent hears of it once what it says is stored. */
    public void answerAfterwards(RunAnswer answer) {
        runAnswer = answer;
    }

    public RunAnswer runAnswer() {
        return runAnswer;
    }

    public void interrupt(Interrupt interrupt) {
        interrupts.put(interrupt.id(), interrupt);
    }

    public void audited(Audited decision) {
        audited.add(decision);
    }

    public void queue(List<QueuedMessage> whole) {
        queue = List.copyOf(whole);
    }

    public void epoch(String newEpoch) {
        epoch = newEpoch;
    }

    /** What was the first message of the session is not any more. */
    public void anew() {
        anew = true;
        preview = null;
    }

    /** What is in the log up to here is erased, with what this append would have added to it. */
    public void clear(long upTo) {
        clearedTo = upTo;
        runs.clear();
        runRequest = null;
        runAnswer = null;
        interrupts.clear();
        anew();
    }

    public boolean isCleared() {
        return clearedTo != Append.NOT_CLEARED;
    }

    public void preview(String text) {
        if (preview == null) preview = text;
    }

    public void titles(Titles whole) {
        titles = whole;
    }

    public void metadata(Map<String, Object> whole) {
        metadata = whole;
    }

    List<Decided> decided() {
        return decided;
    }

    public RunRequest runRequest() {
        return runRequest;
    }

    /** All that is stored with the rows. */
    public Append with(String session, long owner, long version, long head, List<LogRow> rows) {
        return new Append(
                session,
                owner,
                version,
                head,
                rows,
                List.copyOf(claims.values()),
                List.copyOf(runs.values()),
                queue,
                epoch,
                preview,
                List.copyOf(recalls.values()),
                anew,
                clearedTo,
                titles,
                metadata,
                List.copyOf(said),
                unsaidAfter,
                List.copyOf(interrupts.values()),
                List.copyOf(audited));
    }
}
