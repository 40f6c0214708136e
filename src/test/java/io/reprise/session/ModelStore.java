package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.Conversation;
import io.reprise.message.EventJson;
import io.reprise.message.LogEvent;
import io.reprise.message.LogRow;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Recall;
import io.reprise.session.EventStore.Append;
import io.reprise.session.EventStore.AppendOutcome;
import io.reprise.session.EventStore.Claim;
import io.reprise.session.EventStore.Loaded;
import io.reprise.session.EventStore.Orphan;
import io.reprise.session.EventStore.RunRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What PostgreSQL does for one session, in memory; it checks the rules of the log at every append. */
final class ModelStore {
    long owner;
    long head;
    long version;
    String epoch = "e0";
    List<QueuedMessage> queue = List.of();
    EventStore.Titles titles = EventStore.Titles.NONE;
    final List<LogRow> rows = new ArrayList<>();
    final Map<String, RunRow> runs = new LinkedHashMap<>();
    final Map<String, Recall> recalls = new LinkedHashMap<>();
    final Map<String, Claim> claims = new HashMap<>();

    Loaded load(long number) {
        assertThat(number).isGreaterThanOrEqualTo(owner);
        owner = number;
        version += 2;
        List<Orphan> orphans = runs.values().stream()
                .filter(run -> run.outcome() == null)
                .map(run -> new Orphan(run, structure(run)))
                .toList();
        RunRow last = runs.values().stream().reduce((a, b) -> b).orElse(null);
        return new Loaded(
                "user",
                epoch,
                head,
                version,
                queue,
                last,
                orphans,
                recalls.values().stream().filter(Recall::isOpen).toList(),
                null,
                titles);
    }

    private List<LogEvent> structure(RunRow run) {
        return rows.stream()
                .filter(row -> run.id().equals(row.run()) && row instanceof LogRow.Single)
                .map(row -> EventJson.parse(((LogRow.Single) row).payload()))
                .toList();
    }

    Optional<Claim> claim(String id) {
        return Optional.ofNullable(claims.get(id));
    }

    AppendOutcome append(Append append) {
        if (owner != append.owner() || version != append.version()) {
            boolean mine = owner == append.owner() && version == append.version() + 1;
            return mine ? new AppendOutcome.Stored() : new AppendOutcome.Lost();
        }
        version++;
        for (LogRow row : append.rows()) {
            assertThat(row.from()).as("rows tile").isEqualTo(head + 1);
            head = row.seq();
            rows.add(row);
        }
        assertThat(append.head()).isEqualTo(head);
        for (Claim claim : append.claims()) {
            assertThat(claims.put(claim.id(), claim))
                    .as("one claim for each id")
                    .isNull();
        }
        append.runs().forEach(run -> runs.put(run.id(), run));
        append.recalls().forEach(recall -> recalls.put(recall.id(), recall));
        if (append.queue() != null) queue = append.queue();
        if (append.epoch() != null) epoch = append.epoch();
        if (append.titles() != null) titles = append.titles();
        checkRuns();
        return new AppendOutcome.Stored();
    }

    List<LogRow> read(long after, long upTo, int rowsMax) {
        return rows.stream()
                .filter(row -> row.seq() > after && row.from() <= upTo)
                .limit(rowsMax)
                .toList();
    }

    /** One terminal event for each run, nothing of the run behind it, everything that it opened closed before it. */
    private void checkRuns() {
        Map<String, OpenItems> open = new HashMap<>();
        Set<String> ended = new HashSet<>();
        for (LogRow row : rows) {
            if (row.run() == null) continue;
            assertThat(ended).as("an event behind its run's end").doesNotContain(row.run());
            if (!(row instanceof LogRow.Single single)) continue;
            LogEvent event = EventJson.parse(single.payload());
            OpenItems items = open.computeIfAbsent(row.run(), run -> new OpenItems());
            items.apply(event);
            if (event instanceof LogEvent.Terminal) {
                ended.add(row.run());
                assertThat(items.close(prefix -> prefix))
                        .as("left open by a run")
                        .isEmpty();
            }
        }
        for (RunRow run : runs.values()) {
            assertThat(ended.contains(run.id())).as("run row and log agree").isEqualTo(run.outcome() != null);
        }
    }

    /** What a reader at the head has: every event's JSON in turn, the deltas of a message joined. */
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
