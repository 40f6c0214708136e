package io.reprise.session.fork;

import io.reprise.config.Settings;
import io.reprise.history.ChatMessage;
import io.reprise.message.Role;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.Delta;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogEvent.Outcome;
import io.reprise.message.log.LogEvent.ReasoningEncryptedValue;
import io.reprise.message.log.LogEvent.RunMetadata;
import io.reprise.message.log.OpenItems;
import io.reprise.message.log.RunUsage;
import io.reprise.session.fork.ForkSource.Chain;
import io.reprise.session.log.MessageTexts;
import io.reprise.session.log.NextAppend;
import io.reprise.session.log.SessionLog;
import io.reprise.session.run.Ending;
import io.reprise.session.store.Append;
import io.reprise.session.store.RunRow;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The log of a session that starts with the first messages of another one. It is created from the messages and not from
 * the events, so superseded events are left out, and nothing is open that somebody could wait for.
 */
final class ForkedLog {
    private final String session;
    private final ForkSource source;
    private final IdSource ids;
    private final long nowMs;
    private final int deltaMax;
    private final SessionLog log;
    private final MessageTexts texts;
    private final NextAppend content = new NextAppend();
    private final OpenItems open = new OpenItems();
    private final Set<Chain> begun = new HashSet<>();

    /** Sub-agents of calls that were copied and whose work was not yet, by id. */
    private final Map<String, LogEvent.SubagentStarted> subagents = new HashMap<>();

    /** Sub-agents at work, by the call that they answer. */
    private final Map<String, ChatMessage.Subagent> working = new HashMap<>();

    private Chain current;

    /** The sub-agent whose message is copied; null for the agent of the run. */
    private String owner;

    private long firstSeq;

    ForkedLog(String session, ForkSource source, Settings settings, IdSource ids, long nowMs) {
        this.session = session;
        this.source = source;
        this.ids = ids;
        this.nowMs = nowMs;
        this.deltaMax = settings.log().segmentBytesMax();
        this.log = new SessionLog(session, Current.always(settings.log()), 0, 1);
        this.texts = new MessageTexts(Current.always(settings.search().textBytesMax()), (said, next) -> {});
    }

    /**
     * Call this once: the first append of a session with the first {@code count} messages of the source, at least one.
     *
     * @param preview preview of the source
     */
    Append of(int count, long owner, String preview) {
        List<ChatMessage> all = source.messages();
        all.subList(0, count).forEach(this::add);
        Chain last = current;
        boolean torn = all.subList(count, all.size()).stream()
                .anyMatch(message -> source.chain(message.metadata().run()) == last);
        end(torn ? Ending.CANCELLED : ending(last));
        content.preview(preview);
        return content.with(session, owner, 0, log.decided(), log.unstored(true));
    }

    private void add(ChatMessage message) {
        Chain chain = source.chain(message.metadata().run());
        if (chain != null && begun.add(chain)) {
            if (current != null) end(ending(current));
            begin(chain);
        }
        long atMs = Instant.parse(message.metadata().at()).toEpochMilli();
        owner = null;
        if (message.role() == Role.TOOL) subagentEnds(message.toolCallId(), atMs);
        LogEvent.SubagentStarted start = message.isOuter() ? null : subagents.remove(message.subagentRunId());
        if (start != null) number(start, atMs);
        owner = message.subagentRunId();
        switch (message.role()) {
            case USER -> said(message, sent(message), atMs);
            case ASSISTANT -> answered(message, atMs);
            case REASONING -> thought(message, atMs);
            case TOOL -> number(result(message), atMs);
        }
        if (message.metadata().subagents() == null) return;
        message.metadata().subagents().forEach((call, its) -> {
            working.put(call, its);
            subagents.put(
                    its.id(),
                    new LogEvent.SubagentStarted(its.id(), its.name(), its.description(), owner, call, message.id()));
        });
    }

    /** The work of a sub-agent ends before the result of its call. */
    private void subagentEnds(String call, long atMs) {
        ChatMessage.Subagent its = working.remove(call);
        if (its == null) return;
        LogEvent.SubagentStarted start = subagents.remove(its.id());
        if (start != null) number(start, atMs);
        boolean failed = its.status().equals("error") || its.status().equals("cancelled");
        number(
                failed
                        ? new LogEvent.SubagentError(
                                its.id(), its.message(), its.status().equals("error") ? null : its.status())
                        : LogEvent.SubagentFinished.success(its.id()),
                atMs);
    }

