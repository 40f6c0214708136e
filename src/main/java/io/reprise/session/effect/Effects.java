package io.reprise.session.effect;

import io.reprise.message.BusMessage;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Delivery;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the effects of one input. */
public final class Effects {
    private final long owner;
    private List<Effect> collected = new ArrayList<>();

    /** Commands without an answer, oldest first. */
    private final Map<ShardMessage.ReplyTo, ShardMessage.Request> owed = new LinkedHashMap<>();

    public Effects(long owner) {
        this.owner = owner;
    }

    public void add(Effect effect) {
        collected.add(effect);
    }

    public void tell(String address, BusMessage message) {
        add(new Effect.Tell(address, message));
    }

    /** The command must be answered in any case. */
    public void owe(ShardMessage.Request request) {
        owed.put(request.replyTo(), request);
    }

    public void answer(ShardMessage.Request request, CommandOutcome outcome) {
        owed.remove(request.replyTo());
        tell(
                request.replyTo().address(),
                new Delivery.Answer(owner, request.replyTo().ticket(), outcome));
    }

    public void refuse(ShardMessage.Request request, Failure failure) {
        answer(request, new CommandOutcome.Refused(failure));
    }

    /** Refuses every command that has no answer. */
    public void refuseOwed(Failure failure) {
        List.copyOf(owed.values()).forEach(request -> refuse(request, failure));
    }

    public List<Effect> take() {
        List<Effect> taken = collected;
        collected = new ArrayList<>();
        return taken;
    }
}
