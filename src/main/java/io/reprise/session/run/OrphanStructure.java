package io.reprise.session.run;

import io.reprise.message.log.LogEvent;
import io.reprise.session.log.OpenItems;
import io.reprise.session.store.Placed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an orphaned run, and the runs that it resumes, have left in the log: open messages and calls, and the positions
 * of calls and messages.
 */
public final class OrphanStructure {
    private final OpenItems open = new OpenItems();
    private final List<Begun> messages = new ArrayList<>();
    private final Map<String, Long> calls = new LinkedHashMap<>();
    private final Map<String, Long> results = new HashMap<>();
    private final Set<String> stopped = new HashSet<>();

    private record Begun(String id, long seq) {}

    public OrphanStructure(List<Placed> structure) {
        structure.forEach(this::apply);
    }

    private void apply(Placed placed) {
        open.apply(placed.event());
        long seq = placed.seq();
        switch (placed.event()) {
            case LogEvent.TextStart e -> messages.add(new Begun(e.messageId(), seq));
            case LogEvent.ReasoningMessageStart e -> messages.add(new Begun(e.messageId(), seq));
            case LogEvent.ToolCallStart e -> calls.put(e.toolCallId(), seq);
            case LogEvent.ToolCallResult e -> {
                messages.add(new Begun(e.messageId(), seq));
                results.put(e.toolCallId(), seq);
            }
            case LogEvent.Custom(String name, LogEvent.Voiding voiding) -> becomesVoid(voiding.toSeq());
            case LogEvent.Custom(String name, LogEvent.RunStopping stopping) -> {
                if (stopping.by() != null) stopped.add(stopping.run());
            }
            case LogEvent other -> {}
        }
    }

    /** A call whose result is superseded is open again, unless the call itself is superseded. */
    private void becomesVoid(long toSeq) {
        messages.removeIf(message -> message.seq() > toSeq);
        calls.entrySet().removeIf(call -> {
            if (call.getValue() <= toSeq) return false;
            open.drop(call.getKey());
            return true;
        });
        results.forEach((call, seq) -> {
            if (seq > toSeq && calls.containsKey(call)) open.takeOver(call);
        });
        results.values().removeIf(seq -> seq > toSeq);
    }

    public OpenItems open() {
        return open;
    }

    /** Whether a user stopped the run, and not the server. */
    boolean isStopped(String run) {
        return stopped.contains(run);
    }

    /** Calls that began at or below {@code seq} and had no result there. */
    Set<String> callsOpenAt(long seq) {
        return calls.entrySet().stream()
                .filter(call -> call.getValue() <= seq)
                .map(Map.Entry::getKey)
                .filter(call -> results.getOrDefault(call, Long.MAX_VALUE) > seq)
                .collect(Collectors.toSet());
    }

    /**
     * The last result after {@code seq} of a call that was open there, if nothing else began before; otherwise {@code
     * seq}. A run that resumes from there need not repeat calls that have a result.
     */
    long withResultsBehind(long seq) {
        long other = Stream.concat(
                        messages.stream().map(Begun::seq).filter(begun -> !results.containsValue(begun)),
                        calls.values().stream())
                .filter(begun -> begun > seq)
                .min(Long::compare)
                .orElse(Long.MAX_VALUE);
        return callsOpenAt(seq).stream()
                .map(results::get)
                .filter(result -> result != null && result < other)
                .max(Long::compare)
                .orElse(seq);
    }

    /** The last message that began at or below {@code seq} and is not superseded; {@code before} if there is none. */
    String lastMessageAt(long seq, String before) {
        return messages.stream()
                .filter(message -> message.seq() <= seq)
                .reduce((a, b) -> b)
                .map(Begun::id)
                .orElse(before);
    }
}