    private void begin(Chain chain) {
        current = chain;
        firstSeq = log.decided() + 1;
        RunMetadata metadata =
                new RunMetadata(chain.metadata().origin(), chain.metadata().recall());
        number(new LogEvent.RunStarted(session, chain.run(), metadata), chain.startedMs());
    }

    /** Ends a run. A call that is open was not answered before the fork, so the fork does not ask for an answer. */
    private void end(Ending ending) {
        boolean whole = current.end() != null && ending != Ending.CANCELLED;
        long atMs = whole ? current.endedMs() : nowMs;
        owner = null;
        subagents.clear();
        working.clear();
        open.close(ids).forEach(event -> number(event, atMs));
        number(ending.event(session, current.run()), atMs);
        content.run(new RunRow(
                current.run(),
                current.metadata().origin(),
                firstSeq,
                current.startedMs(),
                true,
                ending.outcome(),
                ending.code()));
    }

    /** Without token counts, because tokens are counted in the original session. */
    private static Ending ending(Chain chain) {
        return switch (chain.end()) {
            case LogEvent.RunFinished e
            when e.outcome().equals(Outcome.SUCCESS) -> new Ending.Succeeded(RunUsage.UNKNOWN);
            case LogEvent.RunError e -> Ending.Failed.of(e.code(), e.message());
            case LogEvent.RunFinished e -> Ending.CANCELLED;
            case null -> Ending.CANCELLED;
        };
    }

    private static MessageMetadata sent(ChatMessage message) {
        ChatMessage.Metadata its = message.metadata();
        List<Part> rest = message.content().rest();
        return new MessageMetadata(
                its.command(),
                its.by(),
                its.origin(),
                its.recall(),
                its.zone(),
                rest,
                null,
                its.context(),
                null,
                its.chosen());
    }

    /** Null for an answer whose model is not known. */
    private static MessageMetadata written(ChatMessage.Metadata its) {
        return its.model() == null ? null : MessageMetadata.ofAnswer(its.model());
    }

    private void said(ChatMessage message, MessageMetadata metadata, long atMs) {
        number(new LogEvent.TextStart(message.id(), message.role(), metadata), atMs);
        String text = message.content().lead();
        // A user's message is one event, whatever its length.
        if (message.role() != Role.USER) pieces(LogEvent.TEXT_CONTENT, message.id(), text, atMs);
        else if (!text.isEmpty()) number(new LogEvent.TextContent(message.id(), text), atMs);
        number(new LogEvent.TextEnd(message.id()), atMs);
    }

    private void answered(ChatMessage message, long atMs) {
        if (message.content() != null) said(message, written(message.metadata()), atMs);
        if (message.toolCalls() != null) message.toolCalls().forEach(call -> called(call, message.id(), atMs));
        if (message.state() != null) number(ReasoningEncryptedValue.ofMessage(message.id(), message.state()), atMs);
    }

    private void called(ChatMessage.ToolCall call, String message, long atMs) {
        number(new LogEvent.ToolCallStart(call.id(), call.function().name(), message), atMs);
        pieces(LogEvent.TOOL_ARGS, call.id(), call.function().arguments(), atMs);
        number(new LogEvent.ToolCallEnd(call.id()), atMs);
        if (call.state() != null) number(ReasoningEncryptedValue.ofToolCall(call.id(), call.state()), atMs);
    }

    private void thought(ChatMessage message, long atMs) {
        number(new LogEvent.ReasoningStart(message.id()), atMs);
        number(new LogEvent.ReasoningMessageStart(message.id()), atMs);
        pieces(LogEvent.REASONING_CONTENT, message.id(), message.content().lead(), atMs);
        number(new LogEvent.ReasoningMessageEnd(message.id()), atMs);
        number(new LogEvent.ReasoningEnd(message.id()), atMs);
    }

    private static LogEvent result(ChatMessage message) {
        String status = message.metadata().status();
        LogEvent.ResultMetadata metadata = status == null ? null : new LogEvent.ResultMetadata(status);
        return new LogEvent.ToolCallResult(message.id(), message.toolCallId(), message.content(), "tool", metadata);
    }

    private void pieces(String type, String target, String text, long atMs) {
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from + deltaMax);
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) to--;
            number(Delta.of(type, target, text.substring(from, to)), atMs);
            from = to;
        }
    }

    private void number(LogEvent its, long atMs) {
        LogEvent event = its.of(owner);
        open.apply(event);
        log.number(event, current.run(), atMs);
        texts.apply(event, log.decided(), content);
    }
}
