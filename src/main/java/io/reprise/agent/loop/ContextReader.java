package io.reprise.agent.loop;

import io.reprise.agent.link.RunEvents;
import io.reprise.history.ChatMessage;
import io.reprise.history.Histories;
import io.reprise.history.Histories.Context;
import io.reprise.history.Histories.ContextStart;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Role;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ContextSummarised;
import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecalledFrom;
import io.reprise.support.StopSignal;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Reads what a run sees of its conversation. The message that started the run says how much that is: a recall may show
 * less than all.
 */
final class ContextReader {
    private final RunRequest run;
    private final RunPlan plan;
    private final AgentServices services;
    private final RunEvents events;
    private final SummaryMaker summaries;

    ContextReader(RunRequest run, RunPlan plan, AgentServices services, RunEvents events, StopSignal stop) {
        this.run = run;
        this.plan = plan;
        this.services = services;
        this.events = events;
        this.summaries = new SummaryMaker(run, plan, services, stop);
    }

    /** The tokens of making a summary. */
    List<TokenUsage> usage() {
        return summaries.usage().total();
    }

    /** What the run sees at its beginning. */
    Context first() throws InterruptedException, StoreAnswer.Missing {
        Context all = await(histories().context(run.session(), run.head(), messagesMax()));
        Optional<ChatMessage> own = all.messages().stream()
                .filter(message -> message.role() == Role.USER
                        && run.run().equals(message.metadata().run()))
                .findFirst();
        if (own.isEmpty()
                || own.get().metadata().context() == null
                || own.get().metadata().parent() != null) return withOrigin(all, true);
        long ownSeq = own.get().metadata().seq();
        return switch (own.get().metadata().context()) {
            case ALL -> all;
            case SUMMARY -> summarised(all, ownSeq);
            case LAST -> all.bare().from(lastExchange(all, ownSeq));
            case NONE -> all.bare().from(ownSeq);
        };
    }

    /** The same again for a run that resumes, and what was said since. */
    Context again(ContextStart start) throws InterruptedException, StoreAnswer.Missing {
        if (start == null) return await(histories().context(run.session(), run.head(), messagesMax()));
        if (!start.summarised()) return withOrigin(await(histories().context(run.session(), run.head(), start)), false);
        ContextStart whole = new ContextStart(start.fold(), start.fold());
        Context all = await(histories().context(run.session(), run.head(), whole));
        return all.from(start.first()).with(summary(all, start.first()));
    }

    /** The newest summary that does not cover what is shown, too. */
    private String summary(Context all, long first) throws InterruptedException, StoreAnswer.Missing {
        Optional<ContextSummarised> stored = stored();
        if (all.summary() != null
                && stored.filter(its -> its.upToSeq() >= first).isPresent()) return all.summary();
        return stored.map(ContextSummarised::text).orElseGet(() -> summaries.beginnings(before(all, first)));
    }

    /**
     * With what the session sees of the one whose recall made it, as long as it begins with the text of that recall.
     *
     * @param mayMake whether a summary may be made; otherwise a stored one is used
     */
    private Context withOrigin(Context own, boolean mayMake) throws InterruptedException, StoreAnswer.Missing {
        RecalledFrom from = run.recalledFrom();
        if (from == null
                || from.context() == RecallContext.NONE
                || own.messages().isEmpty()
                || own.messages().getFirst().metadata().parent() == null) return own;
        int room = messagesMax() - own.messages().size();
        if (room <= 0) return own;
        Context before = await(histories().context(from.session(), from.seq(), room));
        if (before.messages().isEmpty()) return own;
        return switch (from.context()) {
            case ALL -> own.behind(before.messages(), null);
            case LAST ->
                own.behind(before.from(lastExchange(before, Long.MAX_VALUE)).messages(), null);
            case SUMMARY -> behindSummary(own, before, mayMake);
            case NONE -> own;
        };
    }

    /** A summary that was made for this session, or else that of the other one with the messages after it. */
    private Context behindSummary(Context own, Context before, boolean mayMake)
            throws InterruptedException, StoreAnswer.Missing {
        Optional<ContextSummarised> mine = stored();
        if (mine.isPresent()) return own.behind(List.of(), mine.get().text());
        RecalledFrom from = run.recalledFrom();
        Optional<ContextSummarised> its = await(histories().summary(from.session(), from.seq()));
        if (its.isPresent()) {
            return own.behind(
                    before.from(its.get().upToSeq() + 1).messages(), its.get().text());
        }
        long upToSeq = own.messages().getFirst().metadata().seq() - 1;
        Optional<ContextSummarised> made =
                mayMake ? summaries.make(null, before.messages(), upToSeq) : Optional.empty();
        made.ifPresent(summary -> events.emit(LogEvent.Custom.of(summary)));
        return own.behind(
                List.of(), made.map(ContextSummarised::text).orElseGet(() -> summaries.beginnings(before.messages())));
    }

    /** Where the last exchange before a message began: with the message that started it, also if others came during it. */
    private static long lastExchange(Context all, long ownSeq) {
        List<ChatMessage> before = before(all, ownSeq);
        int first = before.size() - 1;
        while (first >= 0 && before.get(first).role() != Role.USER) first--;
        if (first < 0) return ownSeq;
        String its = before.get(first).metadata().run();
        while (first > 0
                && its != null
                && its.equals(before.get(first - 1).metadata().run())) first--;
        return before.get(first).metadata().seq();
    }

    /**
     * The newest summary with the messages after it. A new one is made where there is none, or where it is so old that
     * messages after it would be missing.
     */
    private Context summarised(Context all, long ownSeq) throws InterruptedException, StoreAnswer.Missing {
        List<ChatMessage> before = before(all, ownSeq);
        if (before.isEmpty()) return all;
        Optional<ContextSummarised> stored = stored();
        if (stored.isPresent()) {
            long upTo = stored.get().upToSeq();
            Optional<ChatMessage> next = before.stream()
                    .filter(message -> message.metadata().seq() > upTo)
                    .findFirst();
            boolean isWhole = next.isEmpty()
                    || next.get() != before.getFirst()
                    || all.messages().size() < messagesMax();
            if (isWhole) {
                long from = next.map(message -> message.metadata().seq()).orElse(ownSeq);
                return all.from(from).with(stored.get().text());
            }
        }
        String earlier = stored.map(ContextSummarised::text).orElse(null);
        Optional<ContextSummarised> made = summaries.make(earlier, before, ownSeq - 1);
        made.ifPresent(summary -> events.emit(LogEvent.Custom.of(summary)));
        return all.from(ownSeq).with(made.map(ContextSummarised::text).orElseGet(() -> summaries.beginnings(before)));
    }

    private Optional<ContextSummarised> stored() throws InterruptedException, StoreAnswer.Missing {
        return await(histories().summary(run.session(), run.head()));
    }

    private static List<ChatMessage> before(Context all, long seq) {
        return all.messages().stream()
                .filter(message -> message.metadata().seq() < seq)
                .toList();
    }

    private <T> T await(Future<T> answer) throws InterruptedException, StoreAnswer.Missing {
        return StoreAnswer.await(answer, plan.limits().timeMs());
    }

    private Histories histories() {
        return services.histories();
    }

    private int messagesMax() {
        return plan.limits().contextMessages();
    }
}
