package io.reprise.model.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.http.client.HttpMethod;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.sse.DefaultServerSentEventParser;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import io.reprise.config.model.Connection;
import io.reprise.model.http.ProviderAddresses.RefusedException;
import io.reprise.support.AddressRanges;
import io.reprise.support.Current;
import io.reprise.support.StopSignal;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ProviderAddressesIT {
    private static final AddressRanges LOCAL = AddressRanges.of(List.of("127.0.0.0/8", "::1"));

    /** Symptom: a name of somebody that leads to the metadata of a cloud. A look-up before the call would not see it change. */
    @Test
    void a_name_is_refused_for_the_address_that_it_leads_to_before_anything_is_sent() {
        Vertx vertx = Vertx.vertx();
        AtomicInteger requests = new AtomicInteger();
        try {
            HttpServer server = vertx.createHttpServer()
                    .requestHandler(request -> {
                        requests.incrementAndGet();
                        request.response().setStatusCode(500).end();
                    })
                    .listen(0, "localhost")
                    .await();
            String url = "http://localhost:" + server.actualPort() + "/v1";

            Throwable refused = failure(vertx, url, LOCAL);
            Throwable allowed = failure(vertx, url, AddressRanges.of(List.of("169.254.0.0/16")));

            assertThat(refused).isInstanceOf(RefusedException.class);
            assertThat(allowed).isInstanceOf(ProviderError.class);
            assertThat(requests).hasValue(1);
        } finally {
            vertx.close().await();
        }
    }

    private static Throwable failure(Vertx vertx, String url, AddressRanges refused) {
        ProviderHttp http = new ProviderHttp(
                vertx,
                Connection.STANDARD,
                new ProviderAddresses(refused, Current.always(AddressRanges.of(List.of()))));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        HttpRequest request = HttpRequest.builder()
                .method(HttpMethod.POST)
                .url(url)
                .body("{}")
                .build();
        try (Exchange exchange = http.exchange(new StopSignal())) {
            exchange.execute(request, new DefaultServerSentEventParser(), new ServerSentEventListener() {
                @Override
                public void onEvent(ServerSentEvent event) {
                    throw new AssertionError(event);
                }

                @Override
                public void onError(Throwable error) {
                    failure.set(error);
                }
            });
        }
        return failure.get();
    }
}
