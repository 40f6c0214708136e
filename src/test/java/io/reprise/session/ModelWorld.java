package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.gateway.link.OwnerPort;
import io.reprise.message.AgentMessage;
import io.reprise.message.BusMessage;
import io.reprise.message.Command;
import io.reprise.message.Delivery;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.message.bus.Sharding;
import io.reprise.message.recall.Recall;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Loaded;
import io.reprise.telemetry.Metrics;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One random life of a session: the real {@link Session} and the real subscriptions of two gateways, with a bus that
 * loses messages and a store whose answers are lost. The messages between them are delivered one at a time, in random
 * order.
 */
final class ModelWorld {
    static final String SESSION = "s_model";
    private static final int STEPS = 300;

    final ModelAgents agents = new ModelAgents(this);
    final ModelUsers users = new ModelUsers(this);
    final ModelFaults faults = new ModelFaults(this);
    final ModelEnd end = new ModelEnd(this);
    final Random random;
    final Settings settings;
    final ModelStore store = new ModelStore();
    final Session.Environment environment;
    final List<ModelGateway> gateways;
    final List<ModelGateway.Tab> tabs =
            List.of(new ModelGateway.Tab(SESSION), new ModelGateway.Tab(SESSION), new ModelGateway.Tab(SESSION));
    final Deque<ShardMessage.ToSession> toSession = new ArrayDeque<>();
    final Deque<BusMessage> toAgent = new ArrayDeque<>();
    final List<Runnable> storeCalls = new ArrayList<>();
    final List<Runnable> timers = new ArrayList<>();
    final List<ShardMessage.Fire> fired = new ArrayList<>();
    Session session;

    /**
     * The attempt that the session has requested from its agent and not called back, as far as the session knows;
     * or null.
     */
    String working;

    boolean draining;
    int suspended;
    int stopsOnArrival;
    long number;

    /** Elapsed time; the wall clock is ahead of it by {@link #stepMs}. */
    long clockMs = 1_000_000;

    long stepMs;
    long ids;
    double loss;

    /** Whether agents often wait for people. */
    final boolean asksMuch;

    boolean calm;
    boolean mayAsk = true;

    /** Decides about calls in the background; null if there are none. */
    Random inBackground;

    ModelWorld(long seed) {
        random = new Random(seed);
        Map<String, String> changed = new HashMap<>();
        changed.put("log.flushMs", random.nextInt(5) == 0 ? "0" : "500");
        changed.put("log.pageEvents", "3");
        changed.put("log.memoryBytesMax", random.nextBoolean() ? "0" : "2000");
        changed.put("log.replayEvents", "100");
        changed.put("sessions.queueMax", "2");
        changed.put("interrupts.expiryMinutes", "1");
        changed.put("recalls.intervalMinMs", "1000");
        changed.put("recalls.deferMs", "1000");
        changed.put("recalls.defersMax", "10000");
        changed.put("recalls.failuresMax", "3");
        changed.put("recalls.retryMs", "100");
        settings = Settings.with(changed);
        environment = new Session.Environment(
                settings,
                List.of("agent.model.0"),
                prefix -> prefix + ++ids,
                this::dayMs,
                () -> clockMs,
                Metrics.unseen());
        asksMuch = random.nextInt(3) == 0;
        loss = new double[] {0, 0, 0.03, 0.1}[random.nextInt(4)];
        int shards = settings.sessions().shards();
        gateways = List.of(
                new ModelGateway("gateway.model.0", shards, port(0), () -> clockMs),
                new ModelGateway("gateway.model.1", shards, port(1), () -> clockMs));
        takeOver();
    }

    /** The database uses it, too. */
    long dayMs() {
        store.latestMs = Math.max(store.latestMs, clockMs + stepMs);
        return clockMs + stepMs;
    }

    void run() {
        tabs.forEach(this::connect);
        for (int i = 0; i < STEPS; i++) act();
        calm = true;
        for (int round = 0; round < 60; round++) settleRound(round);
        end.checkTheEnd();
    }

