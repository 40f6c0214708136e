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
 * Reads the frames of one WebSocket, as the decoder that Vert.x uses, and tells what it holds of a frame that has not
 * wholly come: only here can that be seen. It also hands pings to the socket, since Vert.x would answer any number of
 * them, whether or not the answers are taken, and also after the close.
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
        /** @param bytes that have come of a frame which is not whole; more may wait in whole ones */
        void unfinished(int bytes);

        void pinged(Buffer payload);
    }

    /** Puts one in the place of the usual decoder, at the very moment of the upgrade. */
    static SocketDecoder install(ChannelPipeline pipeline, int frameBytesMax, Reader reader) {
        ChannelHandlerContext usual = pipeline.context(WebSocketFrameDecoder.class);
        SocketDecoder decoder = new SocketDecoder(frameBytesMax, reader);
        pipeline.replace(usual.handler(), usual.name(), decoder);
        decoder.context = pipeline.context(decoder);
        return decoder;
    }

    /** The bytes of complete frames that the paused socket has not taken yet. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** The socket has taken a frame of this size. */
    void taken(int bytes) {
        waitingBytes -= bytes;
        // What is being read is told at its end.
        if (!reading) reader.unfinished(actualReadableBytes());
    }

    /** From now on only the client's close frame is read. */
    void closing() {
        closing = true;
    }

    /**
     * Lets go of what has come of a frame, and keeps nothing of what is still to come. The client's close frame is not
     * seen then, so the connection ends without it, once what was written has gone out.
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
