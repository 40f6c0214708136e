package io.reprise.telemetry;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.reprise.telemetry.trace.Names;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Metrics by the names, labels and buckets of the OpenTelemetry semantic conventions 1.41.1 for generative AI, so that
 * dashboards for these find them. Thread-safe; never blocks.
 */
public final class GenAiMetrics {
    /** Ten milliseconds, and thirteen times the double of it. */
    private static final Duration[] SECONDS =
            LongStream.range(0, 14).mapToObj(n -> Duration.ofMillis(10L << n)).toArray(Duration[]::new);

    /** One token, and thirteen times four times as many. */
    private static final double[] TOKENS =
            IntStream.range(0, 14).mapToDouble(n -> 1L << (2 * n)).toArray();

    private final MeterRegistry registry;

    GenAiMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * What is called.
     *
     * @param operation such as {@code chat}
     * @param provider type of the provider in the settings
     * @param model that is asked
     * @param address host of the provider; empty for a model of this process
     * @param port 0 for none
     */
    public record Called(String operation, String provider, String model, String address, int port) {
        private Tags tags() {
            return Tags.of(
                    Names.OPERATION,
                    operation,
                    Names.PROVIDER,
                    Names.provider(provider),
                    Names.REQUEST_MODEL,
                    model,
                    Names.SERVER_ADDRESS,
                    address,
                    Names.SERVER_PORT,
                    port == 0 ? "" : Integer.toString(port));
        }
    }

    /**
     * A call has ended.
     *
     * @param error its error code; empty if it succeeded or was stopped
     */
    public void ended(Called called, String error, long nanos) {
        time(
                "gen_ai.client.operation.duration",
                "Time of a call of a model",
                called.tags().and(Names.ERROR_TYPE, error),
                nanos);
    }

    /** The first piece of an answer has come. */
    public void firstChunk(Called called, long nanos) {
        time(
                "gen_ai.client.operation.time_to_first_chunk",
                "Time from a call to its first piece",
                called.tags(),
                nanos);
    }

    /**
     * A provider has told how many tokens it counted; estimates are not recorded here.
     *
     * @param input null if it did not tell
     * @param output null if it did not tell
     */
    public void tokens(Called called, Integer input, Integer output) {
        if (input != null) tokens(called, "input", input);
        if (output != null) tokens(called, "output", output);
    }

    private void tokens(Called called, String type, int count) {
        DistributionSummary.builder("gen_ai.client.token.usage")
                .description("Tokens of a call of a model, as its provider counts them")
                .tags(called.tags().and("gen_ai.token.type", type))
                .serviceLevelObjectives(TOKENS)
                .register(registry)
                .record(count);
    }

    /**
     * A request to an MCP server has ended.
     *
     * @param error what failed; empty if nothing did
     */
    void mcp(String method, String error, long nanos) {
        time(
                "mcp.client.operation.duration",
                "Time of a request to an MCP server",
                Tags.of(Names.MCP_METHOD, method, Names.ERROR_TYPE, error),
                nanos);
    }

    private void time(String name, String description, Tags labels, long nanos) {
        Timer.builder(name)
                .description(description)
                .tags(labels)
                .serviceLevelObjectives(SECONDS)
                .register(registry)
                .record(Duration.ofNanos(nanos));
    }
}
