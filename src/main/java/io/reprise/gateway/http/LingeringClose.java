package io.reprise.gateway.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection in such a way that the close code reaches a client that is still sending. A TCP connection that is
 * closed with unread bytes is reset, and the client may then lose data that it has not read yet (RFC 9112, section
 * 9.6): it would not see the code 1009, reconnect, and send the same frame again. So this class first closes only its
 * own direction, discards what arrives, and closes the connection when the client has done so, or after a time limit.
 */
public final class LingeringClose extends ChannelDuplexHandler {
    /**
     * How long a client may take to answer a close frame, or to close its side of the connection. Not a setting: a close
     * frame takes one round trip, which does not depend on the load or the use of the server, and Vert.x takes seconds.
     */
    public static final int CLOSING_S = 5;

    private final int lingerS;
    private boolean lingers;

    private LingeringClose(int lingerS) {
        this.lingerS = lingerS;
    }

    /** @param lingerS longest wait for the client, in seconds */
    public static void of(HttpConnection connection, int lingerS) {
        ChannelPipeline pipeline = pipeline(connection);
        if (pipeline.get(LingeringClose.class) == null) pipeline.addFirst(new LingeringClose(lingerS));
    }

    /** Ends the connection of a request after its answer was sent. */
    static void after(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        of(connection, CLOSING_S);
        connection.close();
    }

    /** The handlers of a connection, for which Vert.x has no public method. */
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
        context.flush(); // Data that was written during a read has not been sent yet.
        channel.config().setAutoRead(true); // Otherwise a paused connection would not notice its end.
        channel.shutdownOutput();
        var deadline =
                channel.eventLoop().schedule(() -> context.close(context.newPromise()), lingerS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> deadline.cancel(false));
    }
}
