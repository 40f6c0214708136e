package io.reprise.agent.title;

import io.reprise.agent.loop.AgentServices;
import io.reprise.agent.loop.RunPlan;
import io.reprise.agent.run.EventLoop;
import io.reprise.message.AgentMessage.TitleRequest;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Generates titles independently of runs: a few at a time, with a time limit, each on a virtual thread. After a
 * failure the session asks again after its next run.
 */
public final class TitleService {
    private static final Logger LOG = LoggerFactory.getLogger(TitleService.class);
    private static final int AT_ONCE_MAX = 16;

    private final EventLoop loop;
    private final BiConsumer<TitleRequest, String> proposal;
    private final Map<TitleRequest, StopSignal> working = new HashMap<>();

    /** @param proposal receives each title, on the event loop */
    public TitleService(EventLoop loop, BiConsumer<TitleRequest, String> proposal) {
        this.loop = loop;
        this.proposal = proposal;
    }

    public void begin(TitleRequest request, AgentServices services) {
        if (working.size() >= AT_ONCE_MAX || working.containsKey(request)) return;
        RunPlan plan = services.plans().of(request.agent());
        StopSignal stop = new StopSignal();
        working.put(request, stop);
        EventLoop.Timer limit = loop.after(plan.limits().titleMs(), () -> stop.stop(Reason.TIME_LIMIT));
        TitleMaker maker = new TitleMaker(request, services, plan, stop);
        Thread thread = Thread.ofVirtual().name("title " + request.run()).start(() -> {
            String title = make(maker, request);
            loop.run(() -> made(request, title, limit));
        });
        stop.onStop(thread::interrupt);
    }

    /** Stops. No title is made or passed on any more. */
    public void stop() {
        List.copyOf(working.values()).forEach(stop -> stop.stop(Reason.SHUTDOWN));
        working.clear();
    }

    private void made(TitleRequest request, String title, EventLoop.Timer limit) {
        limit.cancel();
        if (working.remove(request) != null && !title.isEmpty()) proposal.accept(request, title);
    }

    private static String make(TitleMaker maker, TitleRequest request) {
        try {
            return maker.make();
        } catch (Exception e) {
            LOG.atInfo()
                    .setMessage("generating title failed")
                    .addKeyValue("session", request.session())
                    .addKeyValue("cause", e.getClass().getSimpleName())
                    .log();
            return "";
        }
    }
}
