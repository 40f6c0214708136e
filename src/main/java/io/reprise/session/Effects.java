package io.reprise.session;

import io.reprise.message.BusMessage;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import java.util.ArrayList;
import java.util.List;

/** Collects what one input makes a session want. */
final class Effects {
    private final long owner;
    private List<Effect> collected = new ArrayList<>();

    Effects(long owner) {
        this.owner = owner;
    }

    void add(Effect effect) {
        collected.add(effect);
    }

    void tell(String address, BusMessage message) {
        add(new Effect.Tell(address, message));
    }

    void answer(ShardMessage.Request request, CommandOutcome outcome) {
        tell(
                request.replyTo().address(),
                new Delivery.Answer(owner, request.replyTo().ticket(), outcome));
    }

    void refuse(ShardMessage.Request request, Failure failure) {
        answer(request, new CommandOutcome.Refused(failure));
    }

    List<Effect> take() {
        List<Effect> taken = collected;
        collected = new ArrayList<>();
        return taken;
    }
}
