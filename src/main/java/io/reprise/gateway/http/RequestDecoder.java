package io.reprise.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.reprise.gateway.limit.Intake;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.io.Serial;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Reads the requests of one HTTP connection within limits that Vert.x does not have: the number of connections, the
 * number of header lines (each needs many times its size in memory), and the time to receive the headers. A request
 * that exceeds a limit is passed on as unreadable. It is in use while the connection uses HTTP.
 */
public final class RequestDecoder extends VertxHttpRequestDecoder {
    private static final int HEADER_LINES_MAX = 200;

    /** Size of one read. A connection may hold this much in addition to the counted bytes. */
    private static final int READ_BYTES_MAX = 16_384;

    private static final int READ_BYTES_FIRST = 2_048;
    private static final int READ_BYTES_MIN = 64;

    private final Intake intake;
    private final String address;
    private final int receiveMs;
    private boolean counted;
    private boolean refused;
    private boolean inHead = true;
    private int headerLines;
    private boolean over;
    private Future<?> deadline;

    /** @param address null for a proxy, whose connections carry those of many clients */
    private RequestDecoder(HttpServerOptions options, Intake intake, String address, int receiveMs) {
        super(options);
        this.intake = intake;
        this.address = address;
        this.receiveMs = receiveMs;
    }

    /** Replaces the decoder of the library before anything is read. */
    public static void install(
            HttpConnection connection, HttpServerOptions options, Intake intake, String address, int receiveMs) {
        ChannelPipeline pipeline = LingeringClose.pipeline(connection);
        ChannelHandlerContext usual = pipeline.context(HttpRequestDecoder.class);
        RequestDecoder decoder = new RequestDecoder(options, intake, address, receiveMs);
        pipeline.replace(usual.handler(), usual.name(), decoder);
        // One read at a time: several would bring more data before the pause of the reader takes effect.
        pipeline.channel()
                .config()
                .setRecvByteBufAllocator(
                        new AdaptiveRecvByteBufAllocator(READ_BYTES_MIN, READ_BYTES_FIRST, READ_BYTES_MAX)
                                .maxMessagesPerRead(1));
        decoder.admit(pipeline.context(decoder));
    }

    /** The request headers were not received in time. */
    static final class Late extends Exception {
        @Serial
        private static final long serialVersionUID = 1;
    }

    /** There are too many connections. */
    static final class Crowded extends Exception {
        @Serial
        private static final long serialVersionUID = 1;
    }

    private void admit(ChannelHandlerContext context) {
        counted = intake.connected(address);
        if (counted) return;
        refused = intake.answers();
        if (refused) {
            refuse(context, new Crowded());
        } else {
            over = true;
            context.channel().close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        if (over) {
            ReferenceCountUtil.release(bytes);
            return;
        }
        if (inHead && deadline == null) {
            deadline = context.executor().schedule(() -> refuse(context, new Late()), receiveMs, TimeUnit.MILLISECONDS);
        }
        super.channelRead(context, bytes);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        int before = out.size();
        super.decode(context, in, out);
        for (Object part : out.subList(before, out.size())) {
            if (part instanceof HttpRequest) headCame();
            if (part instanceof LastHttpContent) inHead = true;
        }
    }

    private void headCame() {
        inHead = false;
        headerLines = 0;
        forgetDeadline();
    }

    private void forgetDeadline() {
        if (deadline != null) deadline.cancel(false);
        deadline = null;
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        HttpMessage message = super.createMessage(initialLine);
        HttpVersion version = message.protocolVersion();
        if (version.equals(HttpVersion.HTTP_1_0) || version.equals(HttpVersion.HTTP_1_1)) return message;
        throw new IllegalArgumentException("version " + version);
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        if (++headerLines > HEADER_LINES_MAX) throw new TooLongHttpHeaderException("too many header lines");
        return super.splitHeaderName(line, start, length);
    }

    /** Refuses ambiguous body lengths, which allow request smuggling. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Transfer-Encoding and Content-Length");
    }

    private void refuse(ChannelHandlerContext context, Exception cause) {
        if (over) return;
        over = true;
        forgetDeadline();
        HttpRequest request = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.GET, "/bad-request", HeadersMultiMap.httpHeaders());
        request.setDecoderResult(DecoderResult.failure(cause));
        context.fireChannelRead(request);
        context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        context.fireChannelReadComplete();
    }

    /** Called at the end of the connection, or when it becomes a WebSocket. */
    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
        over = true;
        forgetDeadline();
        if (counted) intake.disconnected(address);
        counted = false;
        if (refused) intake.answered();
        refused = false;
        super.handlerRemoved0(context);
    }
}
