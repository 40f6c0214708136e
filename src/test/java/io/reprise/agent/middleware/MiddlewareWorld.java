package io.reprise.agent.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.FakeLog;
import io.reprise.agent.Limits;
import io.reprise.agent.Plans;
import io.reprise.agent.QuietOwner;
import io.reprise.agent.ScriptedModel;
import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.KeptCheckpoints;
import io.reprise.agent.link.RunFiles;
import io.reprise.agent.loop.AgentLoop;
import io.reprise.agent.loop.AgentServices;
import io.reprise.agent.loop.RunPlan;
import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.MiddlewareDefinition;
import io.reprise.catalog.provider.ProviderTypes;
import io.reprise.config.AttachmentSettings;
import io.reprise.config.InterruptSettings;
import io.reprise.config.Settings;
import io.reprise.config.storage.StoreSettings;
import io.reprise.history.Histories;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.TextContent;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelRequest;
import io.reprise.support.Current;
import io.reprise.support.StopSignal;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.Tool;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Runs of one session with middleware from entries; no wait takes any time. */
public final class MiddlewareWorld {
    public final Limits limits = new Limits();
    public final FakeLog log = new FakeLog();
    public final KeptCheckpoints kept = new KeptCheckpoints();
    public final List<LogEvent> events = new CopyOnWriteArrayList<>();
    public final List<Long> pauses = new CopyOnWriteArrayList<>();
    public final List<Tool> tools = new ArrayList<>();
    public final Map<String, ChatModel> models = new HashMap<>();
    public final StopSignal stop = new StopSignal();
    public InterruptSettings interrupts = InterruptSettings.NONE;
    public ChatModel summary;
    public AttachmentSettings attachments = Settings.defaults().attachments();

    /** The model of the sub-agent {@code helper}, which then has the middleware; null for none. */
    public ChatModel helper;

    private final MiddlewareRegistry types;
    private final List<PlannedMiddleware> planned = new ArrayList<>();
    private final Map<String, String> files = new HashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private int runs;

    public MiddlewareWorld(MiddlewareType<?>... plugins) {
        types = new MiddlewareRegistry(List.of(plugins));
    }

    /** With an entry of this type and these settings. */
    public MiddlewareWorld with(String type, Object... settings) {
        return named("m" + planned.size(), type, settings);
    }

    public MiddlewareWorld named(String name, String type, Object... settings) {
        Map<String, Object> body = new HashMap<>(Map.of("type", type));
        for (int i = 0; i < settings.length; i += 2) body.put((String) settings[i], settings[i + 1]);
        EntryReader reader = new EntryReader(new ProviderTypes(), types.types());
        EntryReader.Outcome read = reader.read(Kind.MIDDLEWARE, body);
        assertThat(read).isInstanceOf(EntryReader.Outcome.Valid.class);
        MiddlewareDefinition entry = (MiddlewareDefinition) ((EntryReader.Outcome.Valid) read).definition();
        PlannedMiddleware its = types.planned(name, entry.priority(), entry);
        // Chance is always in the middle, so that a wait is as long as it says.
        planned.add(new PlannedMiddleware(
                name,
                its.priority(),
                its.critical(),
                setup -> its.builder().build(setup.with(pauses::add, () -> 0L)),
                its.helping()));
        return this;
    }

    public void plan(PlannedMiddleware own) {
        planned.add(own);
    }

    /** The next run of the session, after a message. */
    public RunEnd run(ChatModel model, String says) {
        String run = "r" + ++runs;
        return run(model, run, log.userSays("s1", run, says), null);
    }

    /** The next run of the session, after a message with files. */
    public RunEnd run(ChatModel model, String says, Part... files) {
        String run = "r" + ++runs;
        return run(model, run, log.userSays("s1", run, says, List.of(files)), null);
    }

