package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.Conversation;
import io.reprise.history.LogReader.UserMessage;
import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogRow;
import io.reprise.message.log.OpenItems;
import io.reprise.message.recall.Recall;
import io.reprise.session.run.OrphanStructure;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Change;
import io.reprise.session.store.Claim;
import io.reprise.session.store.ClaimedIds;
import io.reprise.session.store.Listing;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.Orphan;
import io.reprise.session.store.Outline;
import io.reprise.session.store.Placed;
import io.reprise.session.store.ReadState;
import io.reprise.session.store.RunRow;
import io.reprise.session.store.Titles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Behaves like PostgreSQL for one session, in memory; it checks the rules of the log at every append. */
final class ModelStore {
    static final String USER = "user";
    /** More than a session knows. */
    private static final List<String> MANY_CLAIMS = IntStream.rangeClosed(0, ClaimedIds.LOADED_MAX)
            .mapToObj(i -> "another " + i)
            .toList();

    /** One of this many appends is followed by a probe, and this many claims are looked up at each load. */
    private static final int PROBES = 4;

    private static final String PROBE = "m_probe";
    private static final long AT_MS = 1_700_000_000_000L;
    private static final int[] TEXT_ENDS = {4};
    private static final Part PART = new Part.Unknown("image", "{\"type\":\"image\",\"attachment\":\"a_1\"}");

    long owner;
    long head;
    long version;
    String epoch = "e0";
    List<QueuedMessage> queue = List.of();
    Titles titles = Titles.NONE;
    Listing listing = Listing.USUAL;
    ReadState read = ReadState.NOTHING;
    int unreadMax = 99;

    /** The finished messages of the assistant that are not superseded. */
    private final List<Change.Said> answers = new ArrayList<>();

    int appends;
    /** Whether the last append with rows started the conversation again. */
    boolean anew;

    final List<LogRow> rows = new ArrayList<>();
    final Map<String, RunRow> runs = new LinkedHashMap<>();
    /** Including those that were erased. */
    boolean countsUnread = true;

    final List<RunRow> everyRun = new ArrayList<>();

    final Map<String, Recall> recalls = new LinkedHashMap<>();
    final Map<String, Claim> claims = new HashMap<>();
    final Map<String, Interrupt> interrupts = new LinkedHashMap<>();
    /** Every message that was ever in the log, including those before a clear. */
    final Set<String> everSaid = new HashSet<>();

    /** Every checkpoint that a run could ever have resumed from. */
    final Set<String> everKept = new HashSet<>();

    int restarts;

    /** Whether sessions know their claims when they are loaded; otherwise they look every one up. */
    boolean knowsClaims;

    /** Time of the last use, of a session that is loaded. */
    long idleSinceMs;

    /** How often the end of a use was stored. */
    int uses;

    /** The latest wall clock time so far, if the wall clock is stepped. */
    long latestMs;

    final Map<String, Change.FeedbackGiven> feedback = new LinkedHashMap<>();
    final List<Change.Audited> audited = new ArrayList<>();

    /** The requests to this store and its answers, so that another store can be sent the same requests. */
    final List<Asked> journal = new ArrayList<>();

    sealed interface Asked {
        record LookedUp(String user, String id, Optional<Claim> found) implements Asked {}

        record FoundMessage(String id, Optional<UserMessage> found) implements Asked {}

        record Read(long after, long upTo, int rowsMax, List<LogRow> found) implements Asked {}

        record RootSeq(String run, Optional<Long> found) implements Asked {}

        record Load(long owner, Loaded found) implements Asked {}

        /** Another owner took the session, and has not written yet. */
        record Taken(long owner) implements Asked {}

        record Stored(Append append, AppendOutcome outcome) implements Asked {}
    }

    /** The agent that the session names; null: none. */
    String agent;

    int recallChain;

    Loaded load(long number) {
        assertThat(number).isGreaterThanOrEqualTo(owner);
        owner = number;
        version += 2;
        Loaded found = loaded(claims.keySet().stream().sorted().toList());
        journal.add(new Asked.Load(number, found));
        everyRun.stream().map(RunRow::id).distinct().forEach(this::rootSeq);
        claims.keySet().stream().limit(PROBES).forEach(id -> claim("another user", id));
        return knowsClaims ? found : loaded(MANY_CLAIMS);
    }

