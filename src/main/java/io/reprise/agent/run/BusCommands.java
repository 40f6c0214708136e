package io.reprise.agent.run;

import io.reprise.agent.link.RunCommands;
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
    /** The bus may lose messages: an unanswered command is sent again after this time, with the same id. */
    private static final long AGAIN_MS = 5_000;

    private final EventLoop loop;
    private final String address;
    private final Sender sender;
    private final AtomicLong lastTicket = new AtomicLong();

    /** Used only on the event loop. */
    private final Map<Long, CompletableFuture<CommandOutcome>> waiting = new HashMap<>();

    /** Sends on the event bus. */
    @FunctionalInterface
    public interface Sender {
        void send(String address, ShardMessage message);
    }

    /** @param address where answers arrive */
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
                    // The loop sends the command again.
                }
            }
        } catch (ExecutionException e) {
            return new CommandOutcome.Refused(Failure.unavailable());
        } finally {
            loop.run(() -> waiting.remove(ticket));
        }
    }

    /** Receives an answer; called on the event loop. */
    public void answered(Delivery.Answer answer) {
        CompletableFuture<CommandOutcome> asked = waiting.remove(answer.ticket());
        if (asked != null) asked.complete(answer.outcome());
    }

    private Request request(RunRequest run, String call, Command command, long ticket) {
        String hash = Digest.of(Json.text(command));
        // One call may send several commands, and the model's ids of calls can have any length, so both are hashed.
        String id = "tool_" + Digest.of(run.run(), call, hash);
        return new Request(
                run.session(),
                run.user(),
                id,
                hash,
                command,
                new ReplyTo(address, ticket),
                null,
                null,
                run.cause().later(run.run()));
    }
}
