package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.gateway.link.OwnerPort;
import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.BusMessage;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Reader;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.message.bus.Sharding;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.log.EventFrame;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallCall;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.RunRow;
import io.reprise.telemetry.Metrics;
import io.reprise.testing.Rounds;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The real {@link Session} and the real subscriptions of two gateways in a model of everything around them: a bus that
 * loses messages, a store whose answers are lost, agents, tabs that attach, detach and fall behind, commands that are
 * repeated,
 * due recalls, people who decide about calls or do not, crashes, take-overs and graceful restarts, in random
 * order. The rules are checked at every append and, once all is quiet, at the end. A failure names its seed.
 */
class SessionModelTest {
    private static final int SEEDS = Integer.getInteger("reprise.model.seeds", Rounds.of(200, 1_000));
    private static final int STEPS = 300;

    @Test
    void in_any_interleaving_the_log_is_complete_and_every_reader_has_it() {
        long first = Long.getLong("reprise.model.seed", 1);
        Map<Interrupt.Decision, Integer> decisions = new EnumMap<>(Interrupt.Decision.class);
        long restarts = 0;
        long suspended = 0;
        long stopsOnArrival = 0;
        for (long seed = first; seed < first + SEEDS; seed++) {
            World world = new World(seed);
            try {
                world.run();
                restarts += world.store.restarts;
                suspended += world.suspended;
                stopsOnArrival += world.stopsOnArrival;
                world.store
                        .interrupts
                        .values()
                        .forEach(one -> decisions.merge(one.resolution().decision(), 1, Integer::sum));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " (-Dreprise.model.seed=" + seed + ")", e);
            }
        }
        System.out.println("session model: seeds " + first + " to " + (first + SEEDS - 1) + ", no violation; "
                + restarts + " restarts, " + suspended + " of suspended runs; " + stopsOnArrival
                + " stops that were heard on arrival; " + decisions);
        if (SEEDS < 100) return;
        assertThat(decisions).containsKeys(Interrupt.Decision.values());
        assertThat(suspended).isPositive();
        assertThat(stopsOnArrival).isPositive();
    }

    /** Also over crashes at any moment, restarts and lost messages. Unread answers are for the other test. */
    @Test
    void in_any_interleaving_a_call_in_the_background_has_one_result() {
        long first = Long.getLong("reprise.model.seed", 1);
        long results = 0;
        for (long seed = first; seed < first + SEEDS; seed++) {
            World world = new World(seed);
            world.inBackground = new Random(seed);
            world.store.countsUnread = false;
            try {
                world.run();
                results += world.store.recalls.values().stream()
                        .filter(recall -> recall.bringsResult() && recall.status() == Recall.Status.FIRED)
                        .count();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " (-Dreprise.model.seed=" + seed + ")", e);
            }
        }
        System.out.println("session model: " + results + " results of calls in the background");
        assertThat(results).isPositive();
    }

    /** The requests to the store in one random life of a session. */
    static List<ModelStore.Asked> journal(long seed) {
        World world = new World(seed);
        world.run();
        world.store.probe(World.SESSION);
        return world.store.journal;
    }

    private static final class World {
        private static final String SESSION = "s_model";

        final Random random;
        final Settings settings;
        final ModelStore store = new ModelStore();
        final Session.Environment environment;
        final List<ModelGateway> gateways;
        final List<ModelGateway.Tab> tabs =
                List.of(new ModelGateway.Tab(SESSION), new ModelGateway.Tab(SESSION), new ModelGateway.Tab(SESSION));
        final Map<String, AgentRun> agentRuns = new LinkedHashMap<>();
        final Map<String, Issued> issued = new LinkedHashMap<>();
        final Deque<ShardMessage.ToSession> toSession = new ArrayDeque<>();
        final Deque<BusMessage> toAgent = new ArrayDeque<>();
        final List<Runnable> storeCalls = new ArrayList<>();
        final List<Runnable> timers = new ArrayList<>();
        final Set<String> stopped = new HashSet<>();
        final List<Told> told = new ArrayList<>();
        final List<ShardMessage.Fire> fired = new ArrayList<>();
        /** By message, the attempt whose agent received it. */
        final Map<String, String> given = new HashMap<>();
        /** By checkpoint, the open calls. */
        final Map<String, List<String>> checkpoints = new HashMap<>();

        final Set<String> requested = new HashSet<>();

        final Map<String, StringBuilder> sentText = new HashMap<>();
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

        World(long seed) {
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
        private long dayMs() {
            store.latestMs = Math.max(store.latestMs, clockMs + stepMs);
            return clockMs + stepMs;
        }

        void run() {
            tabs.forEach(this::connect);
            for (int i = 0; i < STEPS; i++) act();
            calm = true;
            for (int round = 0; round < 60; round++) settleRound(round);
            checkTheEnd();
        }

        private void settleRound(int round) {
            if (session == null) takeOver();
            tabs.stream().filter(tab -> tab.socket == null).forEach(this::connect);
            clockMs += 4_000;
            for (int i = 0; i < 5_000 && deliverOne(); i++) clockMs += 1;
            gateways.forEach(gateway -> gateway.subscriptions.tick());
            beat();
            for (int i = 0; i < 10; i++) agentActs();
            fireTimers();
            timerActs();
            mayAsk = round < 15;
            if (round < 30 && isAsked()) peopleAct();
            if (round % 7 == 0) cancelWhatRecurs();
            input(new Input.Heartbeat());
            if (round < 30 && round % 7 == 3)
                issued.values().stream().filter(c -> c.result == null).forEach(this::say);
        }

        private void act() {
            clockMs += random.nextInt(50);
            if (random.nextInt(100) == 0) stepMs = 60_000 * (random.nextInt(3) - 1);
            int dice = random.nextInt(100);
            if (dice < 55) deliverOne();
            else if (dice < 66) agentActs(asksMuch ? 3 : 1);
            else if (dice < 72) fireTimers();
            else if (dice < 76) input(new Input.Heartbeat());
            else if (dice < 84) tabActs();
            else if (dice < 92) userActs();
            else if (dice < 94) timerActs();
            else if (dice < 96) gatewaysAct();
            else if (random.nextInt(3) == 0) fault();
        }

        // --- steps

        private boolean deliverOne() {
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
            if (!toAgent.isEmpty()) choices.add(() -> agentTakes((AgentMessage) toAgent.poll()));
            if (!storeCalls.isEmpty()) {
                choices.add(() ->
                        storeCalls.remove(random.nextInt(storeCalls.size())).run());
            }
            if (choices.isEmpty()) return false;
            choices.get(random.nextInt(choices.size())).run();
            return true;
        }

        /** Rollbacks that the session has received and not answered. */
        private final Set<ShardMessage.ReplyTo> rollbacks = new HashSet<>();

        private void input(Input input) {
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
        private boolean speaksFirst(Input input) {
            return working != null
                    && input instanceof Input.Message(ShardMessage.Request request)
                    && request.command() instanceof Command.Stop stop
                    && stop.scope() != Command.Scope.QUEUED
                    && runOf(working).equals(stop.run())
                    && rollbacks.isEmpty();
        }

        /** Including repeats, which are recognised only when their claim was looked up. */
        private void follow(Input input) {
            if (input instanceof Input.Message(ShardMessage.Request request)
                    && request.command() instanceof Command.Send send
                    && send.onBusy() == Command.OnBusy.ROLLBACK) rollbacks.add(request.replyTo());
        }

        private void follow(Effect effect) {
            if (!(effect instanceof Effect.Tell tell)) return;
            switch (tell.message()) {
                case Delivery.Answer answer ->
                    rollbacks.remove(new ShardMessage.ReplyTo(tell.address(), answer.ticket()));
                case AgentMessage.RunRequest request -> working = request.key();
                case AgentMessage.StopRun stop -> working = null;
                case AgentMessage.SuspendRun suspend -> {
                    suspended++;
                    working = null;
                }
                default -> {}
            }
        }

        private void carryOut(Session at, Effect effect) {
            switch (effect) {
                case Effect.Tell tell
                when tell.message() instanceof Delivery delivery -> {
                    deliver(tell.address(), delivery);
                    remember(delivery);
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
                                    read.reader(),
                                    read.pull(),
                                    read.after(),
                                    store.read(read.after(), read.upTo(), 3))));
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

        private void snapshot(Effect.SendSnapshot send) {
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

        /** All announced events of an epoch must be in the log at the end, if the log still has that epoch. */
        private void remember(Delivery delivery) {
            if (delivery instanceof Delivery.LiveEvents news) {
                news.frames().forEach(frame -> told.add(new Told(news.epoch(), frame)));
            } else if (delivery instanceof Delivery.EventPage page) {
                page.frames().forEach(frame -> told.add(new Told(page.epoch(), frame)));
            }
        }

        private void back(Session at, Input input) {
            if (session == at) input(input);
        }

        private void append(Session at, Append append) {
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

        private void fireTimers() {
            List<Runnable> due = List.copyOf(timers);
            timers.clear();
            due.forEach(Runnable::run);
        }

        // --- gateways and tabs

        private OwnerPort port(int gateway) {
            return (shard, owner, message) -> {
                if (owner != number || isLost()) return;
                switch (message) {
                    case ShardMessage.ToSession toIt -> toSession.add(toIt);
                    case ShardMessage.GatewayBeat beat -> beaten(gateways.get(gateway), beat);
                }
            };
        }

        private void deliver(String address, Delivery delivery) {
            boolean answer = delivery instanceof Delivery.Answer;
            if (!answer && isLost()) return;
            gateways.stream()
                    .filter(gateway -> gateway.address.equals(address))
                    .forEach(gateway -> gateway.inbox.add(delivery));
        }

        private boolean isLost() {
            return !calm && random.nextDouble() < loss;
        }

        private void gatewayTakes(ModelGateway gateway) {
            Delivery delivery = gateway.inbox.poll();
            if (delivery instanceof Delivery.Answer answer) answered(answer);
            else gateway.subscriptions.on(delivery);
        }

        /** The timer: it sends repeatedly, and some of its messages are lost, doubled or late. */
        private void timerActs() {
            for (Recall recall : List.copyOf(store.recalls.values())) {
                if (!recall.isPending() || recall.triggerAtMs() > dayMs()) continue;
                var fire = new ShardMessage.Fire(SESSION, recall.id(), recall.triggerAtMs());
                for (int i = random.nextInt(3); i >= 0; i--) if (!isLost()) toSession.add(fire);
                fired.add(fire);
            }
            if (!calm && !fired.isEmpty() && random.nextInt(3) == 0) {
                toSession.add(fired.get(random.nextInt(fired.size())));
            }
            if (isAsked() && random.nextInt(6) == 0) clockMs += 60_000;
            boolean due =
                    store.interrupts.values().stream().anyMatch(one -> one.isOpen() && one.expiresMs() <= dayMs());
            if ((due || random.nextInt(20) == 0) && !isLost()) {
                toSession.add(new ShardMessage.ExpireInterrupts(SESSION));
            }
        }

        /** So that it ends. */
        private void cancelWhatRecurs() {
            for (Recall recall : List.copyOf(store.recalls.values())) {
                if (recall.awaitsResult()) issue(new Command.EndCall(recall.id(), "result at the end"));
                if (!recall.isOpen() || recall.schedule().kind() != RecallSchedule.Kind.INTERVAL) continue;
                issue(new Command.CancelRecall(recall.id()));
            }
        }

        private void gatewaysAct() {
            if (random.nextBoolean()) gateways.forEach(gateway -> gateway.subscriptions.tick());
            else beat();
        }

        private void beat() {
            gateways.forEach(gateway -> gateway.subscriptions.beat());
        }

        /** Corresponds to {@link Gateways}. */
        private void beaten(ModelGateway gateway, ShardMessage.GatewayBeat beat) {
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

        private void connect(ModelGateway.Tab tab) {
            tab.connect(gateways.get(random.nextInt(2)));
        }

        private void tabActs() {
            ModelGateway.Tab tab = tabs.get(random.nextInt(tabs.size()));
            if (tab.socket == null) connect(tab);
            else if (random.nextInt(3) > 0) tab.cut();
            else tab.attach(random.nextInt(4) > 0);
        }

        // --- users

        private void userActs() {
            if (!issued.isEmpty() && random.nextInt(3) == 0) {
                List<Issued> all = List.copyOf(issued.values());
                say(all.get(random.nextInt(all.size())));
                return;
            }
            String id = "c" + (issued.size() + 1);
            if (inBackground != null && inBackground.nextInt(8) == 0) {
                issue(backgroundCommand(id));
                return;
            }
            Command command = switch (random.nextInt(isAsked() ? 36 : 20)) {
                case 0 -> new Command.Stop(random.nextInt(3) == 0 ? null : anyRun(), Command.Scope.RUN);
                case 1 -> new Command.Stop(null, Command.Scope.ALL);
                case 2 -> new Command.Stop(anyRun(), anyScope());
                case 3 -> new Command.Send("reject " + id, Command.OnBusy.REJECT);
                case 4 -> new Command.Unqueue("m_" + random.nextInt(30));
                case 5 -> new Command.ScheduleRecall("recall " + id, RecallSchedule.delay(1 + random.nextInt(1_000)));
                case 6 -> new Command.ScheduleRecall("recall " + id, RecallSchedule.immediate());
                case 7 -> recallCommand(id);
                case 8 -> new Command.Send("interrupt " + id, Command.OnBusy.INTERRUPT);
                case 9 -> new Command.Send("rollback " + id, Command.OnBusy.ROLLBACK);
                case 10 -> new Command.Regenerate(anyMessage(), random.nextBoolean() ? null : "again " + id);
                case 11, 12 -> new Command.Send("steer " + id, Command.OnBusy.STEER);
                case 13 -> random.nextInt(3) == 0 ? new Command.Clear() : new Command.Stop(null, Command.Scope.QUEUED);
                case 14 -> new Command.Read(random.nextInt((int) store.head + 3));
                case 15, 16, 17 -> new Command.Send("text " + id, Command.OnBusy.QUEUE);
                default -> answer();
            };
            issue(command);
        }

        /** Mostly the active one; or one that has ended, or an unknown one. */
        private String anyRun() {
            if (working != null && random.nextInt(4) > 0) return runOf(working);
            List<String> known = List.copyOf(store.runs.keySet());
            int choice = random.nextInt(known.size() + 1);
            return choice == known.size() ? "r_none" : known.get(choice);
        }

        private Command.Scope anyScope() {
            return Command.Scope.values()[random.nextInt(Command.Scope.values().length)];
        }

        private void issue(Command command) {
            Issued its = new Issued("c" + (issued.size() + 1), command);
            issued.put(its.id, its);
            say(its);
        }

        /** Much of the waiting for people happens when everything else is quiet. */
        private void peopleAct() {
            switch (random.nextInt(8)) {
                case 0 -> cleanRestart();
                case 1 -> issue(new Command.Stop(random.nextBoolean() ? null : anyRun(), Command.Scope.RUN));
                case 2 -> issue(new Command.Send("rollback " + issued.size(), Command.OnBusy.ROLLBACK));
                case 3, 4, 5 -> issue(answer());
                default -> {}
            }
        }

        private boolean isAsked() {
            return store.interrupts.values().stream().anyMatch(Interrupt::isOpen);
        }

        /** To an open interrupt, a resolved one, or an unknown one. */
        private Command answer() {
            List<String> known = new ArrayList<>(store.interrupts.values().stream()
                    .filter(one -> one.isOpen() || random.nextInt(3) == 0)
                    .map(Interrupt::id)
                    .toList());
            if (known.isEmpty()) known.add("i_none");
            String one = known.get(random.nextInt(known.size()));
            int which = random.nextInt(4);
            if (store.interrupts.containsKey(one) && store.interrupts.get(one).inquiry() != null) {
                Interrupt.Decision decision = switch (which) {
                    case 0 -> Interrupt.Decision.DECLINE;
                    case 1 -> Interrupt.Decision.CANCEL;
                    default -> Interrupt.Decision.ACCEPT;
                };
                return new Command.Answer(one, decision, null, null);
            }
            return switch (which) {
                case 0 -> new Command.Answer(one, Interrupt.Decision.REJECT, null, "no");
                case 1 -> new Command.Answer(one, Interrupt.Decision.EDIT, "{\"a\":1}", null);
                case 2 -> new Command.Answer(one, Interrupt.Decision.RESPOND, null, "42");
                default -> new Command.Answer(one, Interrupt.Decision.APPROVE, null, null);
            };
        }

        /** A call goes on in the background; or one has ended, which the agent may say again and again. */
        private Command backgroundCommand(String id) {
            List<Recall> known =
                    store.recalls.values().stream().filter(Recall::bringsResult).toList();
            if (known.isEmpty() || inBackground.nextBoolean()) {
                boolean repeatable = inBackground.nextBoolean();
                return new Command.BeginCall(new RecallCall("t_" + id, anyRun(), "tool", repeatable, "", 0));
            }
            return new Command.EndCall(
                    known.get(inBackground.nextInt(known.size())).id(), "result " + id);
        }

        private Command recallCommand(String id) {
            List<String> known = List.copyOf(store.recalls.keySet());
            String recall = known.isEmpty() ? "rc_none" : known.get(random.nextInt(known.size()));
            return switch (random.nextInt(6)) {
                case 0 -> new Command.CancelRecall(recall);
                case 1 ->
                    switch (random.nextInt(3)) {
                        case 0 -> new Command.SkipRecall(recall);
                        case 1 -> new Command.PauseRecall(recall);
                        default -> new Command.ResumeRecall(recall, random.nextBoolean());
                    };
                case 2 -> new Command.EditRecall(recall, "edited " + id, null);
                case 3 -> new Command.EditRecall(recall, null, RecallSchedule.delay(1 + random.nextInt(1_000)));
                case 4 -> new Command.ListRecalls();
                default ->
                    new Command.ScheduleRecall("recall " + id, RecallSchedule.interval(1_000 + random.nextInt(3_000)));
            };
        }

        /** Null, a user's message that may be superseded, or an unknown one. */
        private String anyMessage() {
            List<String> users = store.rows.stream()
                    .filter(row -> row.type().equals("TEXT_MESSAGE_START"))
                    .map(row -> (LogEvent.TextStart) EventJson.parse(row.json(0, row.seq())))
                    .filter(start -> start.role() == Role.USER)
                    .map(LogEvent.TextStart::messageId)
                    .toList();
            int choice = random.nextInt(users.size() + 4);
            if (choice < users.size()) return users.get(choice);
            return choice == users.size() ? "m_none" : null;
        }

        private void say(Issued command) {
            command.asked++;
            toSession.add(new ShardMessage.Request(
                    SESSION,
                    "user",
                    command.id,
                    "hash " + command.id,
                    command.command,
                    new ShardMessage.ReplyTo("gateway.model.0", Long.parseLong(command.id.substring(1)))));
        }

        private void answered(Delivery.Answer answer) {
            Issued command = issued.get("c" + answer.ticket());
            switch (answer.outcome()) {
                case CommandOutcome.Accepted accepted -> {
                    if (command.result == null) command.result = accepted.result();
                    assertThat(accepted.result())
                            .as("two results for one command")
                            .isEqualTo(command.result);
                    assertThat(store.claims).as("a result before its commit").containsKey(command.id);
                }
                case CommandOutcome.Refused refused -> {
                    command.refused = refused.failure().code();
                    assertThat(command.refused)
                            .isIn(
                                    ErrorCode.UNAVAILABLE,
                                    ErrorCode.BUSY,
                                    ErrorCode.QUEUE_FULL,
                                    ErrorCode.TOO_MANY_REQUESTS,
                                    ErrorCode.STALE_RUN,
                                    ErrorCode.CONFLICT,
                                    ErrorCode.NOT_FOUND);
                }
            }
        }

        // --- agents

        private void agentTakes(AgentMessage message) {
            AgentRun run = agentRuns.get(message.run());
            switch (message) {
                case AgentMessage.RunRequest request -> {
                    assertThat(stopped).as("given to the agent after its stop").doesNotContain(request.key());
                    assertThat(request.head())
                            .as("the user's message is stored")
                            .isLessThanOrEqualTo(store.head);
                    assertThat(requested.add(request.key())).as("begun twice").isTrue();
                    AgentRun begun = new AgentRun(random.nextInt(asksMuch ? 4 : 10));
                    if (request.resume() != null) begun.calls.addAll(goesOn(request));
                    agentRuns.put(request.key(), begun);
                }
                case AgentMessage.StopRun stop -> {
                    stopped.add(stop.run());
                    if (run != null) run.left = 0;
                    if (run != null) run.acked = Math.max(run.acked, run.sent - 3);
                }
                case AgentMessage.SuspendRun suspend -> agentRuns.remove(suspend.run());
                case AgentMessage.DropInquiries drop -> {}
                case AgentMessage.PushCall push -> {}
                case AgentMessage.CancelCall cancel -> {}
                case AgentMessage.BatchAck ack -> {
                    if (run != null) run.acked = Math.max(run.acked, ack.number());
                    if (!ack.known()) agentRuns.remove(ack.run());
                }
                case AgentMessage.RunAnswer answer -> {
                    if (run == null || !run.asking || answer.number() != run.questions) return;
                    run.asking = false;
                    switch (answer.answer()) {
                        case AgentMessage.Answer.Steering steering ->
                            steering.messages().forEach(one -> given(answer.run(), one));
                        case AgentMessage.Answer.Covered covered -> run.covered = covered.seq();
                        case AgentMessage.Answer.Kept ok -> kept(answer.run());
                    }
                }
                case AgentMessage.RunBeat beat -> {
                    if (run != null) run.acked = Math.max(run.acked, beat.received());
                    toSession.add(new ShardMessage.RunBeatAnswer(
                            SESSION, beat.run(), run != null, run == null ? 0 : run.sent));
                }
                case AgentMessage.TitleRequest asked -> {
                    assertThat(asked.head()).as("the exchange is stored").isLessThanOrEqualTo(store.head);
                    if (random.nextBoolean()) {
                        toSession.add(new ShardMessage.TitleProposed(SESSION, asked.run(), "Title"));
                    }
                }
            }
        }

        /** It has every answer, and the checkpoint of the run before it. Returns the calls that it has to answer. */
        private List<String> goesOn(AgentMessage.RunRequest request) {
            List<String> calls = new ArrayList<>();
            RunRow row = store.runs.get(request.run());
            if (row == null) return calls; // The session was cleared meanwhile.
            String checkpoint = request.resume().checkpoint();
            if (checkpoint.startsWith("k_" + request.run() + ".") || checkpoint.startsWith("k_" + request.run() + "#"))
                return checkpoints.get(checkpoint);
            String resumes = store.rows.stream()
                    .filter(one -> one.seq() == row.firstSeq())
                    .map(one -> (LogEvent.RunStarted) EventJson.parse(one.json(0, one.seq())))
                    .map(started -> started.metadata().resumes())
                    .findFirst()
                    .orElseThrow();
            assertThat(request.resume().checkpoint())
                    .isEqualTo(store.runs.get(resumes).progress().resume().checkpoint());
            Map<String, Interrupt.Resolution> answers = new HashMap<>();
            for (AgentMessage.Answered one : request.resume().answers()) {
                answers.put(one.toolCall(), one.resolution());
                calls.add(one.toolCall());
            }
            Map<String, Interrupt.Resolution> decided = new HashMap<>();
            store.interrupts.values().stream()
                    .filter(one -> one.run().equals(resumes))
                    .forEach(one -> decided.put(one.toolCall(), one.resolution()));
            assertThat(answers).isEqualTo(decided);
            // Unless it was stopped meanwhile.
            if (row.progress().resumeSeq() != null)
                assertThat(row.progress().resume()).isEqualTo(request.resume());
            return calls;
        }

        private void kept(String run) {
            AgentRun its = agentRuns.get(run);
            its.covered = 0;
            its.keeps = false;
            its.kept = its.waits && its.left <= 0;
            assertThat(store.everKept).as("told before it was stored").contains(its.checkpoint);
        }

        private void given(String run, AgentMessage.SteeredMessage message) {
            if (!store.runs.containsKey(runOf(run))) return; // The session was cleared meanwhile.
            assertThat(store.rows)
                    .as("given before it was stored")
                    .anyMatch(row -> runOf(run).equals(row.run())
                            && row.type().equals("TEXT_MESSAGE_START")
                            && row.json(0, row.seq()).contains('"' + message.id() + '"'));
            String before = given.put(message.id(), run);
            if (before == null) return;
            assertThat(before).as("given twice: " + message).isNotEqualTo(run);
            if (!store.runs.containsKey(runOf(before))) return;
            assertThat(AgentMessage.RunRequest.key(
                            runOf(before),
                            store.runs.get(runOf(before)).progress().attempt()))
                    .as("given to another while its attempt goes on: " + message)
                    .isNotEqualTo(before);
        }

        /** It waits for the answer, as its thread does, and repeats the question. */
        private void asks(AgentRun run, String id) {
            asks(run, id, new ShardMessage.Question.AskSteering());
        }

        private void asks(AgentRun run, String id, ShardMessage.Question question) {
            if (!run.asking) run.questions++;
            if (!run.asking) run.question = question;
            run.asking = true;
            if (isLost()) return;
            toSession.add(
                    new ShardMessage.RunQuestion(SESSION, id, run.questions, run.sent, "agent.model.0", run.question));
        }

        /** Asks how much of it is in the log, and then whether it may continue from there. */
        private void keeps(AgentRun run, String id) {
            run.keeps = true;
            if (run.covered == 0) {
                asks(run, id, new ShardMessage.Question.AskCovered());
                return;
            }
            run.checkpoint = "k_" + id + "." + run.questions;
            List<String> calls = new ArrayList<>(run.calls);
            calls.addAll(run.open);
            checkpoints.put(run.checkpoint, calls);
            asks(run, id, new ShardMessage.Question.Keep(run.checkpoint, run.covered));
        }

        private static String runOf(String key) {
            return key.split("#")[0];
        }

        private void agentActs(int times) {
            for (int i = 0; i < times; i++) agentActs();
        }

        private void agentActs() {
            for (String id : List.copyOf(agentRuns.keySet())) {
                AgentRun run = agentRuns.get(id);
                boolean stopping = stopped.contains(id);
                if (!stopping && (run.asking || random.nextInt(5) == 0)) {
                    if (!run.asking || random.nextInt(4) == 0) asks(run, id);
                    continue;
                }
                if (run.sent - run.acked >= 4) continue;
                List<LogEvent> events = new ArrayList<>();
                RunEnd end = null;
                if (!stopping && run.left > 0 && (run.keeps || !calm && random.nextInt(6) == 0)) {
                    keeps(run, id);
                    continue;
                }
                if (run.left-- > 0) {
                    piece(run, id, events);
                } else if (!stopping && run.waits && !run.kept) {
                    keeps(run, id);
                    continue;
                } else if (run.kept) {
                    end = new RunEnd.Interrupted(run.asks, List.of());
                } else end = random.nextInt(4) == 0 ? failed() : new RunEnd.Finished(List.of());
                toSession.add(new ShardMessage.AgentBatch(SESSION, id, ++run.sent, events, end, "agent.model.0"));
                if (end != null) agentRuns.remove(id);
                // Losing a batch on the bus is rare, and must be detected.
                if (!calm && random.nextInt(60) == 0) toSession.removeLast();
            }
        }

        private void piece(AgentRun run, String id, List<LogEvent> events) {
            if (!run.calls.isEmpty()) {
                String call = run.calls.removeFirst();
                events.add(LogEvent.ToolCallResult.of(id + "_r" + call, call, "done"));
            }
            if (run.message == null) {
                events.add(new LogEvent.StepStarted("step " + id + run.sent));
                run.message = id + "_m" + run.sent;
                events.add(new LogEvent.TextStart(run.message, Role.ASSISTANT, null));
            }
            for (int i = 0; i <= random.nextInt(3); i++) {
                String piece = id + "." + run.sent + "." + i + " ";
                events.add(new LogEvent.TextContent(run.message, piece));
                sentText.computeIfAbsent(id, run0 -> new StringBuilder()).append(piece);
            }
            if (random.nextInt(asksMuch ? 2 : 4) == 0) {
                events.add(new LogEvent.TextEnd(run.message));
                run.message = null;
                String call = id + "_t" + run.sent;
                run.open.add(call);
                events.add(new LogEvent.ToolCallStart(call, "time", null));
                events.add(new LogEvent.ToolCallArgs(call, "{}"));
                if (mayAsk && asksMuch) {
                    run.waits = true;
                    if (random.nextInt(3) > 0) run.left = 0;
                    run.asks.add(new AgentMessage.Ask("i_" + call, call, "time", "{}", inquiry(call)));
                }
            }
        }

        private static RunEnd failed() {
            return new RunEnd.Failed(io.reprise.message.Failure.of(ErrorCode.MODEL_ERROR, "It failed."));
        }

        // --- faults

        private void fault() {
            switch (random.nextInt(3)) {
                case 0 -> { // kill -9; what was on its way to the store may still arrive
                    session = null;
                    timers.clear();
                    takeOver();
                }
                case 1 -> { // somebody else takes the session; the old owner finds out by its next append
                    store.takenBy(number + 1);
                }
                default -> cleanRestart();
            }
        }

        /** The server stops gracefully, possibly while it still loads the session, and the next one starts. */
        private void cleanRestart() {
            if (session == null || session.isOpening()) return;
            if (random.nextBoolean()) drainForAWhile();
            if (session == null || session.isOpening()) return;
            input(new Input.Drain());
            input(new Input.EndRuns());
            if (!calm && random.nextInt(6) == 0) {
                killed();
                return;
            }
            storeEverything();
            if (session == null || !session.isSettled()) {
                draining = false;
                return;
            }
            String epoch = store.epoch;
            session = null;
            timers.clear();
            if (random.nextInt(4) == 0) stopsWhileItStarts();
            takeOver();
            assertThat(store.epoch).as("a clean restart keeps the epoch").isEqualTo(epoch);
        }

        private void storeEverything() {
            for (int i = 0; i < 1_000 && session != null && !session.isSettled() && !storeCalls.isEmpty(); i++) {
                storeCalls.removeFirst().run();
            }
        }

        private void drainForAWhile() {
            draining = true;
            input(new Input.Drain());
            for (int i = random.nextInt(20); i > 0; i--) {
                if (random.nextInt(3) > 0) deliverOne();
                else agentActs();
            }
        }

        /** Before all of it is stored. */
        private void killed() {
            for (int i = random.nextInt(4); i > 0 && !storeCalls.isEmpty(); i--)
                storeCalls.removeFirst().run();
            session = null;
            timers.clear();
            takeOver();
        }

        /** A suspended run is left unchanged by a server that was told to stop before it had the session. */
        private void stopsWhileItStarts() {
            draining = true;
            number = Math.max(number, store.owner) + 1;
            long head = store.head;
            boolean awaits = store.recalls.values().stream().anyMatch(Recall::awaitsResult);
            reload();
            storeEverything();
            input(new Input.EndRuns());
            storeEverything();
            // What has become of calls in the background is found out at once.
            if (!awaits) {
                assertThat(store.head)
                        .as("a server that only stops says nothing")
                        .isEqualTo(head);
            }
            session = null;
            timers.clear();
        }

        private void takeOver() {
            draining = false;
            number = Math.max(number, store.owner) + 1;
            reload();
            int shard = new Sharding(settings.sessions().shards()).shardOf(SESSION);
            gateways.forEach(gateway -> gateway.inbox.add(new Delivery.ShardOwned(shard, number, "n1")));
        }

        private void reload() {
            store.knowsClaims = number % 3 > 0;
            rollbacks.clear();
            Loaded loaded = store.load(number);
            session = new Session(SESSION, number, loaded, environment);
            working = null;
            Session at = session;
            if (draining) at.handle(new Input.Drain());
            for (Effect effect : at.open(loaded.orphans(), false)) carryOut(at, effect);
        }

        // --- the end

        private void checkWhatWasTold() {
            Set<EventFrame> checked = new HashSet<>();
            for (Told one : told) {
                if (!one.epoch().equals(store.epoch) || !checked.add(one.frame())) continue;
                StringBuilder logged = new StringBuilder();
                long after = one.frame().from() - 1;
                store.read(after, one.frame().seq(), Integer.MAX_VALUE)
                        .forEach(row ->
                                logged.append(LogText.of(row, after, one.frame().seq())));
                assertThat(LogText.of(one.frame()))
                        .as("told, and then not in the log")
                        .isEqualTo(logged.toString());
            }
        }

        /** A successful run has all text of its agent, any other run a prefix of it. */
        private void checkWhatAgentsSent() {
            store.runs.forEach((run, row) -> {
                for (int i = 1; i <= row.progress().attempt(); i++) {
                    checkWhatAgentSent(AgentMessage.RunRequest.key(run, i), row, i);
                }
            });
        }

        private void checkWhatAgentSent(String id, RunRow run, int attempt) {
            String logged = store.rows.stream()
                    .filter(row -> run.id().equals(row.run()) && row instanceof LogRow.Segment)
                    .map(row -> (LogRow.Segment) row)
                    .filter(row -> row.target().startsWith(id + "_m"))
                    .map(LogRow.Segment::text)
                    .collect(Collectors.joining());
            String sent = sentText.getOrDefault(id, new StringBuilder()).toString();
            assertThat(sent).as("text of " + run).startsWith(logged);
            if ("success".equals(run.outcome()) && attempt == run.progress().attempt())
                assertThat(logged).as("text of " + run).isEqualTo(sent);
        }

        /** A successful run received exactly the messages in its log; every other run at most those. */
        private void checkWhatAgentsWereGiven() {
            Map<String, List<String>> said = new HashMap<>();
            for (LogRow row : store.rows) {
                if (!row.type().equals("TEXT_MESSAGE_START")) continue;
                LogEvent.TextStart start = (LogEvent.TextStart) EventJson.parse(row.json(0, row.seq()));
                if (start.role() == Role.USER)
                    said.computeIfAbsent(row.run(), run -> new ArrayList<>()).add(start.messageId());
            }
            said.forEach((run, messages) -> {
                boolean goesOn = store.rows.stream()
                        .filter(row -> run.equals(row.run()) && row.type().equals("RUN_STARTED"))
                        .map(row -> (LogEvent.RunStarted) EventJson.parse(row.json(0, row.seq())))
                        .anyMatch(started -> started.metadata().resumes() != null);
                List<String> onItsWay = messages.subList(goesOn ? 0 : 1, messages.size());
                List<String> got = given.keySet().stream()
                        .filter(message -> runOf(given.get(message)).equals(run))
                        .toList();
                assertThat(onItsWay).containsAll(got);
                if ("success".equals(store.runs.get(run).outcome()))
                    assertThat(got)
                            .containsAll(onItsWay.stream()
                                    .filter(livingSteers(run)::contains)
                                    .toList());
            });
        }

        /** The users' messages of the run that no restart of it superseded. */
        private Set<String> livingSteers(String run) {
            Map<String, Long> living = new HashMap<>();
            for (LogRow row : store.rows) {
                if (!run.equals(row.run()) || !(row instanceof LogRow.Single single)) continue;
                switch (EventJson.parse(single.payload())) {
                    case LogEvent.TextStart e when e.role() == Role.USER -> living.put(e.messageId(), row.seq());
                    case LogEvent.Custom(String name, LogEvent.RunRestarted again) ->
                        living.values().removeIf(seq -> seq > again.toSeq());
                    case LogEvent other -> {}
                }
            }
            return living.keySet();
        }

        /** Every third call asks something; the others need an approval. */
        private static Inquiry inquiry(String call) {
            return call.hashCode() % 3 == 0
                    ? new Inquiry("house", Inquiry.Mode.URL, "Pay?", null, "https://pay.example/", 60_000)
                    : null;
        }

        /** No recall is forgotten: every accepted one exists and is finished, and one that ended by itself has run. */
        private void checkRecalls() {
            for (Issued command : issued.values()) {
                if (command.command instanceof Command.ScheduleRecall
                        && command.result instanceof CommandResult.Recalled scheduled) {
                    assertThat(store.recalls).containsKey(scheduled.recall().id());
                }
            }
            for (Recall recall : store.recalls.values()) {
                if (recall.bringsResult()) checkResult(recall);
                if (recall.isPaused() || recall.status() == Recall.Status.CANCELLED) continue;
                assertThat(recall.isOpen()).as("waits for ever: " + recall).isFalse();
                assertThat(store.everyRun)
                        .as("a run of " + recall)
                        .anyMatch(run -> recall.id().equals(run.recall()));
            }
        }

        /** The result of a call in the background came once, unless somebody cancelled it before. */
        private void checkResult(Recall recall) {
            assertThat(recall.status()).isIn(Recall.Status.FIRED, Recall.Status.CANCELLED);
            long runs = store.everyRun.stream()
                    .filter(run -> recall.id().equals(run.recall()))
                    .map(RunRow::id)
                    .distinct()
                    .count();
            assertThat(runs).as("runs with the result of " + recall).isEqualTo(recall.run() == null ? 0 : 1);
            if (recall.status() == Recall.Status.FIRED) assertThat(runs).isEqualTo(1);
        }

        /** Every accepted message was sent to an agent, or was removed. */
        private void checkMessages() {
            Set<String> takenBack = new HashSet<>();
            for (Issued command : issued.values()) {
                if (command.command instanceof Command.Clear && command.result != null) return;
                if (command.command instanceof Command.Unqueue unqueue) takenBack.add(unqueue.message());
                if (command.result instanceof CommandResult.Stopped stop) takenBack.addAll(stop.unqueued());
            }
            for (Issued command : issued.values()) {
                if (!(command.result instanceof CommandResult.Sent sent)) continue;
                if (takenBack.contains(sent.message())) continue;
                assertThat(store.everSaid).as("lost: " + command.command).contains(sent.message());
            }
        }

        /** Every stopped run was named, reported as stopped, or replaced by a message: nothing else stops a run. */
        private void checkStops() {
            Set<String> asked = new HashSet<>();
            for (Issued command : issued.values()) {
                if (command.command instanceof Command.Stop stop && stop.run() != null) asked.add(stop.run());
                if (command.result instanceof CommandResult.Stopped stop) asked.addAll(stop.stopped());
            }
            long replaced = issued.values().stream()
                    .filter(one -> one.result != null
                            && one.command instanceof Command.Send send
                            && (send.onBusy() == Command.OnBusy.INTERRUPT || send.onBusy() == Command.OnBusy.ROLLBACK))
                    .count();
            List<String> others = store.rows.stream()
                    .filter(row -> row instanceof LogRow.Single && row.type().equals("CUSTOM"))
                    .map(row -> EventJson.parse(row.json(0, row.seq())))
                    .filter(event -> event instanceof LogEvent.Custom(String name, LogEvent.RunStopping stopping)
                            && stopping.by() != null
                            && !asked.contains(stopping.run()))
                    .map(event -> ((LogEvent.RunStopping) ((LogEvent.Custom) event).value()).run())
                    .toList();
            assertThat(others).as("stopped by nobody").hasSizeLessThanOrEqualTo((int) replaced);
        }

        private void checkTheEnd() {
            assertThat(session.isSettled())
                    .as("everything is stored and nothing runs")
                    .isTrue();
            assertThat(store.queue).as("nothing waits for ever").isEmpty();
            assertThat(store.interrupts.values())
                    .as("nobody is waited for, for ever")
                    .noneMatch(Interrupt::isOpen);
            checkMessages();
            assertThat(store.runs.values()).allMatch(run -> run.outcome() != null);
            assertThat(agentRuns).as("agents that still run").isEmpty();
            for (Issued command : issued.values()) {
                if (command.asked > 0) {
                    assertThat(command.result != null || command.refused != null)
                            .as("command without an answer: " + command.id)
                            .isTrue();
                }
            }
            long users = store.conversation().messages().stream()
                    .filter(message ->
                            message.role() == Role.USER && message.metadata().recall() == null)
                    .map(message -> message.metadata().command())
                    .peek(id -> assertThat(store.claims).containsKey(id))
                    .distinct()
                    .count();
            assertThat(store.conversation().messages().stream()
                            .filter(message -> message.role() == Role.USER
                                    && message.metadata().recall() == null)
                            .count())
                    .as("one effect for each command")
                    .isEqualTo(users);
            checkWhatWasTold();
            checkWhatAgentsSent();
            checkWhatAgentsWereGiven();
            checkRecalls();
            checkStops();
            for (ModelGateway.Tab tab : tabs) {
                assertThat(tab.live).as("tab is live").isTrue();
                assertThat(tab.epoch).isEqualTo(store.epoch);
                assertThat(tab.cursor).isEqualTo(store.head);
                assertThat(tab.text.toString()).as("what a tab has").isEqualTo(store.fold(store.head));
            }
        }
    }

    /** A frame that left the session. */
    private record Told(String epoch, EventFrame frame) {}

    private static final class AgentRun {
        int left;
        int sent;
        int acked;
        int questions;
        boolean asking;
        boolean waits;
        boolean keeps;
        boolean kept;
        long covered;
        String checkpoint;
        ShardMessage.Question question;
        String message;
        /** The calls that it resumes with and has not answered. */
        final List<String> calls = new ArrayList<>();

        /** The calls that it made and that have no result. */
        final List<String> open = new ArrayList<>();

        final List<AgentMessage.Ask> asks = new ArrayList<>();

        AgentRun(int left) {
            this.left = left;
        }
    }

    private static final class Issued {
        final String id;
        final Command command;
        int asked;
        CommandResult result;
        ErrorCode refused;

        Issued(String id, Command command) {
            this.id = id;
            this.command = command;
        }
    }
}