    /** A text file that was uploaded. */
    public Part uploaded(String name, String text) {
        String id = "f" + (files.size() + 1);
        files.put(id, text);
        return new Part.File(Part.File.FILE, id, name, "text/plain", (long) text.length(), null, null);
    }

    /** What a run is planned with. */
    public List<PlannedMiddleware> planned() {
        return List.copyOf(planned);
    }

    /** The last run again, from its newest checkpoint, as after a restart. */
    public RunEnd resume(ChatModel model) {
        Checkpoint newest = new ArrayList<>(kept.all.values()).getLast();
        return run(model, "r" + runs, log.head("s1"), Resume.from(newest.id()));
    }

    /** A run that only summarises. */
    public RunEnd compact(ChatModel model) {
        String run = "r" + ++runs;
        return run(model, run, log.head("s1"), null, RunRequest.COMPACT);
    }

    private RunEnd run(ChatModel model, String run, long head, Resume resume) {
        return run(model, run, head, resume, "user");
    }

    private RunEnd run(ChatModel model, String run, long head, Resume resume, String origin) {
        RunPlan plan = Plans.with(
                Plans.with(Plans.of(null, limits.settings(), model, tools), planned),
                new StoreSettings(0, 1, 1, 128),
                interrupts);
        RunPlan.Helpers helpers = new RunPlan.Helpers(model, summary == null ? model : summary, models::get);
        RunPlan its = helper == null
                ? Plans.with(plan, helpers)
                : Plans.with(Plans.of(null, limits.settings(), model, List.of()), helpers)
                        .calling(List.of(new RunPlan.Subagent("helper", "helps")));
        RunPlan helping = Plans.with(
                Plans.with(Plans.of("helper", limits.settings(), helper == null ? model : helper, tools), planned),
                helpers);
        AgentServices services = new AgentServices(
                        agent -> "helper".equals(agent) ? helping : its,
                        new Histories(log),
                        prefix -> prefix + ids.incrementAndGet(),
                        Metrics.unseen())
                .keeping(kept)
                .reading(new RunFiles(
                        (session, file) -> Future.succeededFuture(
                                Optional.ofNullable(files.get(file)).map(Buffer::buffer)),
                        Current.always(attachments)));
        RunRequest request = new RunRequest(run, "s1", "me", "owner", head, origin, resume == null ? 1 : 2, resume);
        return new AgentLoop(request, its, services, new Owner(run), stop).run();
    }

    /** Writes into the session's log, and knows how far it goes. */
    private final class Owner extends QuietOwner {
        Owner(String run) {
            super(event -> {
                events.add(event);
                log.append("s1", run, event);
            });
        }

        @Override
        public Answer ask(Question question) throws InterruptedException {
            return question instanceof Question.AskCovered ? new Answer.Covered(log.head("s1")) : super.ask(question);
        }
    }

    /** All text that was written. */
    public String texts() {
        return events.stream()
                .filter(TextContent.class::isInstance)
                .map(event -> ((TextContent) event).delta())
                .collect(Collectors.joining());
    }

    public List<String> results() {
        return events.stream()
                .filter(ToolCallResult.class::isInstance)
                .map(event -> ((ToolCallResult) event).content().text())
                .toList();
    }

    /** The results of calls that a request contains. */
    public static List<String> outcomes(ModelRequest request) {
        return request.messages().stream()
                .filter(ToolOutcome.class::isInstance)
                .map(message -> ((ToolOutcome) message).content().text())
                .toList();
    }

    public static ModelRequest last(ScriptedModel model) {
        return model.requests.getLast();
    }

    public static Failure failure(RunEnd end) {
        assertThat(end).isInstanceOf(RunEnd.Failed.class);
        return ((RunEnd.Failed) end).failure();
    }

    /** Values of events that AG-UI does not define. */
    public <T> List<T> custom(Class<T> type) {
        return events.stream()
                .filter(LogEvent.Custom.class::isInstance)
                .map(event -> ((LogEvent.Custom) event).value())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
