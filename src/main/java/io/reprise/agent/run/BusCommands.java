package io.reprise.agent.run;

import io.reprise.agent.loop.RunCommands;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.reprise.message.ShardMessage;
import io.reprise.message.ShardMessage.ReplyTo;
import io.reprise.message.ShardMessage.Request;
import io.reprise.support.Digest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends the commands of tools to the owner of their session and receives the answers at this agent's address. The time
 * limit of the tool bounds the wait.
 */
public final class BusCommands implements RunCommands {
    /** The bus may lose a message: an unanswered command is sent again, under the same id. */
    private static final long AGAIN_MS = 5_000;

    private final EventLoop loop;
    private final String address;
    private final Sender sender;
    private final AtomicLong lastTicket = new AtomicLong();

    /** Touched on the loop only. */
    private final Map<Long, CompletableFuture<CommandOutcome>> waiting = new HashMap<>();

    /** The way onto the bus. */
    @FunctionalInterface
    public interface Sender {
        void send(String address, ShardMessage message);
    }

    /** @param address where answers come in */
    public BusCommands(EventLoop loop, String address, Sender sender) {
        this.loop = loop;
        this.address = address;
        this.sender = sender;
    }

    @Override
    public CommandOutcome ask(RunRequest run, String call, Command command) throws InterruptedException {
        CompletableFuture<CommandOutcome> answer = new CompletableFuture<>();
        long ticket = lastTicket.incrementAndGet();
        Request request = request(run, call, command, ticket);
        loop.run(() -> waiting.put(ticket, answer));
        try {
            while (true) {
                loop.run(() -> sender.send(run.owner(), request));
                try {
                    return answer.get(AGAIN_MS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException late) {
                    // Once more.
                }
            }
        } catch (ExecutionException e) {
            return new CommandOutcome.Refused(Failure.unavailable());
        } finally {
            loop.run(() -> waiting.remove(ticket));
        }
    }

    /** On the loop. */
    public void answered(Delivery.Answer answer) {
        CompletableFuture<CommandOutcome> asked = waiting.remove(answer.ticket());
        if (asked != null) asked.complete(answer.outcome());
    }

    private Request request(RunRequest run, String call, Command command, long ticket) {
        String hash = Digest.of(Json.text(command));
        // A tool may ask more than one thing; what a model calls its calls has no known length.
        String id = "tool_" + Digest.of(run.run(), call, hash);
        return new Request(run.session(), run.user(), id, hash, command, new ReplyTo(address, ticket));
    }
}
