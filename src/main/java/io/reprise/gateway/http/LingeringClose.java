package io.reprise.gateway.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.reprise.gateway.GatewayVerticle;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection so that the close code reaches a client that is still sending. A TCP connection closed with unread
 * bytes is reset, and a client that is reset may lose what it has not read yet (RFC 9112, section 9.6): it would see no
 * 1009, come back, and send the same frame again. So this end first says only that it has no more to send, reads on
 * without keeping anything, and closes when the client has, at the latest after a while.
 */
public final class LingeringClose extends ChannelDuplexHandler {
    private final int lingerS;
    private boolean lingers;

    private LingeringClose(int lingerS) {
        this.lingerS = lingerS;
    }

    /** @param lingerS the longest wait for the client's end, in seconds */
    public static void of(HttpConnection connection, int lingerS) {
        ChannelPipeline pipeline = pipeline(connection);
        if (pipeline.get(LingeringClose.class) == null) pipeline.addFirst(new LingeringClose(lingerS));
    }

    /** Ends the connection of a request that has been answered; the answer still goes out. */
    static void after(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        of(connection, GatewayVerticle.CLOSING_S);
        connection.close();
    }

    /** Vert.x has no public way to the handlers of a connection. */
    public static ChannelPipeline pipeline(HttpConnection connection) {
        return ((HttpServerConnection) connection).channelHandlerContext().pipeline();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (lingers) ReferenceCountUtil.release(bytes);
        else context.fireChannelRead(bytes);
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise ended) {
        if (!(context.channel() instanceof DuplexChannel channel) || !channel.isActive()) {
            context.close(ended);
            return;
        }
        channel.closeFuture().addListener(closed -> ended.trySuccess());
        if (lingers) return;
        lingers = true;
        context.flush(); // What was written in the middle of reading has not left yet.
        channel.config().setAutoRead(true); // It may be paused, and what is not read cannot be seen to end.
        channel.shutdownOutput();
        var deadline =
                channel.eventLoop().schedule(() -> context.close(context.newPromise()), lingerS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> deadline.cancel(false));
    }
}
