package io.reprise.gateway.link;

import io.reprise.gateway.limit.RateLimits;
import io.reprise.message.Cause;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.reprise.message.Sender;
import io.reprise.message.ShardMessage;
import io.reprise.support.Current;
import io.reprise.support.Digest;
import io.reprise.support.MonotonicClock;
import io.reprise.support.Stopwatch;
import io.reprise.telemetry.Metrics;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Sends commands to sessions and waits for the answers. Each command is answered exactly once: by its session, or by
 * the timeout.
 */
public final class PendingCommands {
    private static final int PENDING_MAX = 20_000;

    private static final Failure TOO_OFTEN =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many commands; try again later.");

    private static final Failure TIMEOUT = Failure.of(
            ErrorCode.TIMEOUT,
            "No answer in time. The command may still be accepted; sending it again with the same id is safe.");

    private static final Failure TOO_MANY =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many commands are pending; try again shortly.");

    private final String gateway;
    private final ShardOwners owners;
    private final OwnerPort port;
    private final MonotonicClock clock;
    private final Metrics metrics;
    private final RateLimits limits;
    private final Current<Waits> waits;
    private long lastTicket;

    /** In the order of sending, which is the order of the deadlines while the time limit does not change. */
    private final LinkedHashMap<Long, Pending> pending = new LinkedHashMap<>();

    /**
     * How long a command waits for its answer.
     *
     * @param commandMs the longest
     * @param againMs after which it is sent again, to who owns the shard then, because messages between nodes can be lost; 0 on a
     *     server that is alone, where none is lost
     */
    public record Waits(int commandMs, int againMs) {}

    /**
     * @param lastTicket tickets start after this number; it differs after each start, so that answers to an earlier
     *     process match none
     */
    public PendingCommands(GatewayLink link, RateLimits limits, Current<Waits> waits, long lastTicket) {
        this.gateway = link.gateway();
        this.owners = link.owners();
        this.port = link.port();
        this.clock = link.clock();
        this.metrics = link.metrics();
        this.limits = limits;
        this.waits = waits;
        this.lastTicket = lastTicket;
    }

    /**
     * A command of a user.
     *
     * @param id the client's id; null makes no claim
     * @param zone the user's time zone, or null; not part of the claim
     * @param sender what the user may do; not part of the claim
     * @param cause the request that contains it
     */
    public record Asked(
            String session, String user, String id, Command command, String zone, Sender sender, Cause cause) {
        public Asked(String session, String user, String id, Command command) {
            this(session, user, id, command, null, Sender.USUAL, Cause.UNKNOWN);
        }

        /** The same of a user in a time zone, or null. */
        public Asked in(String itsZone) {
            return new Asked(session, user, id, command, itsZone, sender, cause);
        }

        /** The same of a user who may do this. */
        public Asked by(Sender its) {
            return new Asked(session, user, id, command, zone, its, cause);
        }

        public Asked because(Cause its) {
            return new Asked(session, user, id, command, zone, sender, its);
        }

        /** The name of the command in frames. */
        public String type() {
            return command.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        }

        /**
         * A command that creates a session. The session's id is derived from the command, so that a repeat reaches the
         * same session.
         */
        public static Asked create(String user, String id, Command making) {
            return new Asked("s_" + Digest.of("create", user, id).substring(0, 22), user, id, making);
        }
    }

    /**
     * @param owner to whom it was sent last
     * @param sentMs when that was
     */
    private record Pending(Asked asked, long owner, long sentMs, long deadlineMs, Consumer<CommandOutcome> reply) {
        /** Whether a second sending has no second effect: it has an id, or stops what another one could not begin. */
        boolean isRepeatable() {
            return asked.id() != null || asked.command() instanceof Command.Stop;
        }
    }

    /** Sends the command; {@code reply} is called exactly once. */
    public void ask(Asked asked, Consumer<CommandOutcome> reply) {
        Optional<Failure> tooOften = tooOften(asked.user(), asked.command().makesSession());
        if (tooOften.isPresent()) refuse(asked, tooOften.get(), reply);
        else askCounted(asked, reply);
    }

    private void refuse(Asked asked, Failure failure, Consumer<CommandOutcome> reply) {
        CommandOutcome refused = new CommandOutcome.Refused(failure);
        metrics.command(asked.type(), word(refused), 0);
        reply.accept(refused);
    }

