package io.reprise.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import java.time.Instant;

/**
 * The conversation as it was before somebody took it back. It differs from the one that follows it in what comes behind one
 * message.
 *
 * @param asOf the last seq of it
 * @param after the last message that both have; null: they have none in common
 * @param at when it was taken back, RFC 3339
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Version(long asOf, String after, String at) {
    /** @param row of a {@code history.rewound} */
    static Version before(LogRow row) {
        if (EventJson.parse(row.json(0, row.seq())) instanceof LogEvent.Custom custom
                && custom.value() instanceof LogEvent.HistoryRewound rewound) {
            return new Version(
                    row.from() - 1,
                    rewound.lastMessage(),
                    Instant.ofEpochMilli(row.atMs()).toString());
        }
        throw new IllegalStateException("not a rewind: " + row.type());
    }
}
