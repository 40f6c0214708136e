package io.reprise.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The one codec of the bus: handed over as it is within a node, as JSON between nodes. */
public final class BusCodec implements MessageCodec<BusMessage, BusMessage> {
    private static final String NAME = "reprise";
    private final ObjectMapper mapper = Json.mapper().copy();

    public BusCodec() {
        List<Class<?>> named = new ArrayList<>();
        for (Class<?> family : List.of(
                BusMessage.class,
                Command.class,
                CommandResult.class,
                CommandOutcome.class,
                AgentMessage.RunEnd.class)) {
            collectRecords(family, named);
        }
        named.forEach(type -> mapper.registerSubtypes(new NamedType(type, type.getSimpleName())));
    }

    /** A codec for exact classes would miss every record of a sealed family, so the codec is selected by type. */
    public static void register(EventBus bus) {
        bus.registerCodec(new BusCodec());
        bus.codecSelector(body -> body instanceof BusMessage ? NAME : null);
    }

    @Override
    public void encodeToWire(Buffer buffer, BusMessage message) {
        byte[] json = text(message).getBytes(StandardCharsets.UTF_8);
        buffer.appendInt(json.length).appendBytes(json);
    }

    @Override
    public BusMessage decodeFromWire(int position, Buffer buffer) {
        int length = buffer.getInt(position);
        String json = buffer.getString(position + 4, position + 4 + length);
        try {
            return mapper.readValue(json, BusMessage.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a message of the bus", e);
        }
    }

    @Override
    public BusMessage transform(BusMessage message) {
        return message;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }

    private String text(BusMessage message) {
        try {
            return mapper.writerFor(BusMessage.class).writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable: " + message.getClass(), e);
        }
    }

    private static void collectRecords(Class<?> type, List<Class<?>> into) {
        if (type.isRecord()) into.add(type);
        if (!type.isSealed()) return;
        for (Class<?> permitted : type.getPermittedSubclasses()) collectRecords(permitted, into);
    }
}