    private Loaded loaded(List<String> claimIds) {
        List<Orphan> orphans = runs.values().stream()
                .filter(run -> run.outcome() == null)
                .map(run -> new Orphan(run, structure(run), saidBehind(run)))
                .toList();
        RunRow last = runs.values().stream().reduce((a, b) -> b).orElse(null);
        return new Loaded(
                USER,
                epoch,
                head,
                version,
                queue,
                last,
                orphans,
                recalls.values().stream().filter(Recall::isOpen).toList(),
                outline(last),
                agent,
                titles,
                listing,
                read,
                List.copyOf(interrupts.values()),
                idleSinceMs,
                claimIds,
                recallChain,
                null);
    }

    void takenBy(long number) {
        owner = number;
        journal.add(new Asked.Taken(number));
    }

    private Outline outline(RunRow last) {
        long lastRun = last == null ? 1 : last.progress().rootSeq();
        long first = rows.isEmpty() ? head + 1 : rows.getFirst().from();
        return new Outline(lastBefore(Long.MAX_VALUE), lastBefore(lastRun), first);
    }

    /** The last message that is not superseded and began below {@code seq}, or null. */
    private String lastBefore(long seq) {
        return living().filter(message -> message.seq() < seq)
                .reduce((a, b) -> b)
                .map(Begun::id)
                .orElse(null);
    }

    /** Every message that is not superseded, including incomplete ones. */
    private Stream<Begun> living() {
        List<Begun> begun = new ArrayList<>();
        for (LogRow row : rows) {
            if (!(row instanceof LogRow.Single single)) continue;
            switch (EventJson.parse(single.payload())) {
                case LogEvent.TextStart e -> begun.add(new Begun(e.messageId(), row.seq(), e.role() == Role.USER));
                case LogEvent.ToolCallResult e -> begun.add(new Begun(e.messageId(), row.seq(), false));
                case LogEvent.Custom(String name, LogEvent.Voiding voiding) -> {
                    begun.removeIf(message -> message.seq() > voiding.toSeq());
                    assertThat(begun.isEmpty() ? null : begun.getLast().id())
                            .as("the last message that is left: " + voiding)
                            .isEqualTo(voiding.lastMessage());
                }
                case LogEvent other -> {}
            }
        }
        return begun.stream();
    }

    private record Begun(String id, long seq, boolean user) {}

    Optional<UserMessage> userMessage(String id) {
        Optional<UserMessage> found = living().filter(
                        message -> message.user() && (id == null || id.equals(message.id())))
                .reduce((a, b) -> b)
                .map(this::userMessage);
        journal.add(new Asked.FoundMessage(id, found));
        return found;
    }

    /** The seq at which the run began, or the first of the runs that it resumes. */
    Optional<Long> rootSeq(String run) {
        Optional<Long> found =
                Optional.ofNullable(runs.get(run)).map(row -> row.progress().rootSeq());
        journal.add(new Asked.RootSeq(run, found));
        return found;
    }

    private Content content(String message) {
        return living().filter(begun -> begun.id().equals(message))
                .map(this::userMessage)
                .findFirst()
                .orElseThrow()
                .content();
    }

    private UserMessage userMessage(Begun message) {
        boolean begins = rows.stream()
                .anyMatch(r -> r.seq() == message.seq() - 1 && r.type().equals("RUN_STARTED"));
        String text = rows.stream()
                .filter(r -> r.from() == message.seq() + 1)
                .map(r -> r instanceof LogRow.Segment segment ? segment.text() : "")
                .findFirst()
                .orElseThrow();
        Content content = Content.of(text, start(message.seq()).metadata().parts());
        long toSeq = message.seq() - (begins ? 2 : 1);
        return new UserMessage(message.id(), content, toSeq, lastBefore(message.seq()));
    }

    private LogEvent.TextStart start(long seq) {
        LogRow row = rows.stream().filter(r -> r.seq() == seq).findFirst().orElseThrow();
        return (LogEvent.TextStart) EventJson.parse(row.json(0, seq));
    }

