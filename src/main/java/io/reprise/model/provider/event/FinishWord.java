package io.reprise.model.provider.event;

import io.reprise.model.ModelFailure;
import java.util.Locale;
import java.util.Set;

/**
 * Maps reasons for the end of an answer to those of OpenAI. Compatible services use other words, and langchain4j
 * ignores unknown words: an answer that was cut off or failed would count as complete, or a complete one as cut off.
 */
final class FinishWord {
    private static final Set<String> KNOWN = Set.of("stop", "length", "tool_calls", "function_call", "content_filter");
    private static final Set<String> LENGTH =
            Set.of("max_tokens", "max_output_tokens", "max_length", "model_length", "token_limit");
    private static final Set<String> FILTER = Set.of(
            "content-filter",
            "safety",
            "sensitive",
            "refusal",
            "blocklist",
            "prohibited_content",
            "recitation",
            "spii",
            "image_safety",
            "language");
    private static final Set<String> BUSY = Set.of("insufficient_system_resource", "overloaded");
    private static final Set<String> BROKEN = Set.of(
            "error",
            "network_error",
            "abort",
            "aborted",
            "cancelled",
            "malformed_function_call",
            "unexpected_tool_call",
            "malformed_response",
            "engine_error");

    private FinishWord() {}

    /**
     * Maps a word; an empty one stays empty.
     *
     * @throws ModelFailure if the answer failed
     */
    static String of(String word) {
        String plain = word.toLowerCase(Locale.ROOT);
        if (plain.isEmpty() || KNOWN.contains(plain)) return plain;
        if (LENGTH.contains(plain)) return "length";
        if (FILTER.contains(plain) || plain.startsWith("content_filter")) return "content_filter";
        if (BUSY.contains(plain)) throw ModelFailure.ofStatus(503);
        if (BROKEN.contains(plain)) throw ModelFailure.modelError("The model's answer was incomplete.");
        return "stop";
    }
}
