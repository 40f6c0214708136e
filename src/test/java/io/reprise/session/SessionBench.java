package io.reprise.session;

import io.reprise.config.Settings;
import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Cursor;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Reader;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.effect.OpenedSession;
import io.reprise.session.store.Append;
import io.reprise.session.store.Loaded;
import io.reprise.support.Current;
import io.reprise.telemetry.Metrics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/** One session with a store that answers when the test says so. */
abstract class SessionBench {
    static final Reader READER = new Reader("gateway.t.0", 1);

    final Map<String, String> settings = new HashMap<>();
    private Current.Holder<Settings> current;

    /** Sessions that recalls asked for. */
    final List<OpenedSession> opened = new ArrayList<>();

    OpenedSession.Outcome openingOutcome = OpenedSession.Outcome.EXISTS;
    final ModelStore store = new ModelStore();
    final List<Effect> effects = new ArrayList<>();
    Metrics metrics = Metrics.unseen();
    Session session;
    /** Elapsed time; the wall clock is ahead of it by {@link #stepMs}. */
    long nowMs = 1_000;

    long stepMs;
    int ids;
    /** The number of the user's recalls in other sessions; null if it cannot be determined. */
    Integer recallsElsewhere = 0;
    /** Whether the store is not known to be unavailable. */
    boolean storeAnswers = true;

    /** What {@link #storeAll} stored last. */
    Append lastAppend;

    @BeforeEach
    void begin() {
        load();
    }

    void load() {
        store.owner++;
        Loaded loaded = store.load(store.owner);
        session = new Session("s", store.owner, loaded, environment());
        effects.clear();
        effects.addAll(session.open(loaded.orphans(), false));
    }

    Session.Environment environment() {
        current = new Current.Holder<>(Settings.with(settings));
        return new Session.Environment(
                current,
                List.of("agent.t.0"),
                prefix -> prefix + ++ids,
                () -> nowMs + stepMs,
                () -> nowMs,
                metrics,
                user -> true,
                () -> storeAnswers);
    }

    /** Changes a setting while the session is loaded. */
    void change(String key, String value) {
        settings.put(key, value);
        current.replace(Settings.with(settings));
    }

    void handle(Input input) {
        effects.addAll(session.handle(input));
    }

    static Input message(ShardMessage.ToSession message) {
        return new Input.Message(message);
    }

    /** Answers look-ups and appends until none waits. */
    void storeAll() {
        while (!pending().isEmpty()) {
            Effect next = pending().getFirst();
            effects.remove(next);
            switch (next) {
                case Effect.Store storing -> {
                    lastAppend = storing.append();
                    handle(new Input.Appended(store.append(lastAppend)));
                }
                case Effect.LookUpClaim lookUp -> handle(new Input.ClaimFound(store.claim(lookUp.user(), lookUp.id())));
                case Effect.FindUserMessage find ->
                    handle(new Input.UserMessageFound(store.userMessage(find.message())));
                case Effect.OpenSession open -> {
                    opened.add(open.session());
                    handle(new Input.SessionOpened(
                            open.session().recall().id(),
                            open.session().recall().slotMs(),
                            openingOutcome));
                }
                case Effect.CountRecalls count -> handle(new Input.RecallsCounted(recallsElsewhere));
                default -> throw new AssertionError(next);
            }
        }
        if (session.isSettled() || session.isRunning()) return;
        handle(new Input.FlushDue());
        if (!pending().isEmpty()) storeAll();
    }

    void answerLookUp() {
        effects.remove(lookUps().getFirst());
        handle(new Input.ClaimFound(Optional.empty()));
    }

    /** Answers only the look-ups of claims. */
    void answerLookUps() {
        while (!lookUps().isEmpty()) {
            Effect.LookUpClaim lookUp = lookUps().getFirst();
            effects.remove(lookUp);
            handle(new Input.ClaimFound(store.claim(lookUp.user(), lookUp.id())));
        }
    }

    private List<Effect.LookUpClaim> lookUps() {
        return effects.stream()
                .filter(Effect.LookUpClaim.class::isInstance)
                .map(Effect.LookUpClaim.class::cast)
                .toList();
    }

    List<Effect> pending() {
        return effects.stream()
                .filter(e -> e instanceof Effect.Store
                        || e instanceof Effect.LookUpClaim
                        || e instanceof Effect.FindUserMessage
                        || e instanceof Effect.OpenSession
                        || e instanceof Effect.CountRecalls)
                .toList();
    }

    void send(String id, String text) {
        send(id, text, Command.OnBusy.QUEUE);
    }

    void send(String id, String text, Command.OnBusy onBusy) {
        request(id, new Command.Send(text, onBusy));
    }