    private List<Placed> structure(RunRow run) {
        return rows.stream()
                .filter(row -> row.seq() >= run.progress().rootSeq() && row instanceof LogRow.Single)
                .filter(row -> row.seq() < run.firstSeq()
                        || row.run() == null
                        || run.id().equals(row.run()))
                .map(row -> new Placed(row.seq(), EventJson.parse(((LogRow.Single) row).payload())))
                .filter(placed -> !(placed.event() instanceof LogEvent.Custom(String name, LogEvent.CustomValue value))
                        || value instanceof LogEvent.Voiding
                        || value instanceof LogEvent.RunStopping)
                .toList();
    }

    /** Messages that the run received after the point that it resumes from. */
    private List<QueuedMessage> saidBehind(RunRow run) {
        Long resumeSeq = run.progress().resumeSeq();
        if (resumeSeq == null) return List.of();
        long after = Math.max(resumeSeq, run.firstSeq() + 1);
        return living().filter(message -> message.user() && message.seq() > after)
                .map(message -> rows.stream()
                        .filter(row -> row.seq() == message.seq())
                        .findFirst()
                        .orElseThrow())
                .filter(row -> run.id().equals(row.run()))
                .map(row -> (LogEvent.TextStart) EventJson.parse(row.json(0, row.seq())))
                .map(start -> new QueuedMessage(
                                start.messageId(),
                                "",
                                "steer",
                                start.metadata().by(),
                                "at",
                                start.metadata().command())
                        .in(start.metadata().zone())
                        .with(content(start.messageId())))
                .toList();
    }

    Optional<Claim> claim(String user, String id) {
        Optional<Claim> found =
                Optional.ofNullable(claims.get(id)).filter(claim -> claim.user().equals(user));
        journal.add(new Asked.LookedUp(user, id, found));
        return found;
    }

    AppendOutcome append(Append append) {
        AppendOutcome outcome = decide(append);
        journal.add(new Asked.Stored(append, outcome));
        if (append.version() % PROBES == 0) repeatByEarlierOwner(append);
        return outcome;
    }

    /** The session never does this; it is for the comparison with PostgreSQL. */
    private void repeatByEarlierOwner(Append append) {
        Append foreign = new Append(
                append.session(), append.owner() - 1, append.version(), append.head(), append.rows(), append.changes());
        journal.add(new Asked.Stored(foreign, decide(foreign)));
    }

    /**
     * Requests that the users of the model do not make, for the comparison with PostgreSQL: changes of the place in
     * lists, a message in parts, a rewind to directly before its first event, and a clear when there have been interrupts.
     */
    void probe(String session) {
        for (Listing next : List.of(new Listing(true, false, true), new Listing(false, true, false))) {
            append(new Append(session, owner, version, head, List.of(), List.of(new Change.ListingChanged(next))));
            load(owner + 1);
        }
        long before = head;
        MessageMetadata metadata = new MessageMetadata("c_probe", USER).with(List.of(PART));
        append(session, new LogEvent.TextStart(PROBE, Role.USER, metadata), List.of());
        LogRow text =
                new LogRow.Segment(head + 1, head + 1, null, LogEvent.TEXT_CONTENT, PROBE, "text", TEXT_ENDS, AT_MS);
        append(new Append(session, owner, version, head + 1, List.of(text), List.of()));
        append(session, new LogEvent.TextEnd(PROBE), List.of());
        userMessage(PROBE);
        LogEvent.Custom rewind = LogEvent.Custom.of(new LogEvent.HistoryRewound(before, lastBefore(before + 1)));
        append(session, rewind, List.of(new Change.MessagesVoided(before)));
        userMessage(PROBE);
        userMessage((String) null);
        load(owner + 1);
        List<Change> clear = List.of(new Change.EpochBegun("e_probe"), new Change.Cleared(head));
        append(new Append(session, owner, version, head, List.of(), clear));
        load(owner + 1);
    }

    private void append(String session, LogEvent event, List<Change> changes) {
        LogRow row = new LogRow.Single(head + 1, null, EventJson.type(event), EventJson.of(event), AT_MS);
        append(new Append(session, owner, version, head + 1, List.of(row), changes));
    }

