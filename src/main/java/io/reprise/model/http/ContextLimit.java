package io.reprise.model.http;

import java.util.regex.Pattern;

/**
 * Recognises in error messages of providers that a conversation exceeds the context of a model. Few providers have an
 * error code for it. A retry does not help, so it must be distinguished from other errors.
 */
final class ContextLimit {
    /**
     * Error names of OpenAI, Groq and Azure; llama.cpp; Anthropic's limit of bytes; LiteLLM; OpenAI's limit of one
     * message.
     */
    private static final Pattern KIND = Pattern.compile(
            "context_length_exceeded|exceed_context_size|request_too_large|context_?window_?exceeded"
                    + "|string_above_max_length",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern SENTENCE = Pattern.compile(
            String.join(
                    "|",
                    // OpenAI, vLLM, DeepSeek, OpenRouter, Mistral, SGLang; xAI
                    "maximum (?:context|prompt|model|input) length",
                    "exceeds? (?:the|its|this model's|the model's) (?:available |maximum )?context",
                    "context (?:window|length|limit|size) (?:is |was )?exceeded",
                    // Anthropic, Fireworks, Ollama, Bedrock
                    "(?:prompt|input|conversation|context) is too long",
                    "prompt too long",
                    "exceed(?:s|ed)? (?:the )?(?:max(?:imum)? )?context (?:length|limit|window|size)",
                    // Gemini; Cohere
                    "input token count .{0,40}exceeds",
                    "too many (?:input )?tokens: ",
                    // Groq and OpenAI if one request exceeds the limit per minute; LM Studio
                    "request too large for",
                    "context (?:the )?overflows?",
                    "greater than the context length",
                    "longer than the (?:model's )?(?:maximum )?(?:context|model) length",
                    // Hugging Face and services based on it; DashScope
                    "`inputs` (?:must have less than|tokens \\+ )",
                    "range of input length should be",
                    "reduce the length of the (?:messages|prompt|input)"),
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private ContextLimit() {}

    /**
     * @param kind the provider's names of the error
     * @param message the provider's message, if possible without texts of users
     */
    static boolean isExceeded(String kind, String message) {
        return KIND.matcher(kind).find() || SENTENCE.matcher(message).find();
    }
}
