package io.reprise.session.run;

import io.reprise.config.InterruptSettings;
import io.reprise.config.Settings;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.log.OpenItems;
import io.reprise.session.store.RunRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The interrupts that a session knows: all of the run that waits, and the decisions about the newest others, so that a
 * second answer can be told who decided.
 */
public final class Interrupts {
    private List<Interrupt> asked = List.of();

    /** By interrupt id, oldest first; as many as a load restores. */
    private final Map<String, Decided> decided = new LinkedHashMap<>();

    /** @param by the user who decided, or null if the interrupt expired */
    public record Decided(String toolCall, Decision decision, String by) {}

    /** @param stored interrupts of the last run and the newest resolved ones, oldest first */
    Interrupts(List<Interrupt> stored) {
        stored.stream().filter(one -> !one.isOpen()).forEach(this::remember);
    }

    /** The run waits for decisions about these interrupts, some of which may be resolved already. */
    void ask(List<Interrupt> all) {
        asked = List.copyOf(all);
    }

    public List<Interrupt> open() {
        return asked.stream().filter(Interrupt::isOpen).toList();
    }

    /** The decision, if the interrupt is among the newest resolved ones. */
    public Optional<Decided> decided(String interrupt) {
        return Optional.ofNullable(decided.get(interrupt));
    }

    /** The newest decision about a call, if it is known. */
    public Optional<Decided> decidedCall(String toolCall) {
        return decided.values().stream()
                .filter(one -> one.toolCall().equals(toolCall))
                .reduce((before, later) -> later);
    }

    /** Whether only the client is waited for. */
    public boolean isForClientOnly() {
        List<Interrupt> open = open();
        return !open.isEmpty() && open.stream().allMatch(Interrupt::isOfClient);
    }

    /** An open interrupt was resolved. */
    public void resolved(Interrupt one) {
        asked = asked.stream()
                .map(known -> known.id().equals(one.id()) ? one : known)
                .toList();
        remember(one);
    }

    /** The run does not wait any more. Returns all of its interrupts. */
    List<Interrupt> over() {
        if (!open().isEmpty()) throw new IllegalStateException("some are still open");
        List<Interrupt> all = asked;
        asked = List.of();
        return all;
    }

    /** The log is being cleared. */
    void forget() {
        asked = List.of();
        decided.clear();
    }

    private void remember(Interrupt resolved) {
        decided.put(
                resolved.id(),
                new Decided(
                        resolved.toolCall(),
                        resolved.resolution().decision(),
                        resolved.resolution().by()));
        if (decided.size() > InterruptSettings.OPEN_MAX) {
            decided.remove(decided.keySet().iterator().next());
        }
    }

    /**
     * The end of a run whose agent asks for decisions: an error if there are too many, or if the run could not resume
     * afterwards.
     */
    static Ending ending(RunRow run, RunEnd.Interrupted end, Settings all, long nowMs) {
        InterruptSettings settings = all.interrupts();
        List<Ask> asks = end.asks();
        if (asks.size() > settings.openMax()) {
            return Ending.Failed.of(ErrorCode.TOOL_ERROR, "Too many calls wait for people or for the client.");
        }
        boolean each = asks.stream().map(Ask::id).distinct().count() == asks.size();
        if (asks.isEmpty() || !each || run.progress().resume() == null) {
            return Ending.Failed.of(ErrorCode.INTERNAL, "The run could not wait for an answer.");
        }
        return new Ending.Interrupted(
                asks.stream().map(ask -> interrupt(run, ask, nowMs, all)).toList(), end.usage());
    }

    private static long expiryMs(Ask ask, Settings settings) {
        if (ask.inquiry() == null) return settings.interrupts().expiryMs();
        return ask.inquiry().isOfClient()
                ? settings.tools().client().expiryMs()
                : ask.inquiry().expiryMs();
    }

    private static Interrupt interrupt(RunRow run, Ask ask, long nowMs, Settings settings) {
        return new Interrupt(
                ask.id(),
                run.id(),
                ask.toolCall(),
                ask.tool(),
                ask.arguments(),
                nowMs,
                nowMs + expiryMs(ask, settings),
                null,
                ask.inquiry(),
                ask.within());
    }

    /** What stays open while people decide. */
    static OpenItems.Kept waiting(List<Interrupt> asked) {
        Set<String> calls = new HashSet<>();
        Map<String, List<String>> subagents = new HashMap<>();
        for (Interrupt one : asked) {
            one.openCalls().forEach(call -> calls.add(call.id()));
            one.within()
                    .forEach(around -> subagents
                            .computeIfAbsent(around.subagentRunId(), id -> new ArrayList<>())
                            .add(one.id()));
        }
        return new OpenItems.Kept(calls, Set.of(), subagents);
    }
}