    private AppendOutcome decide(Append append) {
        if (owner != append.owner() || version != append.version()) {
            boolean mine = owner == append.owner() && version == append.version() + 1;
            return mine ? new AppendOutcome.Stored() : new AppendOutcome.Lost();
        }
        List<Begun> living = living().toList();
        long headBefore = head;
        Map<String, RunRow> runsBefore = Map.copyOf(runs);
        version++;
        appends++;
        if (!append.rows().isEmpty()) {
            anew = append.change(Change.Previewed.class)
                    .map(Change.Previewed::anew)
                    .orElse(false);
        }
        append.change(Change.Cleared.class).ifPresent(cleared -> {
            assertThat(cleared.toSeq()).isGreaterThanOrEqualTo(head);
            assertThat(append.change(Change.EpochBegun.class)).as("another log").isPresent();
            rows.clear();
            runs.clear();
            interrupts.clear();
            head = cleared.toSeq();
        });
        for (LogRow row : append.rows()) {
            assertThat(row.from()).as("rows tile").isEqualTo(head + 1);
            head = row.seq();
            rows.add(row);
            if (row.type().equals("TEXT_MESSAGE_START")) {
                LogEvent.TextStart start = (LogEvent.TextStart) EventJson.parse(row.json(0, row.seq()));
                everSaid.add(start.messageId());
            }
        }
        assertThat(append.head()).isEqualTo(head);
        append.change(Change.MessagesVoided.class)
                .ifPresent(voided -> answers.removeIf(said -> said.endSeq() > voided.afterSeq()));
        append.changes().forEach(this::apply);
        if (countsUnread) checkUnread();
        append.rows().stream()
                .filter(row -> row instanceof LogRow.Single)
                .map(row -> EventJson.parse(((LogRow.Single) row).payload()))
                .forEach(event -> {
                    if (event instanceof LogEvent.Custom(String name, LogEvent.RunRestarted again)) {
                        restarts++;
                        checkRestart(again, runsBefore.get(again.run()), headBefore);
                        assertThat(append.change(Change.MessagesVoided.class))
                                .contains(new Change.MessagesVoided(again.toSeq()));
                        assertThat(queue)
                                .as("what the run was given comes back: " + again)
                                .extracting(QueuedMessage::message)
                                .containsAll(living.stream()
                                        .filter(message -> message.user() && message.seq() > again.toSeq())
                                        .map(Begun::id)
                                        .toList());
                    }
                });
        checkRuns();
        checkRecalls();
        checkInterrupts();
        living();
        return new AppendOutcome.Stored();
    }

    private void apply(Change change) {
        switch (change) {
            case Change.ClaimMade(Claim claim) ->
                assertThat(claims.put(claim.id(), claim))
                        .as("one claim for each id")
                        .isNull();
            case Change.RunChanged(RunRow run) -> {
                runs.put(run.id(), run);
                everyRun.add(run);
                if (run.progress().resume() != null)
                    everKept.add(run.progress().resume().checkpoint());
            }
            case Change.QueueChanged(List<QueuedMessage> whole) -> queue = whole;
            case Change.EpochBegun(String next) -> epoch = next;
            case Change.RecallChanged(Recall recall) -> recalls.put(recall.id(), recall);
            case Change.RecallsChained(int runs) -> recallChain = runs;
            case Change.InterruptChanged(Interrupt one) -> keep(one);
            case Change.TitlesChanged(Titles whole) -> titles = whole;
            case Change.ListingChanged(Listing whole) -> listing = whole;
            case Change.Audited decision -> audited.add(decision);
            case Change.FeedbackGiven given -> feedback.put(given.message(), given);
            case Change.FeedbackRemoved removed -> feedback.remove(removed.message());
            case Change.FeedbackVoided voided ->
                feedback.replaceAll((message, its) -> its.seq() > voided.afterSeq() ? its.ofSuperseded() : its);
            case Change.AttachmentSent sent -> {}
            case Change.AttachmentShared shared -> {}
            case Change.Previewed previewed -> {}
            case Change.MetadataChanged metadata -> {}
            case Change.AgentChanged(String name) -> agent = name;
            case Change.Said said -> {
                if (said.role() == Role.ASSISTANT) answers.add(said);
            }
            case Change.ReadChanged(ReadState state, boolean isRead) -> {
                assertThat(state.seq()).as("a mark never moves back").isGreaterThanOrEqualTo(read.seq());
                assertThat(isRead).isEqualTo(state.seq() > read.seq());
                read = state;
            }
            case Change.MessagesVoided voided -> {}
            case Change.Cleared cleared -> {}
            case Change.Used used -> uses++;
        }
    }

