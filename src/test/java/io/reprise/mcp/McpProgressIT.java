package io.reprise.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.content.Part;
import io.reprise.support.StopSignal;
import io.reprise.tool.CallOutput;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers say about the progress of calls. */
class McpProgressIT {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final CompletableFuture<Runnable> end = new CompletableFuture<>();
    private final CallOutput output = new CallOutput() {
        @Override
        public Part image(byte[] image) {
            return new Part.Text("");
        }

        @Override
        public void progress(double done, Double total, String message) {
            told.add(done + " of " + total + ": " + message);
            end.join().run();
        }
    };

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void it_reaches_the_call_to_which_it_belongs(boolean modern) throws Exception {
        try (FakeMcp fake = FakeMcp.start(modern);
                McpBench bench = new McpBench()) {
            fake.calls.put("echo", asked -> {
                HttpServerResponse response = asked.events();
                response.write(FakeMcp.event(new JsonObject()
                        .put("jsonrpc", "2.0")
                        .put("method", "notifications/progress")
                        .put("params", new JsonObject("{\"progress\":1,\"total\":4,\"message\":\"copying\"}"))));
                end.complete(() -> response.end(FakeMcp.event(asked.answer(FakeMcp.textResult("done")))));
            });

            String result = bench.with("house", fake)
                    .tool("house", "house_echo")
                    .call(McpBench.call("{}").showing(output), new StopSignal())
                    .text();

            assertThat(result).contains("done");
            assertThat(told).containsExactly("1.0 of 4.0: copying");
        }
    }
}
