package io.reprise.gateway.rest;

import io.reprise.gateway.frame.CommandReader;
import io.reprise.gateway.frame.Fields;
import io.reprise.gateway.frame.ServerFrames;
import io.reprise.gateway.http.RequestTrace;
import io.reprise.gateway.link.PendingCommands;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Commands over REST: the body has the fields of the frame, the header {@code Idempotency-Key} is its id. */
public final class CommandCalls {
    private final PendingCommands commands;
    private final CommandReader reader;

    public CommandCalls(PendingCommands commands, CommandReader reader) {
        this.commands = commands;
        this.reader = reader;
    }

    /** A handler for a command to the session of the path, answered with 202 and its result. */
    Consumer<ApiCall> command(String type) {
        return call -> read(call, type, (command, key) -> ask(call, key, command, null));
    }

    /** As above, for a command with a message: its body may name the {@code zone} of its sender. */
    Consumer<ApiCall> message(String type) {
        return call -> {
            Fields fields = new Fields(call.body());
            String zone = fields.optionalZone("zone");
            if (fields.fault() != null) call.refuse(fields.fault());
            else read(call, type, (command, key) -> ask(call, key, command, zone));
        };
    }

    private void ask(ApiCall call, String key, Command command, String zone) {
        ask(call, new Asked(call.session(), call.user(), key, command).in(zone), result -> call.answer(202, result));
    }

    /** Reads the command in the body and passes it to {@code then} with its key, which may be null. */
    void read(ApiCall call, String type, BiConsumer<Command, String> then) {
        Fields fields = new Fields(call.body());
        Command command = reader.read(type, fields);
        Failure fault = fields.fault();
        if (fault != null) call.refuse(fault);
        else then.accept(command, call.text("Idempotency-Key"));
    }

    /** @param accepted receives the result of the command */
    void ask(ApiCall call, Asked asked, Consumer<Map<String, Object>> accepted) {
        Asked complete = asked.by(call.caller().sender()).because(RequestTrace.cause(call.context()));
        commands.ask(complete, outcome -> {
            switch (outcome) {
                case CommandOutcome.Refused refused -> call.refuse(refused.failure());
                case CommandOutcome.Accepted done -> {
                    Map<String, Object> fields = new LinkedHashMap<>(ServerFrames.result(done.result()));
                    if (done.duplicate()) fields.put("duplicate", true);
                    accepted.accept(fields);
                }
            }
        });
    }
}