    private void checkUnread() {
        List<Long> expected = answers.stream()
                .map(Change.Said::endSeq)
                .filter(end -> end > read.seq())
                .toList();
        assertThat(read.unread())
                .as("the answers after seq " + read.seq())
                .isEqualTo(expected.subList(Math.max(0, expected.size() - unreadMax), expected.size()));
    }

    /** It restarts from its last checkpoint, once for each attempt, and never after it was stopped. */
    private void checkRestart(LogEvent.RunRestarted again, RunRow before, long headBefore) {
        assertThat(again.toSeq())
                .as("what is void is behind what was kept and stored")
                .isGreaterThanOrEqualTo(before.progress().resumeSeq())
                .isLessThanOrEqualTo(headBefore);
        assertThat(runs.get(again.run()).progress().resumeSeq()).isEqualTo(again.toSeq());
        if (again.toSeq() > before.progress().resumeSeq()) {
            assertThat(rows.stream().filter(row -> row.seq() == again.toSeq()))
                    .as("only a result counts without being kept")
                    .extracting(LogRow::type)
                    .containsExactly("TOOL_CALL_RESULT");
        }
        assertThat(again.attempt()).isEqualTo(before.progress().attempt() + 1);
        assertThat(runs.get(again.run()).crashes()).isLessThanOrEqualTo(3);
        assertThat(before.outcome()).isNull();
        assertThat(runs.get(again.run()).progress().attempt()).isEqualTo(again.attempt());
        assertThat(rows.stream()
                        .filter(row ->
                                row instanceof LogRow.Single && again.run().equals(row.run()))
                        .map(row -> EventJson.parse(((LogRow.Single) row).payload())))
                .as("stopped, and begun again")
                .noneMatch(event -> event instanceof LogEvent.Custom(String name, LogEvent.RunStopping stopping));
    }

    private void keep(Interrupt one) {
        Interrupt before = interrupts.put(one.id(), one);
        if (before != null)
            assertThat(before.isOpen()).as("resolved twice: " + one).isTrue();
    }

    List<LogRow> read(long after, long upTo, int rowsMax) {
        List<LogRow> found = rows.stream()
                .filter(row -> row.seq() > after && row.from() <= upTo)
                .limit(rowsMax)
                .toList();
        journal.add(new Asked.Read(after, upTo, rowsMax, found));
        return found;
    }

    /** One terminal event for each run, no event of the run after it, every open item closed before it. */
    private void checkRuns() {
        Map<String, List<Placed>> events = new HashMap<>();
        Set<String> ended = new HashSet<>();
        for (LogRow row : rows) {
            if (row.run() == null) continue;
            assertThat(ended).as("an event behind its run's end").doesNotContain(row.run());
            if (!(row instanceof LogRow.Single single)) continue;
            LogEvent event = EventJson.parse(single.payload());
            List<Placed> its = events.computeIfAbsent(row.run(), run -> new ArrayList<>());
            its.add(new Placed(row.seq(), event));
            if (event instanceof LogEvent.Terminal) {
                ended.add(row.run());
                checkSteps(its);
                assertThat(new OrphanStructure(its)
                                .open()
                                .close(
                                        prefix -> prefix,
                                        new OpenItems.Kept(callsAskedAbout(row.run()), Set.of(), Map.of())))
                        .as("left open by a run")
                        .isEmpty();
            }
        }
        for (RunRow run : runs.values()) {
            assertThat(ended.contains(run.id())).as("run row and log agree").isEqualTo(run.outcome() != null);
        }
    }

    private static void checkSteps(List<Placed> events) {
        Set<String> steps = new HashSet<>();
        for (Placed placed : events) {
            if (placed.event() instanceof LogEvent.StepStarted e)
                assertThat(steps.add(e.stepName())).as("begun twice: " + e).isTrue();
            if (placed.event() instanceof LogEvent.StepFinished e)
                assertThat(steps.remove(e.stepName()))
                        .as("finished twice: " + e)
                        .isTrue();
        }
    }

    private Set<String> callsAskedAbout(String run) {
        return interrupts.values().stream()
                .filter(one -> one.run().equals(run))
                .map(Interrupt::toolCall)
                .collect(Collectors.toSet());
    }

