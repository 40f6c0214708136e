package io.reprise.session;

import io.reprise.message.CommandOutcome;
import io.reprise.message.Interrupt;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import java.util.List;

/** One session whose runs ask people, with a clock and a store that the test controls. */
abstract class InterruptBench extends SessionBench {
    Interrupt.Resolution resolution(String interrupt) {
        return store.interrupts.get(interrupt).resolution();
    }

    String why(String command) {
        return ((CommandOutcome.Refused) outcome(command)).failure().message();
    }

    List<LogEvent.InterruptResolved> resolved() {
        return events().stream()
                .filter(e ->
                        e instanceof LogEvent.Custom custom && custom.value() instanceof LogEvent.InterruptResolved)
                .map(e -> (LogEvent.InterruptResolved) ((LogEvent.Custom) e).value())
                .toList();
    }

    <T extends LogEvent> T last(Class<T> type) {
        return events().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    List<LogEvent> events() {
        return store.rows.stream()
                .filter(row -> row instanceof LogRow.Single)
                .map(row -> EventJson.parse(((LogRow.Single) row).payload()))
                .toList();
    }
}
