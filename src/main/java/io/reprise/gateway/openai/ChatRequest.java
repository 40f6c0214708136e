package io.reprise.gateway.openai;

import io.reprise.message.ClientTool;
import io.reprise.message.Command.ClientResult;
import io.reprise.message.opening.EarlierMessage;
import java.util.List;

/**
 * A request for a completion, as far as it counts.
 *
 * @param model name of the agent
 * @param earlier the conversation before what is said now
 * @param said what users say behind the last answer; empty if images or results are all that is new
 * @param images that users show there
 * @param results of the calls of the last answer, which are the end of {@code earlier}, too
 * @param tools that the caller executes; null for none
 * @param whole whether the answer comes at once, and not piece by piece
 * @param countsTokens whether the end of a stream says how many tokens the run took
 */
record ChatRequest(
        String model,
        List<EarlierMessage> earlier,
        String said,
        List<byte[]> images,
        List<ClientResult> results,
        List<ClientTool> tools,
        boolean whole,
        boolean countsTokens) {}