    /** Whether it was requested: it directly follows the rewind to the checkpoint. */
    private boolean isFromCheckpoint(LogRow start) {
        LogRow before = rows.get(rows.indexOf(start) - 1);
        return before instanceof LogRow.Single single
                && EventJson.parse(single.payload()) instanceof LogEvent.Custom custom
                && custom.value() instanceof LogEvent.HistoryRewound;
    }

    /**
     * While an interrupt is open its run is the last one; each is resolved by one event and one audit entry; and its
     * run
     * is resumed once, after the last of the decisions, unless one was cancelled.
     */
    private void checkInterrupts() {
        RunRow last = runs.values().stream().reduce((a, b) -> b).orElse(null);
        Map<String, List<LogEvent.InterruptResolved>> resolved = new HashMap<>();
        Map<String, String> resumedBy = new HashMap<>();
        for (LogRow row : rows) {
            if (!(row instanceof LogRow.Single single)) continue;
            switch (EventJson.parse(single.payload())) {
                case LogEvent.Custom(String name, LogEvent.InterruptResolved one) ->
                    resolved.computeIfAbsent(one.interrupt(), id -> new ArrayList<>())
                            .add(one);
                case LogEvent.RunStarted started
                when started.metadata().resumes() != null && !isFromCheckpoint(row) -> {
                    String resumes = started.metadata().resumes();
                    assertThat(resumedBy.put(resumes, started.runId()))
                            .as("gone on twice: " + resumes)
                            .isNull();
                    assertThat(interrupts.values().stream()
                                    .filter(one -> one.run().equals(resumes)))
                            .as("decided before its run goes on")
                            .isNotEmpty()
                            .allMatch(one -> resolved.containsKey(one.id()))
                            .noneMatch(one -> one.resolution().decision() == Interrupt.Decision.CANCELLED);
                }
                case LogEvent other -> {}
            }
        }
        for (Interrupt one : interrupts.values()) {
            if (one.isOpen()) {
                assertThat(one.run()).as("nothing starts while it is open").isEqualTo(last.id());
                assertThat(resolved).doesNotContainKey(one.id());
                continue;
            }
            assertThat(resolved.get(one.id())).as("how it was resolved").hasSize(1);
            assertThat(audited.stream().filter(line -> line.target().equals(one.id())))
                    .singleElement()
                    .satisfies(line -> assertThat(line.action())
                            .isEqualTo(
                                    "interrupt." + one.resolution().decision().wire()));
            boolean cancelled = interrupts.values().stream()
                    .filter(other -> other.run().equals(one.run()))
                    .anyMatch(
                            other -> !other.isOpen() && other.resolution().decision() == Interrupt.Decision.CANCELLED);
            boolean open =
                    interrupts.values().stream().anyMatch(other -> other.run().equals(one.run()) && other.isOpen());
            assertThat(resumedBy.containsKey(one.run()))
                    .as("goes on when all is decided: " + one)
                    .isEqualTo(!cancelled && !open);
        }
    }

    /** A slot has at most one run, and a running recall has a run that has not ended. */
    private void checkRecalls() {
        Set<List<Object>> slots = new HashSet<>();
        for (RunRow run : runs.values()) {
            if (run.recall() == null) continue;
            assertThat(Math.max(run.startedMs(), latestMs))
                    .as("before its time: " + run)
                    .isGreaterThanOrEqualTo(run.slotMs());
            assertThat(slots.add(List.of(run.recall(), run.slotMs())))
                    .as("two runs for a slot: " + run)
                    .isTrue();
        }
        for (Recall recall : recalls.values()) {
            if (recall.status() != Recall.Status.RUNNING) continue;
            assertThat(runs.get(recall.run()).outcome()).as("run of " + recall).isNull();
        }
    }

    /** The state of a reader at the head: every event's JSON in turn, the deltas of a message joined. */
    String fold(long upTo) {
        StringBuilder text = new StringBuilder();
        for (LogRow row : rows) {
            if (row.from() > upTo) break;
            text.append(LogText.of(row, row.from() - 1, upTo));
        }
        return text.toString();
    }

    Conversation conversation() {
        return Conversation.of(rows);
    }
}