    void stop(String id) {
        request(id, new Command.Stop(null, Command.Scope.RUN));
        if (!lookUps().isEmpty()) answerLookUp();
    }

    void request(String id, Command command) {
        request(id, Long.parseLong(id.substring(1)), command);
    }

    void request(String id, long ticket, Command command) {
        var replyTo = new ShardMessage.ReplyTo("gateway.t.0", ticket);
        handle(message(new ShardMessage.Request("s", "user", id, command.toString(), command, replyTo)));
    }

    /** A run that its agent works on; returns its id. */
    String start() {
        send("c1", "hello");
        storeAll();
        return told(AgentMessage.RunRequest.class).getLast().run();
    }

    String lastRun() {
        return store.runs.keySet().stream().reduce((a, b) -> b).orElseThrow();
    }

    void batch(String run, int number, RunEnd end, LogEvent... events) {
        handle(message(new ShardMessage.AgentBatch("s", run, number, List.of(events), end, "agent.t.0")));
    }

    /** The agent saves a checkpoint. */
    void keep(String run, int number, int sent, String checkpoint) {
        var keep = new ShardMessage.Question.Keep(checkpoint, store.head);
        handle(message(new ShardMessage.RunQuestion("s", run, number, sent, "agent.t.0", keep)));
        storeAll();
    }

    /** The agent asks for messages that steer its run. */
    void steer(String key, int number) {
        var ask = new ShardMessage.Question.AskSteering();
        handle(message(new ShardMessage.RunQuestion("s", key, number, 0, "agent.t.0", ask)));
    }

    static LogEvent[] text(String id, String text) {
        return new LogEvent[] {
            new LogEvent.TextStart(id, Role.ASSISTANT, null),
            new LogEvent.TextContent(id, text),
            new LogEvent.TextEnd(id)
        };
    }

    static LogEvent[] call(String id) {
        return new LogEvent[] {
            new LogEvent.ToolCallStart(id, "send", null),
            new LogEvent.ToolCallArgs(id, "{}"),
            new LogEvent.ToolCallEnd(id)
        };
    }

    /** The stored ones of this kind. */
    <T> List<T> events(Class<T> type) {
        return store.rows.stream()
                .filter(row -> row instanceof LogRow.Single)
                .map(row -> EventJson.parse(((LogRow.Single) row).payload()))
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** The values of the stored {@code CUSTOM} events of this kind. */
    <T> List<T> values(Class<T> type) {
        return events(LogEvent.Custom.class).stream()
                .map(LogEvent.Custom::value)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** A run that waits for decisions about these calls; returns its id. */
    String waiting(String... calls) {
        String run = start();
        interrupt(run, calls);
        return run;
    }

    /** The run asks about these calls: {@code t1} in interrupt {@code i_t1}. */
    void interrupt(String run, String... calls) {
        List<LogEvent> events = new ArrayList<>();
        events.add(new LogEvent.StepStarted("step 1"));
        List<AgentMessage.Ask> asks = new ArrayList<>();
        for (String call : calls) {
            events.add(new LogEvent.ToolCallStart(call, "send", null));
            events.add(new LogEvent.ToolCallArgs(call, "{}"));
            events.add(new LogEvent.ToolCallEnd(call));
            asks.add(new AgentMessage.Ask("i_" + call, call, "send", "{}"));
        }
        batch(run, 1, null, events.toArray(LogEvent[]::new));
        keep(run, 1, 1, "c_" + run);
        batch(run, 2, new RunEnd.Interrupted(asks, List.of()));
        storeAll();
    }

    void answer(String id, String interrupt, Interrupt.Decision decision) {
        request(id, new Command.Answer(interrupt, decision, null, null));
        storeAll();
    }

    Delivery.Verdict attach(Cursor cursor) {
        handle(message(new ShardMessage.Attach("s", "user", READER, cursor)));
        return told(Delivery.Verdict.class).getLast();
    }

    <T> List<T> told(Class<T> type) {
        return effects.stream()
                .filter(e -> e instanceof Effect.Tell)
                .map(e -> (Object) ((Effect.Tell) e).message())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    CommandOutcome.Accepted accepted(String id) {
        return (CommandOutcome.Accepted) outcome(id);
    }

    ErrorCode refused(String id) {
        return ((CommandOutcome.Refused) outcome(id)).failure().code();
    }

    CommandOutcome outcome(String id) {
        long ticket = Long.parseLong(id.substring(1));
        return told(Delivery.Answer.class).stream()
                .filter(answer -> answer.ticket() == ticket)
                .reduce((a, b) -> b)
                .orElseThrow()
                .outcome();
    }

    List<String> types() {
        return store.rows.stream().map(LogRow::type).toList();
    }
}
