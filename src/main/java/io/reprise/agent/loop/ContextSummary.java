package io.reprise.agent.loop;

import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.progress.RunProgress;
import io.reprise.history.ChatMessage;
import io.reprise.history.Histories.Context;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ContextSummarised;
import io.reprise.model.ChatModel;
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
        if (request.recalledFrom() != null || work.isNested()) return false;
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
