package io.reprise.agent;

import io.reprise.agent.loop.AgentServices;
import io.reprise.agent.loop.RunPlan;
import io.reprise.agent.run.AgentRun;
import io.reprise.agent.run.BusCommands;
import io.reprise.agent.run.EventLoop;
import io.reprise.agent.run.MergeTicks;
import io.reprise.agent.run.RunOutbox;
import io.reprise.agent.run.VertxEventLoop;
import io.reprise.agent.title.TitleService;
import io.reprise.config.RunSettings;
import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.AgentMessage.DropInquiries;
import io.reprise.message.AgentMessage.RunAnswer;
import io.reprise.message.AgentMessage.RunBeat;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.StopRun;
import io.reprise.message.AgentMessage.SuspendRun;
import io.reprise.message.AgentMessage.TitleRequest;
import io.reprise.message.Delivery;
import io.reprise.message.ShardMessage.AgentBatch;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.ShardMessage.RunBeatAnswer;
import io.reprise.message.ShardMessage.RunQuestion;
import io.reprise.message.ShardMessage.TitleProposed;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.NodeBus;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.Stopwatch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Accepts runs, passes messages on to them, and ends them when it is undeployed. */
public final class AgentVerticle extends VerticleBase {
    private final AgentServices given;
    private final String address;
    private final String answersAddress;
    private final Map<String, AgentRun> runs = new HashMap<>();
    private final Promise<Void> allEnded = Promise.promise();
    private NodeBus bus;
    private NodeBus.Listening messages;
    private NodeBus.Listening answers;
    private EventLoop loop;
    private AgentServices services;
    private MergeTicks ticks;
    private TitleService titles;
    private boolean stopping;

    public AgentVerticle(AgentServices services, String node, int instance) {
        this.given = services;
        this.address = Addresses.agent(node, instance);
        this.answersAddress = Addresses.agentAnswers(node, instance);
    }

    @Override
    public Future<?> start() {
        loop = new VertxEventLoop(vertx, context, Stopwatch.started());
        bus = NodeBus.of(vertx);
        BusCommands commands = new BusCommands(loop, answersAddress, bus::send);
        services = given.with(commands);
        ticks = new MergeTicks(loop, services.metrics()::mergedLonger);
        titles = new TitleService(loop, this::propose);
        answers = bus.listen(List.of(answersAddress), Delivery.Answer.class, commands::answered);
        messages = bus.listen(List.of(address), AgentMessage.class, this::receive);
        return Future.all(answers.begun(), messages.begun());
    }

    /** Stops all runs. Each ends within its grace period, so this does, too. */
    @Override
    public Future<?> stop() {
        stopping = true;
        titles.stop();
        List.copyOf(runs.values()).forEach(run -> run.stop(Reason.SHUTDOWN));
        completeWhenAllEnded();
        return allEnded.future().onComplete(ended -> {
            answers.end();
            messages.end();
        });
    }

    private void receive(AgentMessage message) {
        switch (message) {
            case RunRequest request -> begin(request);
            case StopRun stop -> stop(stop);
            case AgentMessage.PushCall push -> services.background().push(push.run(), push.call());
            case AgentMessage.CancelCall cancel -> services.background().cancel(cancel.recall());
            case SuspendRun suspend -> suspend(suspend);
            case DropInquiries drop -> services.held().drop(drop.run());
            case BatchAck ack -> answered(ack);
            case RunBeat beat -> answer(beat);
            case TitleRequest request -> titles.begin(request, services);
            case RunAnswer answer -> answered(answer);
        }
    }

    private void begin(RunRequest request) {
        AgentRun before = runs.get(request.key());
        if (before != null) {
            if (before.isOwnedBy(request.owner())) return;
            before.disown(); // The session has moved; its new owner starts the run again.
        }
        // The session was loaded again during the run.
        List.copyOf(runs.values()).stream()
                .filter(run -> run.isAttemptBefore(request))
                .forEach(AgentRun::disown);
        RunPlan plan = services.plans().of(request.agent());
        AgentRun run = newRun(request, plan.limits());
        runs.put(request.key(), run);
        run.start(plan, services);
        if (stopping) run.stop(Reason.SHUTDOWN);
    }

    private void stop(StopRun stop) {
        AgentRun run = runs.get(stop.run());
        if (run != null) run.stop(Reason.USER);
    }

    private void suspend(SuspendRun suspend) {
        AgentRun run = runs.get(suspend.run());
        if (run != null) run.suspend();
    }

    private void answered(BatchAck ack) {
        AgentRun run = runs.get(ack.run());
        if (run == null) return;
        if (ack.known()) run.heard(ack.number(), ack.readers());
        else run.disown();
    }

    private void answered(RunAnswer answer) {
        AgentRun run = runs.get(answer.run());
        if (run != null) run.answered(answer);
    }

    private void answer(RunBeat beat) {
        AgentRun run = runs.get(beat.run());
        boolean known = run != null && run.isOwnedBy(beat.owner());
        int sent = known ? run.sent() : 0;
        bus.send(beat.owner(), new RunBeatAnswer(beat.session(), beat.run(), known, sent));
        if (known) run.heard(beat.received());
    }

    private void propose(TitleRequest request, String title) {
        bus.send(request.owner(), new TitleProposed(request.session(), request.run(), title));
    }

    private AgentRun newRun(RunRequest request, RunSettings limits) {
        RunOutbox.Sender sender = (number, events, end) -> bus.send(
                request.owner(), new AgentBatch(request.session(), request.key(), number, events, end, address));
        return new AgentRun(request, limits, loop, ticks, sender, new AgentRun.Watcher() {
            @Override
            public void asks(AgentRun run, int number, Question question) {
                int sent = run.sent();
                bus.send(
                        request.owner(),
                        new RunQuestion(request.session(), request.key(), number, sent, address, question));
            }

            @Override
            public void ended(AgentRun run) {
                completeWhenAllEnded();
            }

            @Override
            public void gone(AgentRun run) {
                runs.remove(run.key(), run);
                completeWhenAllEnded();
            }
        });
    }

    private void completeWhenAllEnded() {
        if (stopping && runs.values().stream().allMatch(AgentRun::hasEnded)) allEnded.tryComplete();
    }
}
