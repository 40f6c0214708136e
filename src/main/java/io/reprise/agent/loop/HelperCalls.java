package io.reprise.agent.loop;

import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.progress.UsageMeter;
import io.reprise.history.usage.ModelUse.Purpose;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelRequest;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.StoppedException;
import java.util.List;

/** What middleware asks models beside the conversation, within {@code run.summaryMs}. */
record HelperCalls(Step.Work work, UsageMeter usage) implements MiddlewareSetup.Asking {
    @Override
    public String text(ChatModel model, String prompt, List<ModelMessage> messages) throws InterruptedException {
        int limitMs = work.plan().limits().summaryMs();
        ModelRequest whole =
                new ModelRequest(prompt, messages, List.of(), new ModelRequest.Limits(limitMs, limitMs), null);
        ModelRequest request = work.plan().helping(work.run().session(), whole);
        StopSignal own = work.stop().child();
        SummaryMaker.Words words = new SummaryMaker.Words(work.plan().limits().summaryBytesMax(), own);
        try {
            new TimedCall(model, work.services(), TimedCall.Caller.of(work, Purpose.HELPER), usage)
                    .run(request, words, own);
        } catch (StoppedException e) {
            if (!words.areEnough) throw e;
        } finally {
            own.detach();
        }
        return words.text.toString();
    }
}
