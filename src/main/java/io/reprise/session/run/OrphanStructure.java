package io.reprise.session.run;

import io.reprise.message.log.LogEvent;
import io.reprise.message.log.OpenItems;
import io.reprise.message.log.OpenItems.OpenCall;
import io.reprise.session.store.Placed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an orphaned run, and the runs that it resumes, have left in the log: open messages and calls, and the positions
 * of calls and messages.
 */
public final class OrphanStructure {
    private final OpenItems open = new OpenItems();
    private final List<Begun> messages = new ArrayList<>();
    private final Map<String, Asked> calls = new LinkedHashMap<>();
    private final Map<String, Long> results = new HashMap<>();
    private final Set<String> stopped = new HashSet<>();

    /** When each sub-agent began or went on, and when it ended or was suspended: oldest first. */
    private final Map<String, List<Turn>> subagents = new LinkedHashMap<>();

    private record Begun(String id, long seq) {}

    private record Asked(OpenCall call, long seq) {}

    private record Turn(long seq, boolean begins) {}

    public OrphanStructure(List<Placed> structure) {
        structure.forEach(this::apply);
    }

    private void apply(Placed placed) {
        open.apply(placed.event());
        if (placed.event() instanceof LogEvent.OfSubagent its) apply(its.event(), its.subagentRunId(), placed.seq());
        else apply(placed.event(), null, placed.seq());
    }

    private void apply(LogEvent event, String subagent, long seq) {
        switch (event) {
            case LogEvent.SubagentStarted e -> turn(e.subagentRunId(), new Turn(seq, true));
            case LogEvent.SubagentFinished e -> turn(e.subagentRunId(), new Turn(seq, false));
            case LogEvent.SubagentError e -> turn(e.subagentRunId(), new Turn(seq, false));
            case LogEvent.TextStart e -> messages.add(new Begun(e.messageId(), seq));
            case LogEvent.ReasoningMessageStart e -> messages.add(new Begun(e.messageId(), seq));
            case LogEvent.ToolCallStart e ->
                calls.put(e.toolCallId(), new Asked(new OpenCall(e.toolCallId(), subagent), seq));
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

    private void turn(String subagent, Turn turn) {
        subagents.computeIfAbsent(subagent, id -> new ArrayList<>()).add(turn);
    }

    /** A call whose result is superseded is open again, unless the call itself is superseded. Likewise sub-agents. */
    private void becomesVoid(long toSeq) {
        messages.removeIf(message -> message.seq() > toSeq);
        calls.values().removeIf(asked -> {
            if (asked.seq() <= toSeq) return false;
            open.drop(asked.call());
            return true;
        });
        results.forEach((call, seq) -> {
            if (seq > toSeq && calls.containsKey(call))
                open.takeOver(calls.get(call).call());
        });
        results.values().removeIf(seq -> seq > toSeq);
        subagents.forEach((id, turns) -> {
            turns.removeIf(turn -> turn.seq() > toSeq);
            if (!turns.isEmpty() && turns.getLast().begins()) open.takeOver(id);
            else open.drop(id);
        });
        subagents.values().removeIf(List::isEmpty);
    }

    public OpenItems open() {
        return open;
    }

    /** Whether a user stopped the run, and not the server. */
    boolean isStopped(String run) {
        return stopped.contains(run);
    }

    /** Calls that began at or below {@code seq} and had no result there. */
    List<OpenCall> callsOpenAt(long seq) {
        return calls.values().stream()
                .filter(asked -> asked.seq() <= seq)
                .map(Asked::call)
                .filter(call -> results.getOrDefault(call.id(), Long.MAX_VALUE) > seq)
                .toList();
    }

    /** Sub-agents that were at work at {@code seq}. */
    List<String> subagentsOpenAt(long seq) {
        return subagents.entrySet().stream()
                .filter(each -> each.getValue().stream()
                        .filter(turn -> turn.seq() <= seq)
                        .reduce((a, b) -> b)
                        .filter(Turn::begins)
                        .isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * The last result after {@code seq} of a call that was open there, if nothing else began before; otherwise {@code
     * seq}. A run that resumes from there need not repeat calls that have a result.
     */
    long withResultsBehind(long seq) {
        long other = Stream.of(
                        messages.stream().map(Begun::seq).filter(begun -> !results.containsValue(begun)),
                        calls.values().stream().map(Asked::seq),
                        subagents.values().stream().flatMap(List::stream).map(Turn::seq))
                .flatMap(begun -> begun)
                .filter(begun -> begun > seq)
                .min(Long::compare)
                .orElse(Long.MAX_VALUE);
        return callsOpenAt(seq).stream()
                .map(call -> results.get(call.id()))
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
