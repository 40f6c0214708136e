package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
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
    void a_client_that_never_ends_is_cut_off_in_the_end() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        int port = serve(1, ended);
        try (RawClient raw = new RawClient(port, 0)) {
            raw.write(RawClient.upgrade("/"));

            assertThat(raw.ended()).isTrue(); // The client was told; it does not answer.

            ended.get(120, TimeUnit.SECONDS);
        }
    }

    @Test
    void the_end_of_the_client_is_not_waited_for_longer_than_it_takes() throws Exception {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        int port = serve(3_600, ended);
        try (RawClient raw = new RawClient(port, 0)) {
            raw.write(RawClient.upgrade("/"));
            raw.ended();
            assertThat(ended).isNotDone();
        }

        ended.get(120, TimeUnit.SECONDS);
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