    /** The same for a command that is part of a request which was counted as a whole. */
    public void askCounted(Asked asked, Consumer<CommandOutcome> reply) {
        Stopwatch watch = Stopwatch.started();
        send(asked, outcome -> {
            metrics.command(asked.type(), word(outcome), watch.nanos());
            reply.accept(outcome);
        });
    }

    /** One word for an outcome: {@code accepted}, {@code duplicate} or the code of the refusal. */
    public static String word(CommandOutcome outcome) {
        return switch (outcome) {
            case CommandOutcome.Accepted accepted -> accepted.duplicate() ? "duplicate" : "accepted";
            case CommandOutcome.Refused refused -> refused.failure().code().wire();
        };
    }

    /** Counts an attach like a command. Returns the reason if the user may not attach now. */
    public Optional<Failure> attaches(String user) {
        return tooOften(user, false);
    }

    private Optional<Failure> tooOften(String user, boolean create) {
        long waitMs = limits.command(user, create);
        return waitMs > 0 ? Optional.of(TOO_OFTEN.after(waitMs)) : Optional.empty();
    }

    private void send(Asked asked, Consumer<CommandOutcome> reply) {
        int shard = owners.shardOf(asked.session());
        OptionalLong owner = owners.of(shard);
        if (owner.isEmpty()) {
            reply.accept(new CommandOutcome.Refused(Failure.unavailable()));
            return;
        }
        if (pending.size() >= PENDING_MAX) {
            reply.accept(new CommandOutcome.Refused(TOO_MANY));
            return;
        }
        long ticket = ++lastTicket;
        long nowMs = clock.elapsedMs();
        pending.put(
                ticket,
                new Pending(asked, owner.getAsLong(), nowMs, nowMs + waits.get().commandMs(), reply));
        port.send(shard, owner.getAsLong(), request(asked, ticket));
    }

    /**
     * A shard has this owner now: what an earlier one has not answered, perhaps because it died, is asked again. So a stop takes
     * effect although nobody was there to take it.
     */
    public void moved(int shard, long owner) {
        pending.replaceAll((ticket, waiting) -> {
            boolean concerned =
                    waiting.owner() < owner && owners.shardOf(waiting.asked().session()) == shard;
            return concerned && waiting.isRepeatable() ? sentAgain(ticket, waiting, owner) : waiting;
        });
    }

    private Pending sentAgain(long ticket, Pending waiting, long owner) {
        port.send(owners.shardOf(waiting.asked().session()), owner, request(waiting.asked(), ticket));
        return new Pending(waiting.asked(), owner, clock.elapsedMs(), waiting.deadlineMs(), waiting.reply());
    }

    private ShardMessage.Request request(Asked asked, long ticket) {
        String hash = Digest.of(Json.text(asked.command()));
        ShardMessage.ReplyTo replyTo = new ShardMessage.ReplyTo(gateway, ticket);
        return new ShardMessage.Request(
                asked.session(),
                asked.user(),
                asked.id(),
                hash,
                asked.command(),
                replyTo,
                asked.zone(),
                asked.sender(),
                asked.cause());
    }

    /** Receives an answer. Answers of a previous owner are valid, too, because an outcome is final. */
    public void answered(Delivery.Answer answer) {
        Pending asked = pending.remove(answer.ticket());
        if (asked != null) asked.reply().accept(answer.outcome());
    }

    /** The number of pending commands. */
    public int count() {
        return pending.size();
    }

    public void tick() {
        long nowMs = clock.elapsedMs();
        // Removed one by one: if a reply throws, the others follow at the next tick.
        while (!pending.isEmpty() && pending.firstEntry().getValue().deadlineMs() <= nowMs) {
            Pending late = pending.pollFirstEntry().getValue();
            late.reply().accept(new CommandOutcome.Refused(TIMEOUT));
        }
        int againMs = waits.get().againMs();
        if (againMs == 0) return;
        pending.replaceAll((ticket, waiting) -> {
            if (nowMs - waiting.sentMs() < againMs || !waiting.isRepeatable()) return waiting;
            OptionalLong owner = owners.of(owners.shardOf(waiting.asked().session()));
            return sentAgain(ticket, waiting, owner.orElse(waiting.owner()));
        });
    }
}
