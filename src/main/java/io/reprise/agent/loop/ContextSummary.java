package io.reprise.agent.loop;

import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.progress.RunProgress;
import io.reprise.history.ChatMessage;
import io.reprise.history.Histories.Context;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.content.Content;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ContextSummarised;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.User;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Summarises the older part of a conversation between two steps of a run. The summary is in the log, which keeps
 * everything; this run and later ones are shown the summary and what follows.
 */
record ContextSummary(Step.Work work) implements MiddlewareSetup.Context {
    private static final Logger LOG = LoggerFactory.getLogger(ContextSummary.class);

    @Override
    public boolean summarise(RunProgress run, ChatModel model, int keepMessages) throws InterruptedException {
        RunRequest request = work.run();
        if (work.isNested()) return summariseWork(run, model, keepMessages);
        if (request.recalledFrom() != null) return false;
        Context said;
        try {
            said = said();
        } catch (StoreAnswer.Missing e) {
            LOG.atWarn()
                    .setMessage("the conversation could not be read; it is not summarised")
                    .addKeyValue("run", request.run())
                    .addKeyValue("session", request.session())
                    .setCause(e)
                    .log();
            return false;
        }
        // A recall that is shown less than all must not summarise for those that are shown more.
        if (run.start() != null && run.start().first() > said.start().first()) return false;
        int cut = cut(said.messages(), keepMessages);
        if (cut == 0) return false;
        long next = said.messages().get(cut).metadata().seq();
        Optional<ContextSummarised> made = new SummaryMaker(work, model, run.usage())
                .make(said.summary(), said.messages().subList(0, cut), next - 1);
        if (made.isEmpty()) return false;
        work.events().emit(LogEvent.Custom.of(made.get().forLater()));
        run.shown(said.from(next).with(made.get().text()));
        return true;
    }

    /**
     * The context of a sub-agent is its task, a summary of its work, and its newest turns. A sub-agent that goes on after a
     * restart reads its work from the log, and summarises it again if it is too long.
     */
    private boolean summariseWork(RunProgress run, ChatModel model, int keepMessages) throws InterruptedException {
        List<ModelMessage> all = List.copyOf(run.context());
        int first = 1;
        while (first < all.size() && !(all.get(first) instanceof Assistant)) first++;
        int cut = Math.min(all.size() - Math.max(1, keepMessages), all.size() - 1);
        while (cut > first && !(all.get(cut) instanceof Assistant)) cut--;
        if (cut <= first) return false;
        List<ChatMessage> said = all.subList(0, cut).stream()
                .flatMap(message -> asSaid(message).stream())
                .toList();
        Optional<ContextSummarised> made = new SummaryMaker(work, model, run.usage())
                .make(null, said, work.run().head());
        if (made.isEmpty()) return false;
        work.events().emit(LogEvent.Custom.of(made.get().forLater()));
        run.shown(cut, made.get().text());
        return true;
    }

    private static Optional<ChatMessage> asSaid(ModelMessage message) {
        return switch (message) {
            case User user -> Optional.of(said(Role.USER, user.content()));
            case Assistant turn ->
                turn.text().isBlank() ? Optional.empty() : Optional.of(said(Role.ASSISTANT, Content.of(turn.text())));
            case ToolOutcome outcome -> Optional.of(said(Role.TOOL, outcome.content()));
        };
    }

    private static ChatMessage said(Role role, Content content) {
        return new ChatMessage("", role, content, null, null, null);
    }

    /** All that this run has written, too. */
    private Context said() throws InterruptedException, StoreAnswer.Missing {
        long seq = ((Answer.Covered) work.events().ask(new Question.AskCovered())).seq();
        return StoreAnswer.await(
                work.services()
                        .histories()
                        .context(work.run().session(), seq, work.plan().limits().contextMessages()),
                work.plan().limits().timeMs());
    }

    /** Where the kept messages begin: with a message of a person, or with a turn of the model after all results. */
    private static int cut(List<ChatMessage> messages, int keep) {
        int cut = Math.min(messages.size() - Math.max(1, keep), messages.size() - 1);
        while (cut > 0 && !beginsTurn(messages, cut)) cut--;
        return Math.max(0, cut);
    }

    private static boolean beginsTurn(List<ChatMessage> messages, int at) {
        Role role = messages.get(at).role();
        return role == Role.USER || role != Role.TOOL && messages.get(at - 1).role() == Role.TOOL;
    }
}