    void settleRound(int round) {
        if (session == null) takeOver();
        tabs.stream().filter(tab -> tab.socket == null).forEach(this::connect);
        clockMs += 4_000;
        for (int i = 0; i < 5_000 && deliverOne(); i++) clockMs += 1;
        gateways.forEach(gateway -> gateway.subscriptions.tick());
        beat();
        for (int i = 0; i < 10; i++) agents.agentActs();
        fireTimers();
        timerActs();
        mayAsk = round < 15;
        if (round < 30 && users.isAsked()) users.peopleAct();
        if (round % 7 == 0) users.cancelWhatRecurs();
        input(new Input.Heartbeat());
        if (round < 30 && round % 7 == 3)
            users.issued.values().stream().filter(c -> c.result == null).forEach(users::say);
    }

    void act() {
        clockMs += random.nextInt(50);
        if (random.nextInt(100) == 0) stepMs = 60_000 * (random.nextInt(3) - 1);
        int dice = random.nextInt(100);
        if (dice < 55) deliverOne();
        else if (dice < 66) agents.agentActs(asksMuch ? 3 : 1);
        else if (dice < 72) fireTimers();
        else if (dice < 76) input(new Input.Heartbeat());
        else if (dice < 84) tabActs();
        else if (dice < 92) users.userActs();
        else if (dice < 94) timerActs();
        else if (dice < 96) gatewaysAct();
        else if (random.nextInt(3) == 0) faults.fault();
    }

    boolean deliverOne() {
        List<Runnable> choices = new ArrayList<>();
        if (session != null && !toSession.isEmpty() && !session.isOpening()) {
            choices.add(() -> input(new Input.Message(toSession.poll())));
        }
        for (ModelGateway gateway : gateways) {
            if (!gateway.inbox.isEmpty()) choices.add(() -> gatewayTakes(gateway));
        }
        for (ModelGateway.Tab tab : tabs) {
            if (tab.socket != null && !tab.socket.frames.isEmpty()) choices.add(tab::read);
        }
        if (!toAgent.isEmpty()) choices.add(() -> agents.agentTakes((AgentMessage) toAgent.poll()));
        if (!storeCalls.isEmpty()) {
            choices.add(
                    () -> storeCalls.remove(random.nextInt(storeCalls.size())).run());
        }
        if (choices.isEmpty()) return false;
        choices.get(random.nextInt(choices.size())).run();
        return true;
    }

    /** Rollbacks that the session has received and not answered. */
    final Set<ShardMessage.ReplyTo> rollbacks = new HashSet<>();

    void input(Input input) {
        if (session == null) return;
        Session at = session;
        if (at.isOpening() && !(input instanceof Input.Appended || input instanceof Input.AppendDelayed)) return;
        boolean speaksFirst = speaksFirst(input);
        follow(input);
        List<Effect> effects = at.handle(input);
        effects.forEach(this::follow);
        if (input instanceof Input.Message(ShardMessage.AgentBatch batch)
                && batch.end() != null
                && batch.run().equals(working)) working = null;
        if (speaksFirst) {
            stopsOnArrival++;
            assertThat(working).as("not stopped on arrival: " + input).isNull();
        }
        for (Effect effect : effects) carryOut(at, effect);
    }

    /** A stop that names the active run, with no rollback before it that needs that run. */
    boolean speaksFirst(Input input) {
        return working != null
                && input instanceof Input.Message(ShardMessage.Request request)
                && request.command() instanceof Command.Stop stop
                && stop.scope() != Command.Scope.QUEUED
                && runOf(working).equals(stop.run())
                && rollbacks.isEmpty();
    }

    /** Including repeats, which are recognised only when their claim was looked up. */
    void follow(Input input) {
        if (input instanceof Input.Message(ShardMessage.Request request)
                && request.command() instanceof Command.Send send
                && send.onBusy() == Command.OnBusy.ROLLBACK) rollbacks.add(request.replyTo());
    }

    void follow(Effect effect) {
        if (!(effect instanceof Effect.Tell tell)) return;
        switch (tell.message()) {
            case Delivery.Answer answer -> rollbacks.remove(new ShardMessage.ReplyTo(tell.address(), answer.ticket()));
            case AgentMessage.RunRequest request -> working = request.key();
            case AgentMessage.StopRun stop -> working = null;
            case AgentMessage.SuspendRun suspend -> {
                suspended++;
                working = null;
            }
            default -> {}
        }
    }

