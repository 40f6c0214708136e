package io.reprise.message.bus;

import io.reprise.message.BusMessage;
import io.reprise.message.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;

/** The codec of the event bus: passes messages by reference within a node, as JSON between nodes. */
public final class BusCodec implements MessageCodec<BusMessage, BusMessage> {
    /** Number of the format between nodes; raise it when nodes of the previous one would misread a message. */
    public static final int PROTOCOL = 1;

    private static final String NAME = "reprise";

    /** A codec for exact classes would miss every record of a sealed family, so the codec is selected by type. */
    public static void register(EventBus bus) {
        bus.registerCodec(new BusCodec());
        bus.codecSelector(body -> body instanceof BusMessage ? NAME : null);
    }

    @Override
    public void encodeToWire(Buffer buffer, BusMessage message) {
        byte[] json = Json.text(message).getBytes(StandardCharsets.UTF_8);
        buffer.appendInt(json.length).appendBytes(json);
    }

    @Override
    public BusMessage decodeFromWire(int position, Buffer buffer) {
        int length = buffer.getInt(position);
        String json = buffer.getString(position + 4, position + 4 + length);
        return Json.parse(json, BusMessage.class);
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
}
