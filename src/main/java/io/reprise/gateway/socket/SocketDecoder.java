package io.reprise.gateway.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * Reads the frames of one WebSocket, in place of the decoder of Vert.x, and reports how much of an incomplete frame has
 * been received, which is visible only here. It also passes pings to the socket: Vert.x would answer any number of
 * them, even if the client does not read the answers, and after the close.
 */
final class SocketDecoder extends WebSocket13FrameDecoder {
    private final Reader reader;
    private ChannelHandlerContext context;
    private long waitingBytes;
    private boolean reading;
    private boolean closing;
    private boolean discards;

    private SocketDecoder(int frameBytesMax, Reader reader) {
        super(WebSocketDecoderConfig.newBuilder()
                .expectMaskedFrames(true)
                .allowExtensions(false)
                .maxFramePayloadLength(frameBytesMax)
                .closeOnProtocolViolation(false)
                .build());
        this.reader = reader;
    }

    /** The socket. */
    interface Reader {
        /** @param bytes received bytes of an incomplete frame; complete frames may contain more */
        void unfinished(int bytes);

        void pinged(Buffer payload);
    }

    /** Replaces the usual decoder, at the moment of the upgrade. */
    static SocketDecoder install(ChannelPipeline pipeline, int frameBytesMax, Reader reader) {
        ChannelHandlerContext usual = pipeline.context(WebSocketFrameDecoder.class);
        SocketDecoder decoder = new SocketDecoder(frameBytesMax, reader);
        pipeline.replace(usual.handler(), usual.name(), decoder);
        decoder.context = pipeline.context(decoder);
        return decoder;
    }

    /** The bytes of complete frames that the paused socket has not handled yet. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** The socket has handled a frame of this size. */
    void taken(int bytes) {
        waitingBytes -= bytes;
        // During a read, the number is reported at its end.
        if (!reading) reader.unfinished(actualReadableBytes());
    }

    /** From now on only the client's close frame is read. */
    void closing() {
        closing = true;
    }

    /**
     * Discards the received part of a frame and all further data. The client's close frame is not read then, so the
     * connection ends without it after all written data was sent.
     */
    void discard() {
        if (discards) return;
        discards = true;
        if (!reading) release();
        context.executor().execute(context::close);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        if (discards) {
            ReferenceCountUtil.release(bytes);
            return;
        }
        reading = true;
        try {
            super.channelRead(context, bytes);
        } finally {
            reading = false;
        }
        reader.unfinished(actualReadableBytes());
        if (discards) release();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (discards) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int before = out.size();
        super.decode(context, in, out);
        for (int i = out.size() - 1; i >= before; i--) {
            if (out.get(i) instanceof PingWebSocketFrame ping && !closing) pinged(ping);
            if (isLeftOut(out.get(i))) ReferenceCountUtil.release(out.remove(i));
            else if (out.get(i) instanceof WebSocketFrame frame && isContent(frame)) {
                waitingBytes += frame.content().readableBytes();
            }
        }
    }

    private static boolean isContent(WebSocketFrame frame) {
        return frame instanceof TextWebSocketFrame
                || frame instanceof BinaryWebSocketFrame
                || frame instanceof ContinuationWebSocketFrame;
    }

    private boolean isLeftOut(Object frame) {
        return frame instanceof PingWebSocketFrame || closing && !(frame instanceof CloseWebSocketFrame);
    }

    private void pinged(PingWebSocketFrame ping) {
        byte[] payload = new byte[ping.content().readableBytes()];
        ping.content().getBytes(ping.content().readerIndex(), payload);
        reader.pinged(Buffer.buffer(payload));
    }

    /** Empty values are omitted. */
    private void release() {
        if (actualReadableBytes() == 0) return;
        try {
            super.channelRead(context, Unpooled.EMPTY_BUFFER);
        } catch (Exception e) {
            throw new IllegalStateException("skipping bytes does not fail", e);
        }
    }
}
