package io.reprise.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.reprise.gateway.RawClient;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LingeringCloseIT {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void a_client_that_never_closes_is_disconnected() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        int port = serve(1, ended);
        try (RawClient raw = new RawClient(port, 0)) {
            raw.write(RawClient.upgrade("/"));

            assertThat(raw.ended()).isTrue(); // The client was told; it does not answer.

            ended.get(120, TimeUnit.SECONDS);
        }
    }

    @Test
    void the_wait_for_the_clients_close_is_limited() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        int port = serve(3_600, ended);
        try (RawClient raw = new RawClient(port, 0)) {
            raw.write(RawClient.upgrade("/"));
            raw.ended();
            assertThat(ended).isNotDone();
        }

        ended.get(120, TimeUnit.SECONDS);
    }

    /** It uses behaviour that Vert.x does not promise: if an upgrade removes it, this test fails first. */
    @Test
    void the_connection_gives_its_handlers_and_the_decoders_are_where_they_are_replaced() throws Exception {
        CompletableFuture<ChannelPipeline> plain = new CompletableFuture<>();
        CompletableFuture<ChannelPipeline> upgraded = new CompletableFuture<>();
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .connectionHandler(connection -> plain.complete(LingeringClose.pipeline(connection)))
                .requestHandler(request -> {
                    assertThat(LingeringClose.pipeline(request.connection()).get(HttpRequestDecoder.class))
                            .isInstanceOf(VertxHttpRequestDecoder.class);
                    request.toWebSocket()
                            .onSuccess(socket -> upgraded.complete(LingeringClose.pipeline(request.connection())));
                });
        int port = server.listen(0, "127.0.0.1").await().actualPort();
        try (RawClient raw = new RawClient(port, 0)) {
            raw.write(RawClient.upgrade("/"));

            assertThat(plain.get(120, TimeUnit.SECONDS)).isNotNull();
            ChannelPipeline pipeline = upgraded.get(120, TimeUnit.SECONDS);
            assertThat(pipeline.get(WebSocketFrameDecoder.class)).isInstanceOf(WebSocket13FrameDecoder.class);
            assertThat(pipeline.get(HttpRequestDecoder.class)).isNull();
        }
    }

    /** A server that closes what connects. */
    private int serve(int lingerS, CompletableFuture<Void> ended) {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> {
            LingeringClose.of(request.connection(), lingerS);
            request.connection().closeHandler(gone -> ended.complete(null));
            request.connection().close();
        });
        return server.listen(0, "127.0.0.1").await().actualPort();
    }
}
