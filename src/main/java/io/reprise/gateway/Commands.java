package io.reprise.gateway;

import io.reprise.gateway.limit.RateLimits;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.reprise.message.ShardMessage;
import io.reprise.support.Digest;
import io.reprise.support.MonotonicClock;
import io.reprise.support.Stopwatch;
import io.reprise.telemetry.Metrics;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Commands on their way to sessions, each answered exactly once: by its session, or by the limit of time. */
final class Commands {
    private static final int PENDING_MAX = 20_000;

    private static final Failure TOO_OFTEN =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many commands in a minute; try again in a while.");

    private static final Failure TIMEOUT =
            Failure.of(ErrorCode.TIMEOUT, "No answer in time: it may have happened or not. Send the same id again.");

    private static final Failure TOO_MANY =
            Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many commands wait for an answer; try again shortly.");

    private final String gateway;
    private final ShardOwners owners;
    private final OwnerPort port;
    private final MonotonicClock clock;
    private final Metrics metrics;
    private final RateLimits limits;
    private final long commandMs;
    private long lastTicket;

    /** In the order of their deadlines. */
    private final Map<Long, Pending> pending = new LinkedHashMap<>();

    /** @param lastTicket tickets begin behind it: another one after each start, so that answers to a former life match none */
    Commands(GatewayLink link, RateLimits limits, long commandMs, long lastTicket) {
        this.gateway = link.gateway();
        this.owners = link.owners();
        this.port = link.port();
        this.clock = link.clock();
        this.metrics = link.metrics();
        this.limits = limits;
        this.commandMs = commandMs;
        this.lastTicket = lastTicket;
    }

    /**
     * A command of a user.
     *
     * @param id of the client; null claims nothing
     */
    record Asked(String session, String user, String id, Command command) {
        /** Its name on the wire. */
        String type() {
            return command.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        }

        /** What makes a session carries none: its id is derived, so that a repeat reaches the same one. */
        static Asked create(String user, String id, Command making) {
            return new Asked("s_" + Digest.of("create", user, id).substring(0, 22), user, id, making);
        }
    }

    private record Pending(long deadlineMs, Consumer<CommandOutcome> reply) {}

    /** {@code reply} is called once. */
    void ask(Asked asked, Consumer<CommandOutcome> reply) {
        Stopwatch watch = Stopwatch.started();
        send(asked, outcome -> {
            metrics.command(asked.type(), word(outcome), watch.nanos());
            reply.accept(outcome);
        });
    }

    private static String word(CommandOutcome outcome) {
        return switch (outcome) {
            case CommandOutcome.Accepted accepted -> accepted.duplicate() ? "duplicate" : "accepted";
            case CommandOutcome.Refused refused -> refused.failure().code().wire();
        };
    }

    private void send(Asked asked, Consumer<CommandOutcome> reply) {
        long waitMs = limits.command(asked.user(), asked.command().makesSession());
        if (waitMs > 0) {
            reply.accept(new CommandOutcome.Refused(TOO_OFTEN.after(waitMs)));
            return;
        }
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
        pending.put(ticket, new Pending(clock.elapsedMs() + commandMs, reply));
        port.send(shard, owner.getAsLong(), request(asked, ticket));
    }

    private ShardMessage.Request request(Asked asked, long ticket) {
        String hash = Digest.of(Json.text(asked.command()));
        ShardMessage.ReplyTo replyTo = new ShardMessage.ReplyTo(gateway, ticket);
        return new ShardMessage.Request(asked.session(), asked.user(), asked.id(), hash, asked.command(), replyTo);
    }

    /** Also an answer from an owner of before counts: what it says was committed or refused then. */
    void answered(Delivery.Answer answer) {
        Pending asked = pending.remove(answer.ticket());
        if (asked != null) asked.reply().accept(answer.outcome());
    }

    /** Those that wait for their outcome. */
    int count() {
        return pending.size();
    }

    void tick() {
        long nowMs = clock.elapsedMs();
        Iterator<Pending> oldestFirst = pending.values().iterator();
        List<Pending> overdue = new ArrayList<>();
        while (oldestFirst.hasNext()) {
            Pending next = oldestFirst.next();
            if (next.deadlineMs() > nowMs) break;
            oldestFirst.remove();
            overdue.add(next);
        }
        overdue.forEach(late -> late.reply().accept(new CommandOutcome.Refused(TIMEOUT)));
    }
}
