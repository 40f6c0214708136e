package io.reprise.session;

import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.BusMessage;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;

/** Answers messages that cannot be delivered to a session. */
final class Undelivered {
    private final ToLongFunction<String> ownerOf;
    private final BiConsumer<String, BusMessage> bus;

    /**
     * @param ownerOf owner number of the session's shard
     * @param bus sends to an address
     */
    Undelivered(ToLongFunction<String> ownerOf, BiConsumer<String, BusMessage> bus) {
        this.ownerOf = ownerOf;
        this.bus = bus;
    }

    /**
     * The lane in which the message loads its session; empty if the message does not require the session to be loaded.
     */
    static Optional<LoadGate.Lane> loads(ShardMessage.ToSession message) {
        return switch (message) {
            case ShardMessage.Request request -> Optional.of(LoadGate.Lane.PEOPLE);
            case ShardMessage.Attach attach -> Optional.of(LoadGate.Lane.PEOPLE);
            case ShardMessage.Fire fire -> Optional.of(LoadGate.Lane.BACKGROUND);
            case ShardMessage.ExpireInterrupts expire -> Optional.of(LoadGate.Lane.BACKGROUND);
            case ShardMessage.EraseSession erase -> Optional.of(LoadGate.Lane.BACKGROUND);
            case ShardMessage.ExpireSession expire -> Optional.of(LoadGate.Lane.BACKGROUND);
            case ShardMessage.TitleProposed proposed -> Optional.of(LoadGate.Lane.BACKGROUND);
            case ShardMessage.Pull pull -> Optional.empty();
            case ShardMessage.PullSnapshot pull -> Optional.empty();
            case ShardMessage.AgentBatch batch -> Optional.empty();
            case ShardMessage.RunQuestion question -> Optional.empty();
            case ShardMessage.Detach detach -> Optional.empty();
            case ShardMessage.RunBeatAnswer answer -> Optional.empty();
        };
    }

    void tell(ShardMessage.ToSession message, Failure failure) {
        switch (message) {
            case ShardMessage.Request request -> answer(request, new CommandOutcome.Refused(failure));
            // Other messages are not answered: their gateway repeats them.
            case ShardMessage.Attach attach
            when failure.code() == ErrorCode.NOT_FOUND -> {
                Reader reader = attach.reader();
                send(
                        reader.gateway(),
                        new Delivery.AttachRefused(
                                attach.session(),
                                ownerOf.applyAsLong(attach.session()),
                                reader.subscription(),
                                failure));
            }
            case ShardMessage.Attach attach -> {}
            case ShardMessage.Pull pull -> unknown(pull.session(), pull.reader());
            case ShardMessage.PullSnapshot pull -> unknown(pull.session(), pull.reader());
            case ShardMessage.AgentBatch batch -> send(batch.agent(), BatchAck.unknown(batch.run(), batch.number()));
            case ShardMessage.RunQuestion question ->
                send(question.agent(), BatchAck.unknown(question.run(), question.sent()));
            case ShardMessage.Detach detach -> {}
            case ShardMessage.RunBeatAnswer answer -> {}
            case ShardMessage.TitleProposed proposed -> {}
            // Repeated while they are due.
            case ShardMessage.Fire fire -> {}
            case ShardMessage.ExpireInterrupts expire -> {}
            case ShardMessage.EraseSession erase -> {}
            case ShardMessage.ExpireSession expire -> {}
        }
    }

    void answer(ShardMessage.Request request, CommandOutcome outcome) {
        ShardMessage.ReplyTo to = request.replyTo();
        send(to.address(), new Delivery.Answer(ownerOf.applyAsLong(request.session()), to.ticket(), outcome));
    }

    private void unknown(String session, Reader reader) {
        send(
                reader.gateway(),
                new Delivery.UnknownSubscription(session, ownerOf.applyAsLong(session), reader.subscription()));
    }

    private void send(String address, BusMessage message) {
        bus.accept(address, message);
    }
}
