package io.reprise.session.fork;

import io.reprise.config.Settings;
import io.reprise.history.ChatMessage;
import io.reprise.history.ChatMessage.Metadata;
import io.reprise.message.content.Content;
import io.reprise.message.log.LogEvent.RunMetadata;
import io.reprise.message.log.LogEvent.RunStarted;
import io.reprise.message.opening.EarlierMessage;
import io.reprise.session.store.Append;
import io.reprise.support.IdSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The log of a session that starts with a conversation that took place elsewhere: as one run that has ended. */
final class EarlierLog {
    private final Settings settings;
    private final IdSource ids;
    private final long nowMs;

    EarlierLog(Settings settings, IdSource ids, long nowMs) {
        this.settings = settings;
        this.ids = ids;
        this.nowMs = nowMs;
    }

    /**
     * The first append of a session.
     *
     * @param user of the session
     * @param owner of the session's shard
     * @param earlier at least one message
     */
    Append of(String session, String user, long owner, List<EarlierMessage> earlier) {
        String run = ids.next("r_");
        List<ChatMessage> messages = new ArrayList<>();
        earlier.forEach(message -> messages.add(said(message, metadata(run, user))));
        ForkSource source = ForkSource.of(messages, new RunStarted(session, run, new RunMetadata("user")), nowMs);
        return new ForkedLog(session, source, settings, ids, nowMs).of(messages.size(), owner, null);
    }

    private ChatMessage said(EarlierMessage message, Metadata metadata) {
        List<ChatMessage.ToolCall> calls = message.calls().stream()
                .map(call -> ChatMessage.ToolCall.of(call.id(), call.name(), call.arguments()))
                .toList();
        Content content = message.text().isEmpty() && !calls.isEmpty() ? null : Content.of(message.text());
        return new ChatMessage(
                ids.next("m_"), message.role(), content, calls.isEmpty() ? null : calls, message.toolCall(), metadata);
    }

    private Metadata metadata(String run, String user) {
        String at = Instant.ofEpochMilli(nowMs).toString();
        return new Metadata(run, 0, at, null, null, null, null, user, null, null, null, null, null, null, null);
    }
}
