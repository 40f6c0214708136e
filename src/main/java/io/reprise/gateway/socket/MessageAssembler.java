package io.reprise.gateway.socket;

import io.reprise.gateway.frame.CloseCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Assembles the fragments of a message. Vert.x would drop a message over the limit and continue. */
public final class MessageAssembler {
    private Buffer gathered;

    /** The result of a fragment. */
    sealed interface Assembled {
        record Text(String text) implements Assembled {}

        /** The message is incomplete, or the frame was a ping or pong. */
        record Nothing() implements Assembled {}

        record Faulty(CloseCode code) implements Assembled {}
    }

    /** Number of received bytes of the incomplete message. */
    int bytes() {
        return gathered == null ? 0 : gathered.length();
    }

    void clear() {
        gathered = null;
    }

    /** @param bytesMax limit of the whole message */
    Assembled add(WebSocketFrame frame, int bytesMax) {
        return switch (frame.type()) {
            case TEXT, CONTINUATION -> gather(frame, bytesMax);
            case BINARY -> new Assembled.Faulty(CloseCode.MALFORMED);
            case PING, PONG, CLOSE -> new Assembled.Nothing();
        };
    }

    private Assembled gather(WebSocketFrame frame, int bytesMax) {
        if (frame.isFinal() && gathered == null) return text(frame.binaryData(), bytesMax);
        if (gathered == null) gathered = Buffer.buffer();
        if (gathered.length() + frame.binaryData().length() > bytesMax)
            return new Assembled.Faulty(CloseCode.TOO_LARGE);
        gathered.appendBuffer(frame.binaryData());
        if (!frame.isFinal()) return new Assembled.Nothing();
        Buffer whole = gathered;
        gathered = null;
        return text(whole, bytesMax);
    }

    private static Assembled text(Buffer bytes, int bytesMax) {
        if (bytes.length() > bytesMax) return new Assembled.Faulty(CloseCode.TOO_LARGE);
        try {
            ByteBuffer input = ByteBuffer.wrap(bytes.getBytes());
            return new Assembled.Text(
                    StandardCharsets.UTF_8.newDecoder().decode(input).toString());
        } catch (CharacterCodingException e) {
            return new Assembled.Faulty(CloseCode.MALFORMED);
        }
    }
}
