package io.reprise.session;

import io.reprise.history.ChatMessage;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.QueuedMessage;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import java.util.List;

/** One session that waits for people, with a clock and a store that the test controls. */
abstract class WaitingBench extends SessionBench {
    List<Decision> decisions() {
        return store.interrupts.values().stream()
                .map(one -> one.isOpen() ? null : one.resolution().decision())
                .toList();
    }

    List<String> contents() {
        return store.conversation().messages().stream()
                .filter(message -> message.metadata().by() != null)
                .map(ChatMessage::text)
                .toList();
    }

    List<String> queue() {
        return store.queue.stream().map(QueuedMessage::text).toList();
    }

    List<LogEvent> events() {
        return store.rows.stream()
                .filter(row -> row instanceof LogRow.Single)
                .map(row -> EventJson.parse(((LogRow.Single) row).payload()))
                .toList();
    }
}
