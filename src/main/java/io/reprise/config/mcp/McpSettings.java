package io.reprise.config.mcp;

import io.reprise.config.read.Section;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * Limits of MCP servers; each applies to one server.
 *
 * @param commands programs that may be started as servers
 * @param callerTokenHosts hosts of the operator's own, which may be sent the tokens of callers
 * @param cache for how long lists of tools are used, and how they are refreshed
 * @param check how it is found out whether a server works
 * @param questions limits of what servers ask people
 * @param people limits of what people sign in to
 */
public record McpSettings(
        List<String> commands,
        List<String> callerTokenHosts,
        Waits waits,
        Sizes sizes,
        Cache cache,
        Check check,
        Questions questions,
        People people) {
    public static final String NAME = "mcp";

    public McpSettings {
        commands = List.copyOf(commands);
        callerTokenHosts = List.copyOf(callerTokenHosts);
    }

    /**
     * Longest waits.
     *
     * @param connectMs for a connection
     * @param probeMs for the answer that tells the version of the protocol
     * @param listMs for all pages of a list of tools
     * @param callMs for the result of a call; progress that the server reports extends it
     * @param callMsMax for the result of a call, whatever progress is reported
     * @param runMs of a run for lists of tools that it does not have yet
     * @param retryMs pause after the first connection that failed; it doubles
     * @param retryMaxMs longest such pause
     * @param stopMs for the end of a program, at each step of ending it
     */
    public record Waits(
            int connectMs,
            int probeMs,
            int listMs,
            int callMs,
            int callMsMax,
            int runMs,
            int retryMs,
            int retryMaxMs,
            int stopMs) {}

    /**
     * Limits of numbers and sizes.
     *
     * @param answerBytes one message of a server
     * @param schemaBytes the schema of one tool
     * @param schemaDepth nesting in the schema of one tool
     * @param tools tools of a server; more are left out
     * @param pages pages of a list of tools; more are not asked for
     * @param calls calls under way
     * @param connections HTTP connections
     */
    public record Sizes(
            int answerBytes, int schemaBytes, int schemaDepth, int tools, int pages, int calls, int connections) {}

    /**
     * @param ttlSeconds for how long a list of tools counts as new
     * @param changeMs shortest time between two refreshes that a server asks for
     * @param warmUp whether lists are asked for at the start of the server
     * @param sweepMs time between two looks for connections that are not needed any more
     */
    public record Cache(int ttlSeconds, int changeMs, boolean warmUp, int sweepMs) {}

    /**
     * @param timeMs of one check
     * @param pauseMs between the checks that confirm a change
     * @param atOnceMax servers that are checked at the same time
     */
    public record Check(int timeMs, int pauseMs, int atOnceMax) {}

    /**
     * @param expiryMinutes how long a question can be answered
     * @param bytes of one question
     * @param perCall how often a server can ask during one call
     * @param held calls that are held open while people are asked, of one server of the older protocol
     */
    public record Questions(int expiryMinutes, int bytes, int perCall, int held) {}

    /**
     * For all servers together that people sign in to; each of these has a connection for each person.
     *
     * @param connections at the same time, of all people
     * @param idleMs after which a connection that nobody uses is ended
     * @param signInMs how long a person may take to sign in
     * @param requestMs for an answer of an authorization server
     * @param answerBytes of such an answer
     * @param keptMs for how long a token that was read is used before it is read again
     * @param renewBeforeMs how long before its end a token is renewed
     * @param renewedElsewhereMs how long a refused renewal waits for the tokens that another node may have got
     * @param perCall how often a person is asked to sign in for one call
     */
    public record People(
            int connections,
            int idleMs,
            int signInMs,
            int requestMs,
            int answerBytes,
            int keptMs,
            int renewBeforeMs,
            int renewedElsewhereMs,
            int perCall) {}

    /** Whether what listens at this address may be sent the tokens of callers. */
    public boolean mayGetTokens(String url) {
        String host = URI.create(url).getHost();
        return host != null && callerTokenHosts.contains(host.toLowerCase(Locale.ROOT));
    }

    public static McpSettings read(Section section) {
        Section live = section.live();
        McpSettings mcp = new McpSettings(
                section.fromFile()
                        .list(
                                "commands",
                                "the name or the path of a program",
                                text -> text.matches("[^\\s\\p{Cntrl}]+")),
                section.fromFile()
                        .list("callerTokenHosts", "the name of a host", text -> text.matches("[a-z0-9.:-]{1,253}")),
                waits(live),
                sizes(live),
                new Cache(
                        live.integer("ttlSeconds", 300, 60, 86_400),
                        live.integer("changeMs", 1_000, 10, 60_000),
                        live.bool("warmUp", true),
                        section.integer("sweepMs", 10_000, 100, 600_000)),
                new Check(
                        live.integer("checkMs", 5_000, 100, 60_000),
                        live.integer("checkPauseMs", 5_000, 10, 60_000),
                        live.integer("checksAtOnceMax", 4, 1, 100)),
                new Questions(
                        live.integer("questionExpiryMinutes", 10_080, 1, 43_200),
                        live.integer("questionBytesMax", 65_536, 1_024, 262_144),
                        live.integer("questionsPerCallMax", 8, 1, 100),
                        live.integer("questionsHeldMax", 16, 1, 1_000)),
                new People(
                        live.integer("userConnectionsMax", 1_000, 1, 100_000),
                        live.integer("userIdleMs", 600_000, 1_000, 86_400_000),
                        live.integer("signInMs", 600_000, 10_000, 3_600_000),
                        live.integer("signInRequestMs", 15_000, 100, 120_000),
                        live.integer("signInAnswerBytesMax", 262_144, 4_096, 8_388_608),
                        live.integer("tokenKeptMs", 10_000, 0, 600_000),
                        live.integer("tokenRenewBeforeMs", 60_000, 0, 3_600_000),
                        live.integer("tokenRenewedElsewhereMs", 1_000, 0, 30_000),
                        live.integer("signInsPerCallMax", 2, 1, 20)));
        section.atLeast("callMsMax", mcp.waits.callMsMax, "mcp.callMs", mcp.waits.callMs);
        section.atLeast("retryMaxMs", mcp.waits.retryMaxMs, "mcp.retryMs", mcp.waits.retryMs);
        return mcp;
    }

    private static Waits waits(Section live) {
        return new Waits(
                live.integer("connectMs", 5_000, 100, 60_000),
                live.integer("probeMs", 5_000, 100, 60_000),
                live.integer("listMs", 30_000, 100, 300_000),
                live.integer("callMs", 60_000, 100, 600_000),
                live.integer("callMsMax", 600_000, 100, 3_600_000),
                live.integer("runMs", 2_000, 0, 30_000),
                live.integer("retryMs", 1_000, 10, 60_000),
                live.integer("retryMaxMs", 60_000, 10, 3_600_000),
                live.integer("stopMs", 2_000, 10, 30_000));
    }

    private static Sizes sizes(Section live) {
        return new Sizes(
                live.integer("answerBytesMax", 8_388_608, 65_536, 67_108_864),
                live.integer("schemaBytesMax", 65_536, 1_024, 1_048_576),
                live.integer("schemaDepthMax", 32, 4, 200),
                live.integer("toolsMax", 500, 1, 10_000),
                live.integer("pagesMax", 50, 1, 1_000),
                live.integer("callsMax", 32, 1, 1_000),
                live.integer("connectionsMax", 32, 1, 1_000));
    }
}
