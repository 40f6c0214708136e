package io.reprise.message.log;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reprise.message.Chosen;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.feedback.Opinion;
import io.reprise.message.feedback.Rating;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecallTarget;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Events of a session's log, with the names and fields of AG-UI 1.0 (its JSON is the stored payload). */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LogEvent.RunStarted.class, name = "RUN_STARTED"),
    @JsonSubTypes.Type(value = LogEvent.RunFinished.class, name = "RUN_FINISHED"),
    @JsonSubTypes.Type(value = LogEvent.RunError.class, name = "RUN_ERROR"),
    @JsonSubTypes.Type(value = LogEvent.StepStarted.class, name = "STEP_STARTED"),
    @JsonSubTypes.Type(value = LogEvent.StepFinished.class, name = "STEP_FINISHED"),
    @JsonSubTypes.Type(value = LogEvent.TextStart.class, name = "TEXT_MESSAGE_START"),
    @JsonSubTypes.Type(value = LogEvent.TextContent.class, name = LogEvent.TEXT_CONTENT),
    @JsonSubTypes.Type(value = LogEvent.TextEnd.class, name = "TEXT_MESSAGE_END"),
    @JsonSubTypes.Type(value = LogEvent.ReasoningStart.class, name = "REASONING_START"),
    @JsonSubTypes.Type(value = LogEvent.ReasoningMessageStart.class, name = "REASONING_MESSAGE_START"),
    @JsonSubTypes.Type(value = LogEvent.ReasoningContent.class, name = LogEvent.REASONING_CONTENT),
    @JsonSubTypes.Type(value = LogEvent.ReasoningMessageEnd.class, name = "REASONING_MESSAGE_END"),
    @JsonSubTypes.Type(value = LogEvent.ReasoningEnd.class, name = "REASONING_END"),
    @JsonSubTypes.Type(value = LogEvent.ReasoningEncryptedValue.class, name = "REASONING_ENCRYPTED_VALUE"),
    @JsonSubTypes.Type(value = LogEvent.ToolCallStart.class, name = "TOOL_CALL_START"),
    @JsonSubTypes.Type(value = LogEvent.ToolCallArgs.class, name = LogEvent.TOOL_ARGS),
    @JsonSubTypes.Type(value = LogEvent.ToolCallEnd.class, name = "TOOL_CALL_END"),
    @JsonSubTypes.Type(value = LogEvent.ToolCallResult.class, name = "TOOL_CALL_RESULT"),
    @JsonSubTypes.Type(value = LogEvent.SubagentStarted.class, name = "SUBAGENT_STARTED"),
    @JsonSubTypes.Type(value = LogEvent.SubagentFinished.class, name = "SUBAGENT_FINISHED"),
    @JsonSubTypes.Type(value = LogEvent.SubagentError.class, name = "SUBAGENT_ERROR"),
    @JsonSubTypes.Type(value = LogEvent.OfSubagent.class, name = "OF_SUBAGENT"),
    @JsonSubTypes.Type(value = LogEvent.DeltaOfSubagent.class, name = "DELTA_OF_SUBAGENT"),
    @JsonSubTypes.Type(value = LogEvent.Custom.class, name = "CUSTOM"),
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface LogEvent {
    String TEXT_CONTENT = "TEXT_MESSAGE_CONTENT";
    String REASONING_CONTENT = "REASONING_MESSAGE_CONTENT";
    String TOOL_ARGS = "TOOL_CALL_ARGS";

    /** A piece of a streamed text. Consecutive pieces of one target may share a row of the log (a segment). */
    sealed interface Delta extends LogEvent {
        /** The message or tool call that the text belongs to. */
        String target();

        String delta();

        /** The AG-UI name of this kind of piece, followed by the sub-agent that it belongs to, if there is one. */
        String type();

        default Delta withText(String text) {
            return of(type(), target(), text);
        }

        static Delta of(String type, String target, String text) {
            return switch (type) {
                case TEXT_CONTENT -> new TextContent(target, text);
                case REASONING_CONTENT -> new ReasoningContent(target, text);
                case TOOL_ARGS -> new ToolCallArgs(target, text);
                default -> {
                    int at = type.indexOf(OfSubagent.AT);
                    if (at < 0) throw new IllegalArgumentException("not a delta: " + type);
                    yield new DeltaOfSubagent(type.substring(at + 1), of(type.substring(0, at), target, text));
                }
            };
        }
    }

    /** Marks the two events that end a run; each run has exactly one. */
    sealed interface Terminal extends LogEvent {
        List<TokenUsage> usage();

        RunUsage.ContextUse contextUse();
    }

    record RunStarted(String threadId, String runId, RunMetadata metadata) implements LogEvent {}

    /**
     * @param usage null if it is not known; likewise that of {@link RunError}
     * @param contextUse how full the model's context was after the last call; null if there was none
     */
    record RunFinished(
            String threadId, String runId, Outcome outcome, List<TokenUsage> usage, RunUsage.ContextUse contextUse)
            implements Terminal {
        public RunFinished(String threadId, String runId, Outcome outcome, List<TokenUsage> usage) {
            this(threadId, runId, outcome, usage, null);
        }
    }

    record RunError(String message, ErrorCode code, List<TokenUsage> usage, RunUsage.ContextUse contextUse)
            implements Terminal {
        public RunError(String message, ErrorCode code) {
            this(message, code, null, null);
        }
    }

    record StepStarted(String stepName) implements LogEvent {}

    record StepFinished(String stepName) implements LogEvent {}

    record TextStart(String messageId, Role role, MessageMetadata metadata) implements LogEvent {}

    record TextContent(String messageId, String delta) implements Delta {
        @Override
        public String target() {
            return messageId;
        }

        @Override
        public String type() {
            return TEXT_CONTENT;
        }
    }

    record TextEnd(String messageId) implements LogEvent {}

    record ReasoningStart(String messageId) implements LogEvent {}

    record ReasoningMessageStart(String messageId, String role) implements LogEvent {
        public ReasoningMessageStart(String messageId) {
            this(messageId, "reasoning");
        }
    }

    record ReasoningContent(String messageId, String delta) implements Delta {
        @Override
        public String target() {
            return messageId;
        }

        @Override
        public String type() {
            return REASONING_CONTENT;
        }
    }

    record ReasoningMessageEnd(String messageId) implements LogEvent {}

    record ReasoningEnd(String messageId) implements LogEvent {}

    /**
     * Data to send back to the model provider with a message or a call; clients ignore it.
     *
     * @param subtype {@code message} or {@code tool-call}
     * @param entityId the message or call, which has begun before
     */
    record ReasoningEncryptedValue(String subtype, String entityId, String encryptedValue) implements LogEvent {
        private static final String MESSAGE = "message";
        private static final String TOOL_CALL = "tool-call";

        public static ReasoningEncryptedValue ofMessage(String messageId, String value) {
            return new ReasoningEncryptedValue(MESSAGE, messageId, value);
        }

        public static ReasoningEncryptedValue ofToolCall(String toolCallId, String value) {
            return new ReasoningEncryptedValue(TOOL_CALL, toolCallId, value);
        }

        @JsonIgnore
        public boolean isOfToolCall() {
            return TOOL_CALL.equals(subtype);
        }
    }

    record ToolCallStart(String toolCallId, String toolCallName, String parentMessageId) implements LogEvent {}

    record ToolCallArgs(String toolCallId, String delta) implements Delta {
        @Override
        public String target() {
            return toolCallId;
        }

        @Override
        public String type() {
            return TOOL_ARGS;
        }
    }

    record ToolCallEnd(String toolCallId) implements LogEvent {}

    record ToolCallResult(String messageId, String toolCallId, Content content, String role, ResultMetadata metadata)
            implements LogEvent {
        public static ToolCallResult of(String messageId, String toolCallId, String content) {
            return of(messageId, toolCallId, Content.of(content));
        }

        public static ToolCallResult of(String messageId, String toolCallId, Content content) {
            return new ToolCallResult(messageId, toolCallId, content, "tool", null);
        }

        public static ToolCallResult failed(String messageId, String toolCallId, Content content) {
            return new ToolCallResult(messageId, toolCallId, content, "tool", ResultMetadata.ERROR);
        }

        public static ToolCallResult rejected(String messageId, String toolCallId, String content) {
            return new ToolCallResult(messageId, toolCallId, Content.of(content), "tool", ResultMetadata.REJECTED);
        }

        public static ToolCallResult unknown(String messageId, String toolCallId, String content) {
            return new ToolCallResult(messageId, toolCallId, Content.of(content), "tool", ResultMetadata.UNKNOWN);
        }

        public static ToolCallResult cancelled(String messageId, String toolCallId, String content) {
            return new ToolCallResult(messageId, toolCallId, Content.of(content), "tool", ResultMetadata.CANCELLED);
        }
    }

    /**
     * The status of a tool result that is not regular: {@code error}, {@code cancelled}, {@code rejected} by a person
     * or by expiry, or {@code unknown} if the process was killed during the call.
     */
    record ResultMetadata(String status) {
        static final ResultMetadata ERROR = new ResultMetadata("error");
        static final ResultMetadata CANCELLED = new ResultMetadata("cancelled");
        static final ResultMetadata REJECTED = new ResultMetadata("rejected");
        static final ResultMetadata UNKNOWN = new ResultMetadata("unknown");
    }

    /**
     * An agent begins to work for another one, or goes on in a run that resumes.
     *
     * @param subagentRunId unique in its session; the same when it goes on
     * @param name of the agent
     * @param description of the agent, or null
     * @param parentSubagentRunId the sub-agent that called it; null if the agent of the run did
     * @param parentToolCallId the call whose result is its answer
     * @param parentMessageId the message of that call, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SubagentStarted(
            String subagentRunId,
            String name,
            String description,
            String parentSubagentRunId,
            String parentToolCallId,
            String parentMessageId)
            implements LogEvent {}

    /** A sub-agent has answered, which is the result of its call; or it waits for people. */
    record SubagentFinished(String subagentRunId, SubagentOutcome outcome) implements LogEvent {
        public static SubagentFinished success(String subagentRunId) {
            return new SubagentFinished(subagentRunId, new SubagentOutcome("success", null));
        }

        /** @param interrupts ids of the interrupts that it waits for */
        public static SubagentFinished suspended(String subagentRunId, List<String> interrupts) {
            return new SubagentFinished(subagentRunId, new SubagentOutcome("suspended", interrupts));
        }
    }

    /**
     * @param type {@code success} or {@code suspended}
     * @param interruptIds what a suspended sub-agent waits for; else null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SubagentOutcome(String type, List<String> interruptIds) {
        @JsonIgnore
        public boolean isSuspended() {
            return type.equals("suspended");
        }
    }

    /** A sub-agent has failed or was stopped. The message is safe to display. */
    record SubagentError(String subagentRunId, String message, String code) implements LogEvent {
        /** It was stopped before it had answered. */
        public static SubagentError stopped(String subagentRunId) {
            return new SubagentError(subagentRunId, "The sub-agent was stopped before it had finished.", "cancelled");
        }
    }

    /**
     * An event of the work of a sub-agent, which is not a delta: in JSON the event with the field {@code
     * subagentRunId}. Whoever looks for events of the agent of the run does not find it.
     */
    record OfSubagent(String subagentRunId, LogEvent event) implements LogEvent {
        /** Between the type of an event and the sub-agent, in the type of a row. */
        static final char AT = '@';

        public OfSubagent {
            if (event instanceof Delta || event instanceof OfSubagent) throw new IllegalArgumentException();
        }
    }

    /** A piece of a text that a sub-agent streams. */
    record DeltaOfSubagent(String subagentRunId, Delta piece) implements Delta {
        public DeltaOfSubagent {
            if (piece instanceof DeltaOfSubagent) throw new IllegalArgumentException();
        }

        @Override
        public String target() {
            return piece.target();
        }

        @Override
        public String delta() {
            return piece.delta();
        }

        @Override
        public String type() {
            return piece.type() + OfSubagent.AT + subagentRunId;
        }
    }

    /** This event as one of a sub-agent; as it is for null. */
    default LogEvent of(String subagentRunId) {
        if (subagentRunId == null) return this;
        return this instanceof Delta delta
                ? new DeltaOfSubagent(subagentRunId, delta)
                : new OfSubagent(subagentRunId, this);
    }

    /** An event that AG-UI does not define. */
    record Custom(
            String name,

            @JsonTypeInfo(
                    use = JsonTypeInfo.Id.NAME,
                    include = JsonTypeInfo.As.EXTERNAL_PROPERTY,
                    property = "name",
                    visible = true)
            CustomValue value)
            implements LogEvent {
        public static Custom of(CustomValue value) {
            return new Custom(value.name(), value);
        }
    }

    /** The value of a {@link Custom} event. */
    @JsonSubTypes({
        @JsonSubTypes.Type(value = QueueChanged.class, name = QueueChanged.NAME),
        @JsonSubTypes.Type(value = RunStopping.class, name = RunStopping.NAME),
        @JsonSubTypes.Type(value = SessionUpdated.class, name = SessionUpdated.NAME),
        @JsonSubTypes.Type(value = HistoryRewound.class, name = HistoryRewound.NAME),
        @JsonSubTypes.Type(value = RecallUpdated.class, name = RecallUpdated.NAME),
        @JsonSubTypes.Type(value = RunRestarted.class, name = RunRestarted.NAME),
        @JsonSubTypes.Type(value = InterruptResolved.class, name = InterruptResolved.NAME),
        @JsonSubTypes.Type(value = ContextSummarised.class, name = ContextSummarised.NAME),
        @JsonSubTypes.Type(value = ContextCleared.class, name = ContextCleared.NAME),
        @JsonSubTypes.Type(value = MiddlewareSkipped.class, name = MiddlewareSkipped.NAME),
        @JsonSubTypes.Type(value = ToolProgress.class, name = ToolProgress.NAME),
        @JsonSubTypes.Type(value = FeedbackUpdated.class, name = FeedbackUpdated.NAME),
    })
    sealed interface CustomValue {
        String name();
    }

    /** The whole queue after a change. Waiting messages are only in these events. */
    record QueueChanged(List<QueuedMessage> queue) implements CustomValue {
        static final String NAME = "queue.changed";

        @Override
        public String name() {
            return NAME;
        }
    }

    /** A stop was accepted; the run's end follows. */
    record RunStopping(String run, String by) implements CustomValue {
        static final String NAME = "run.stopping";

        @Override
        public String name() {
            return NAME;
        }
    }

    /**
     * The title of the session and its place in lists have changed.
     *
     * @param title the current title; null for none
     * @param metadata the complete new value; null if unchanged
     * @param pinned null if unchanged
     * @param archived null if unchanged
     * @param muted null if unchanged
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record SessionUpdated(
            @JsonInclude(JsonInclude.Include.ALWAYS) String title,
            String agent,
            Map<String, Object> metadata,
            Boolean pinned,
            Boolean archived,
            Boolean muted)
            implements CustomValue {
        static final String NAME = "session.updated";

        @Override
        public String name() {
            return NAME;
        }
    }

    /** Every message that began after {@code toSeq} and before this event is superseded. */
    sealed interface Voiding extends CustomValue {
        long toSeq();

        /** The last message that is not superseded, or null. */
        String lastMessage();
    }

    /** The conversation was rewound. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record HistoryRewound(long toSeq, String lastMessage) implements Voiding {
        public static final String NAME = "history.rewound";

        @Override
        public String name() {
            return NAME;
        }
    }

    /**
     * The run's process was killed, and the run resumes from its state at {@code toSeq}. A call that existed there and
     * got its result later is open again.
     *
     * @param attempt the attempt that begins; from 2
     */
    record RunRestarted(String run, int attempt, long toSeq, String lastMessage) implements Voiding {
        public static final String NAME = "run.restarted";

        @Override
        public String name() {
            return NAME;
        }
    }

    /**
     * An interrupt was resolved.
     *
     * @param by the user, or null
     * @param toolCall the call that needed the decision
     * @param arguments JSON text that replaces the arguments of the call, or null
     * @param text text of the decision, or null; the result of a client follows as the result of its call
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record InterruptResolved(
            String interrupt,
            Interrupt.Decision decision,
            String by,
            String run,
            String toolCall,
            String arguments,
            String text)
            implements CustomValue {
        static final String NAME = "interrupt.resolved";

        @Override
        public String name() {
            return NAME;
        }

        public static InterruptResolved of(Interrupt interrupt) {
            Interrupt.Resolution how = interrupt.resolution();
            return new InterruptResolved(
                    interrupt.id(),
                    how.decision(),
                    how.by(),
                    interrupt.run(),
                    interrupt.toolCall(),
                    how.decision() == Interrupt.Decision.EDIT ? how.arguments() : null,
                    interrupt.isOfClient() ? null : how.text());
        }
    }

    /**
     * A recall has changed.
     *
     * @param kind kind of its schedule
     * @param triggerAt when it is due, RFC 3339; for a finished one, when it was due
     * @param reason one word, or null if the action needs no explanation
     * @param text text of the recall
     * @param run the run that it started, or null
     * @param schedule null in events that were stored before they had it
     * @param target where its run takes place; null in events that were stored before there was a choice
     * @param pause why it is paused, or null
     * @param context what its run sees of the conversation; null in events that were stored before there was a choice
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RecallUpdated(
            String recall,
            String kind,
            String triggerAt,
            Recall.Status status,
            Recall.Action action,
            String reason,
            String text,
            String run,
            RecallSchedule schedule,
            RecallContext context,
            RecallTarget target,
            Recall.Pause pause)
            implements CustomValue {
        static final String NAME = "recall.updated";

        /** @param reason one word, or null */
        public static RecallUpdated of(Recall recall, Recall.Action action, String reason) {
            return new RecallUpdated(
                    recall.id(),
                    recall.schedule().kind().wire(),
                    Instant.ofEpochMilli(recall.triggerAtMs()).toString(),
                    recall.status(),
                    action,
                    reason,
                    recall.text(),
                    recall.run(),
                    recall.schedule(),
                    recall.context(),
                    recall.target(),
                    recall.pause());
        }

        @Override
        public String name() {
            return NAME;
        }
    }

    /**
     * The conversation up to {@code upToSeq} was summarised, for a run that is shown the summary in its place.
     *
     * @param before estimated tokens of what is summarised, and {@code after} of the summary
     * @param compact true if later runs are shown the summary, too; else null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ContextSummarised(long upToSeq, String text, long before, long after, Boolean compact)
            implements CustomValue {
        public static final String NAME = "context.summarised";

        /** For one run. */
        public ContextSummarised(long upToSeq, String text, long before, long after) {
            this(upToSeq, text, before, after, null);
        }

        /** The same for later runs, too. */
        public ContextSummarised forLater() {
            return new ContextSummarised(upToSeq, text, before, after, true);
        }

        @Override
        public String name() {
            return NAME;
        }
    }

    /**
     * Results of earlier calls are no longer shown to the model; the log keeps them.
     *
     * @param calls ids of the calls
     * @param before estimated tokens of the context, and {@code after} of what is left
     */
    record ContextCleared(List<String> calls, long before, long after) implements CustomValue {
        static final String NAME = "context.cleared";

        @Override
        public String name() {
            return NAME;
        }
    }

    /**
     * The run goes on without a middleware of its agent, because it could not be built.
     *
     * @param middleware name of its entry
     */
    record MiddlewareSkipped(String middleware, String why) implements CustomValue {
        static final String NAME = "middleware.skipped";

        @Override
        public String name() {
            return NAME;
        }
    }

    /**
     * How far a call is that takes long. The next one replaces it.
     *
     * @param progress a number that grows
     * @param total what it is at the end, or null
     * @param message of the tool, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ToolProgress(String toolCallId, double progress, Double total, String message) implements CustomValue {
        static final String NAME = "tool.progress";

        @Override
        public String name() {
            return NAME;
        }
    }

    /**
     * Somebody has said what they think of an answer, or has taken it back.
     *
     * @param comment or null
     * @param by the user
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record FeedbackUpdated(String message, Rating rating, String comment, String by) implements CustomValue {
        public static final String NAME = "feedback.updated";

        @Override
        public String name() {
            return NAME;
        }

        /** Null if it was taken back. */
        public Opinion opinion() {
            return rating == Rating.NONE ? null : new Opinion(rating, comment);
        }
    }

    /**
     * The outcome of a run that did not fail: {@code success}, {@code cancelled}, or {@code interrupt}.
     *
     * @param interrupts the interrupts that it waits for, or null
     * @param pendingToolCallIds the calls that its client is to execute, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Outcome(String type, List<Interrupt.Info> interrupts, List<String> pendingToolCallIds) {
        public static final Outcome SUCCESS = new Outcome("success", null, null);
        public static final Outcome CANCELLED = new Outcome("cancelled", null, null);

        public static Outcome interrupt(List<Interrupt.Info> interrupts) {
            return new Outcome("interrupt", interrupts, null);
        }

        /** It waits for all of these: a success if only the client is waited for. */
        public static Outcome waiting(List<Interrupt> all) {
            List<Interrupt.Info> asked = all.stream()
                    .filter(one -> !one.isOfClient())
                    .map(Interrupt::info)
                    .toList();
            List<String> pending = all.stream()
                    .filter(Interrupt::isOfClient)
                    .map(Interrupt::toolCall)
                    .toList();
            return new Outcome(
                    asked.isEmpty() ? "success" : "interrupt",
                    asked.isEmpty() ? null : asked,
                    pending.isEmpty() ? null : pending);
        }

        /** Whether calls of the run have no result yet. */
        @JsonIgnore
        public boolean isWaiting() {
            return interrupts != null || pendingToolCallIds != null;
        }
    }

    /**
     * What started the run: {@code user}, {@code api}, or {@code recall} with its id.
     *
     * @param resumes the run that this one resumes, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RunMetadata(String origin, String recall, String resumes) {
        public RunMetadata(String origin) {
            this(origin, null, null);
        }

        public RunMetadata(String origin, String recall) {
            this(origin, recall, null);
        }
    }

    /**
     * For a user's message: the id of its command and its sender. For an answer: the model that wrote it.
     *
     * @param origin {@code recall} for the text of a recall, else null
     * @param recall id of the recall, or null
     * @param zone IANA name of the sender's time zone, or null
     * @param parts parts of its content after the text, which follows as {@link TextContent}; or null
     * @param model the provider's name for the model, or null
     * @param context for the text of a recall: what its run sees of the conversation before it; null for all
     * @param parent for the first message of a session that a recall made: that recall; else null
     * @param chosen for a user's message: what was chosen for its run, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record MessageMetadata(
            String command,
            String by,
            String origin,
            String recall,
            String zone,
            List<Part> parts,
            String model,
            RecallContext context,
            String parent,
            Chosen chosen) {
        public MessageMetadata(
                String command, String by, String origin, String recall, String zone, List<Part> parts, String model) {
            this(command, by, origin, recall, zone, parts, model, null, null, null);
        }

        public MessageMetadata(String command, String by) {
            this(command, by, null);
        }

        public MessageMetadata(String command, String by, String zone) {
            this(command, by, null, null, zone, null, null);
        }

        /** For the text of a recall. */
        public static MessageMetadata ofRecall(String recall, String by) {
            return ofRecall(recall, by, null);
        }

        /** For the text of a recall that was created in a time zone. */
        public static MessageMetadata ofRecall(String recall, String by, String zone) {
            return new MessageMetadata(null, by, "recall", recall, zone, null, null);
        }

        /** The same with these parts behind the text. */
        public MessageMetadata with(List<Part> its) {
            return new MessageMetadata(command, by, origin, recall, zone, its, model, context, parent, chosen);
        }

        /**
         * The same for a run that sees only this much of the conversation before it.
         *
         * @param itsParent the recall that made the session, or null
         */
        public MessageMetadata seeing(RecallContext its, String itsParent) {
            RecallContext less = its == RecallContext.ALL ? null : its;
            return new MessageMetadata(command, by, origin, recall, zone, parts, model, less, itsParent, chosen);
        }

        /** The same for a run for which this was chosen, or null. */
        public MessageMetadata choosing(Chosen its) {
            return new MessageMetadata(command, by, origin, recall, zone, parts, model, context, parent, its);
        }

        /** For a text that this model wrote. */
        public static MessageMetadata ofAnswer(String model) {
            return new MessageMetadata(null, null, null, null, null, null, model);
        }
    }

    /**
     * Tokens of one provider and model; absent numbers were not reported.
     *
     * @param inputTokens with {@code cachedInputTokens} and {@code cacheWriteInputTokens}
     * @param outputTokens with {@code reasoningTokens}
     * @param estimated true if the provider did not report some of the numbers; else null
     * @param cost in the operator's currency; null if a price is not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TokenUsage(
            String provider,
            String model,
            Integer inputTokens,
            Integer outputTokens,
            Integer totalTokens,
            Integer cachedInputTokens,
            Integer cacheWriteInputTokens,
            Integer reasoningTokens,
            Boolean estimated,
            BigDecimal cost) {
        public TokenUsage(
                String provider, String model, Integer inputTokens, Integer outputTokens, Integer totalTokens) {
            this(provider, model, inputTokens, outputTokens, totalTokens, null, null, null, null, null);
        }

        public static TokenUsage of(String provider, String model, int inputTokens, int outputTokens) {
            return new TokenUsage(provider, model, inputTokens, outputTokens, inputTokens + outputTokens);
        }
    }
}
