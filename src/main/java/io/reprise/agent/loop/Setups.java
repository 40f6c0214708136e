package io.reprise.agent.loop;

import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareSetup.Owner;
import io.reprise.agent.progress.RunProgress;
import io.reprise.message.AgentMessage.RunRequest;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** What middleware of a run can use. */
final class Setups {
    private Setups() {}

    static MiddlewareSetup of(Step.Work work, RunProgress progress) {
        RunRequest run = work.run();
        RunPlan plan = work.plan();
        return new MiddlewareSetup(
                "",
                new Owner(run.session(), run.run(), run.user(), plan.agent()),
                plan.tools(),
                plan.model(),
                plan.helpers().summary(),
                plan.helpers().named(),
                new HelperCalls(work, progress.usage()),
                new ContextSummary(work),
                work.events(),
                work.services().ids(),
                work.services().metrics(),
                ms -> work.stop().sleep(TimeUnit.MILLISECONDS.toNanos(ms)),
                // Of the thread that asks, since calls of tools ask on their own threads.
                () -> ThreadLocalRandom.current().nextLong());
    }
}
