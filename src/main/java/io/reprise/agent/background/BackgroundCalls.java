package io.reprise.agent.background;

import io.reprise.agent.link.RunCommands;
import io.reprise.config.tool.ToolSettings;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.ErrorCode;
import io.reprise.message.content.Content;
import io.reprise.message.recall.RecallCall;
import io.reprise.support.Backoff;
import io.reprise.support.Current;
import io.reprise.support.Durations;
import io.reprise.support.OwnThread;
import io.reprise.support.Permits;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.tool.ToolFailure;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of this node that go on in the background. The session of each has a recall for its result before the tool answers
 * that it has started; when the call ends, the recall gets the result. If this process dies before that, the session finds out
 * by itself. Thread-safe.
 */
public final class BackgroundCalls {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundCalls.class);
    private static final Backoff PAUSES = new Backoff(200, 30_000);

    private final Current<ToolSettings.Background> settings;
    private final Permits permits;
    /** Ends everything with this node. */
    private final StopSignal all = new StopSignal();
    /** By their recalls. */
    private final Map<String, GoingOn> goingOn = new ConcurrentHashMap<>();
    /** Calls that a person may send to the background, by run and call. */
    private final Map<Key, Door> doors = new ConcurrentHashMap<>();

    public BackgroundCalls(Current<ToolSettings.Background> settings) {
        this.settings = settings;
        this.permits = new Permits(
                settings.map(ToolSettings.Background::callsMax),
                settings.map(ToolSettings.Background::callsPerUserMax));
    }

    private record Key(String run, String call) {}

    private record GoingOn(OwnThread<Content> work) {}

    /**
     * A call of a run.
     *
     * @param repeatable whether it could be made again without harm
     * @param commands to the session of the run
     */
    public record Place(RunRequest run, String call, String tool, boolean repeatable, RunCommands commands) {
        RecallCall asked() {
            return new RecallCall(call, run.run(), tool, repeatable, "", 0);
        }
    }

    /** Where a call can be sent to the background, as long as its run waits for it. */
    public final class Door implements AutoCloseable {
        private final Key key;
        private final CompletableFuture<Boolean> pushed = new CompletableFuture<>();

        private Door(Key key) {
            this.key = key;
        }

        /**
         * Waits until the work has ended or a person sends it to the background.
         *
         * @return whether it was sent there
         * @throws TimeoutException after {@code nanos}
         */
        public boolean await(OwnThread<?> work, long nanos) throws InterruptedException, TimeoutException {
            work.onEnd(() -> pushed.complete(false));
            try {
                return pushed.get(nanos, TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            doors.remove(key, this);
        }
    }

    /** Opens the way to the background for a call. */
    public Door door(Place place) {
        Door door = new Door(new Key(place.run().key(), place.call()));
        doors.put(door.key, door);
        return door;
    }

    /** A person sends a call to the background. No effect if it has ended. */
    public void push(String run, String call) {
        Door door = doors.get(new Key(run, call));
        if (door != null) door.pushed.complete(true);
    }

    /** Nobody wants the result of this recall any more. */
    public void cancel(String recall) {
        GoingOn call = goingOn.remove(recall);
        if (call != null) call.work().stop(Reason.USER);
    }

    /** How many calls go on. */
    public int count() {
        return goingOn.size();
    }

    /**
     * Lets work that is under way go on.
     *
     * @return what the tool answers with
     * @throws ToolFailure if it may not, so that its run has to wait for it
     */
    public Content adopt(Place place, OwnThread<Content> work) throws InterruptedException {
        return begin(place, () -> {
            work.detach();
            return work;
        });
    }

    /** Starts work that goes on, as {@link io.reprise.tool.Background#start}. */
    public Content start(Place place, OwnThread.Work<Content> work) throws InterruptedException {
        return begin(place, () -> OwnThread.start("tool " + place.tool(), all, work));
    }

    /** The rest happens on a thread of its own: what the session has accepted is followed, even if the run is stopped now. */
    private Content begin(Place place, Supplier<OwnThread<Content>> beginning) throws InterruptedException {
        if (all.isStopped()) throw new ToolFailure("The server is being stopped.");
        String user = place.run().user();
        if (!permits.take(user)) throw new ToolFailure("Too many calls go on in the background already.");
        CompletableFuture<Optional<String>> refusal = new CompletableFuture<>();
        OwnThread.start("background " + place.tool(), all, own -> {
            try {
                if (isAccepted(place, refusal)) follow(place, beginning.get(), own);
            } finally {
                permits.giveBack(user);
                refusal.complete(Optional.of("The server could not take note of the call."));
            }
            return null;
        });
        try {
            Optional<String> why = refusal.get();
            if (why.isPresent()) throw new ToolFailure(why.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return Content.of(BackgroundResult.started(place.asked().recall()));
    }

    private static boolean isAccepted(Place place, CompletableFuture<Optional<String>> refusal)
            throws InterruptedException {
        Command asked = new Command.BeginCall(place.asked());
        return switch (place.commands().ask(place.run(), place.call(), asked)) {
            case CommandOutcome.Accepted accepted -> {
                refusal.complete(Optional.empty());
                yield true;
            }
            case CommandOutcome.Refused refused -> {
                refusal.complete(Optional.of(refused.failure().message()));
                yield false;
            }
        };
    }

    private void follow(Place place, OwnThread<Content> work, StopSignal stop) throws InterruptedException {
        String recall = place.asked().recall();
        GoingOn self = new GoingOn(work);
        goingOn.put(recall, self);
        StopSignal.Registration atStop = stop.onStop(() -> work.stop(Reason.SHUTDOWN));
        try {
            String text = result(work);
            // Whoever has taken it out of the map does not want it.
            if (stop.isStopped() || goingOn.get(recall) != self) return;
            deliver(place, recall, text, stop);
        } finally {
            atStop.remove();
            goingOn.remove(recall, self);
        }
    }

    private String result(OwnThread<Content> work) throws InterruptedException {
        int timeMs = settings.get().timeMs();
        try {
            return work.await(TimeUnit.MILLISECONDS.toNanos(timeMs)).shown();
        } catch (TimeoutException e) {
            work.stop(Reason.TIME_LIMIT);
            return BackgroundResult.failed("the call timed out after " + Durations.text(timeMs) + ".");
        } catch (ExecutionException e) {
            return BackgroundResult.failed(why(e.getCause()));
        }
    }

    private static String why(Throwable cause) {
        return switch (cause) {
            case ToolFailure failure -> failure.getMessage();
            case StopSignal.StoppedException stopped -> "the call was stopped before it had a result.";
            case InterruptedException stopped -> "the call was stopped before it had a result.";
            default -> {
                LOG.atWarn().setCause(cause).log("a tool failed unexpectedly in the background");
                yield "the tool failed.";
            }
        };
    }

    private void deliver(Place place, String recall, String text, StopSignal stop) throws InterruptedException {
        String message = BackgroundResult.ended(
                place.tool(), place.call(), text, settings.get().resultBytesMax());
        Command end = new Command.EndCall(recall, message);
        for (int attempt = 1; ; attempt++) {
            switch (place.commands().ask(place.run(), place.call(), end)) {
                case CommandOutcome.Accepted accepted -> {
                    return;
                }
                case CommandOutcome.Refused refused
                when refused.failure().code() == ErrorCode.NOT_FOUND -> {
                    return; // The session is gone.
                }
                case CommandOutcome.Refused refused ->
                    stop.sleep(TimeUnit.MILLISECONDS.toNanos(PAUSES.pauseMs(attempt)));
            }
        }
    }

    /** Ends all calls; their sessions find out at the next start. */
    public void close() {
        all.stop(Reason.SHUTDOWN);
    }
}