    void carryOut(Session at, Effect effect) {
        switch (effect) {
            case Effect.Tell tell
            when tell.message() instanceof Delivery delivery -> {
                deliver(tell.address(), delivery);
                end.remember(delivery);
            }
            case Effect.Tell tell -> toAgent.add(tell.message());
            case Effect.LookUpClaim lookUp ->
                storeCalls.add(() -> {
                    boolean away = !calm && random.nextInt(20) == 0;
                    back(
                            at,
                            away
                                    ? new Input.ClaimUnknown()
                                    : new Input.ClaimFound(store.claim(lookUp.user(), lookUp.id())));
                });
            case Effect.CountRecalls count ->
                storeCalls.add(() -> {
                    boolean away = !calm && random.nextInt(20) == 0;
                    back(at, new Input.RecallsCounted(away ? null : 0));
                });
            case Effect.FindAttachments find -> throw new AssertionError("no message has files here");
            case Effect.OpenSession open -> throw new AssertionError("no recall makes a session here");
            case Effect.FindAnswer find -> throw new AssertionError("nobody rates here");
            case Effect.FindCheckpoint find -> throw new AssertionError("nobody asks for one here");
            case Effect.FindUserMessage find ->
                storeCalls.add(() -> {
                    boolean away = !calm && random.nextInt(20) == 0;
                    back(
                            at,
                            away
                                    ? new Input.LookUpFailed()
                                    : new Input.UserMessageFound(store.userMessage(find.message())));
                });
            case Effect.Store storing -> storeCalls.add(() -> append(at, storing.append()));
            case Effect.ReadRows read ->
                storeCalls.add(() -> back(
                        at,
                        new Input.RowsRead(
                                read.reader(), read.pull(), read.after(), store.read(read.after(), read.upTo(), 3))));
            case Effect.SendSnapshot send -> storeCalls.add(() -> snapshot(send));
            case Effect.Erase erase -> throw new AssertionError("nobody erases here");
            case Effect.Announce what -> throw new AssertionError("nobody expires here");
            case Effect.Later later -> timers.add(() -> back(at, later.input()));
            case Effect.Drop drop -> {
                if (session == at) {
                    session = null;
                    if (drop.reload() && number >= store.owner) {
                        drop.unanswered().forEach(toSession::addFirst);
                        reload();
                    }
                }
            }
        }
    }

    void snapshot(Effect.SendSnapshot send) {
        long storedUpTo = send.unstored().isEmpty()
                ? send.at()
                : send.unstored().getFirst().from() - 1;
        StringBuilder text = new StringBuilder(store.fold(storedUpTo));
        send.unstored().forEach(row -> text.append(LogText.of(row, row.from() - 1, row.seq())));
        String frame = new JsonObject()
                .put("type", "snapshot")
                .put("epoch", send.epoch())
                .put("seq", send.at())
                .put("text", text.toString())
                .encode();
        deliver(
                send.reader().gateway(),
                new Delivery.SnapshotPage(
                        SESSION,
                        number,
                        send.epoch(),
                        send.reader().subscription(),
                        send.pull(),
                        send.page(),
                        send.at(),
                        true,
                        frame));
    }

    void back(Session at, Input input) {
        if (session == at) input(input);
    }

    void append(Session at, Append append) {
        int dice = calm ? 99 : random.nextInt(100);
        if (dice < 6) { // never arrived
            back(at, new Input.AppendDelayed());
            storeCalls.add(() -> append(at, append));
            return;
        }
        AppendOutcome outcome = store.append(append);
        if (dice < 14) { // stored, and the answer is lost
            back(at, new Input.AppendDelayed());
            storeCalls.add(() -> append(at, append));
            return;
        }
        back(at, new Input.Appended(outcome));
    }

    void fireTimers() {
        List<Runnable> due = List.copyOf(timers);
        timers.clear();
        due.forEach(Runnable::run);
    }

    OwnerPort port(int gateway) {
        return (shard, owner, message) -> {
            if (owner != number || isLost()) return;
            switch (message) {
                case ShardMessage.ToSession toIt -> toSession.add(toIt);
                case ShardMessage.GatewayBeat beat -> beaten(gateways.get(gateway), beat);
            }
        };
    }

    void deliver(String address, Delivery delivery) {
        boolean answer = delivery instanceof Delivery.Answer;
        if (!answer && isLost()) return;
        gateways.stream()
                .filter(gateway -> gateway.address.equals(address))
                .forEach(gateway -> gateway.inbox.add(delivery));
    }

    boolean isLost() {
        return !calm && random.nextDouble() < loss;
    }

    void gatewayTakes(ModelGateway gateway) {
        Delivery delivery = gateway.inbox.poll();
        if (delivery instanceof Delivery.Answer answer) users.answered(answer);
        else gateway.subscriptions.on(delivery);
    }

    /** The timer: it sends repeatedly, and some of its messages are lost, doubled or late. */
    void timerActs() {
        for (Recall recall : List.copyOf(store.recalls.values())) {
            if (!recall.isPending() || recall.triggerAtMs() > dayMs()) continue;
            var fire = new ShardMessage.Fire(SESSION, recall.id(), recall.triggerAtMs());
            for (int i = random.nextInt(3); i >= 0; i--) if (!isLost()) toSession.add(fire);
            fired.add(fire);
        }
        if (!calm && !fired.isEmpty() && random.nextInt(3) == 0) {
            toSession.add(fired.get(random.nextInt(fired.size())));
        }
        if (users.isAsked() && random.nextInt(6) == 0) clockMs += 60_000;
        boolean due = store.interrupts.values().stream().anyMatch(one -> one.isOpen() && one.expiresMs() <= dayMs());
        if ((due || random.nextInt(20) == 0) && !isLost()) {
            toSession.add(new ShardMessage.ExpireInterrupts(SESSION));
        }
    }

    void gatewaysAct() {
        if (random.nextBoolean()) gateways.forEach(gateway -> gateway.subscriptions.tick());
        else beat();
    }

    void beat() {
        gateways.forEach(gateway -> gateway.subscriptions.beat());
    }

    /** Corresponds to {@link Gateways}. */
    void beaten(ModelGateway gateway, ShardMessage.GatewayBeat beat) {
        if (session == null || session.isOpening() || !toSession.isEmpty()) return;
        Set<Long> listed = beat.subscriptions().stream()
                .map(ShardMessage.Subscribed::subscription)
                .collect(Collectors.toSet());
        input(new Input.GatewayHas(gateway.address, listed));
        List<Long> unknown = listed.stream()
                .filter(one -> !session.knows(new Reader(gateway.address, one)))
                .toList();
        var head = new Delivery.Head(SESSION, session.epoch(), session.announcedHead());
        deliver(gateway.address, new Delivery.Heads(beat.shard(), number, List.of(head), unknown));
    }

    void connect(ModelGateway.Tab tab) {
        tab.connect(gateways.get(random.nextInt(2)));
    }

    void tabActs() {
        ModelGateway.Tab tab = tabs.get(random.nextInt(tabs.size()));
        if (tab.socket == null) connect(tab);
        else if (random.nextInt(3) > 0) tab.cut();
        else tab.attach(random.nextInt(4) > 0);
    }

    static String runOf(String key) {
        return key.split("#")[0];
    }

    void takeOver() {
        draining = false;
        number = Math.max(number, store.owner) + 1;
        reload();
        int shard = new Sharding(settings.sessions().shards()).shardOf(SESSION);
        gateways.forEach(gateway -> gateway.inbox.add(new Delivery.ShardOwned(shard, number, "n1")));
    }

    void reload() {
        store.knowsClaims = number % 3 > 0;
        rollbacks.clear();
        Loaded loaded = store.load(number);
        session = new Session(SESSION, number, loaded, environment);
        working = null;
        Session at = session;
        if (draining) at.handle(new Input.Drain());
        for (Effect effect : at.open(loaded.orphans(), false)) carryOut(at, effect);
    }
}
