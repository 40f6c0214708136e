package io.reprise.model.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextLimitTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            OpenAI      | {"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}
            OpenAI, new | {"error":{"message":"Your input exceeds the context window of this model. Please adjust your input and try again.","type":"invalid_request_error","code":null}}
            OpenAI, one | {"error":{"message":"Invalid 'messages[0].content': string too long.","type":"invalid_request_error","code":"string_above_max_length"}}
            OpenAI, TPM | {"error":{"message":"Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Requested 40000.","type":"tokens","code":"rate_limit_exceeded"}}
            Azure       | {"error":{"code":"context_length_exceeded","message":"Too long.","status":400}}
            vLLM        | {"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.","type":"BadRequestError","param":null,"code":400}
            vLLM, new   | {"error":{"message":"The decoder prompt (length 5000) is longer than the maximum model length of 4096.","type":"BadRequestError","code":400}}
            llama.cpp   | {"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":4096}}
            llama.cpp 2 | {"error":{"code":500,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"server_error"}}
            LM Studio   | {"error":"Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"}
            Groq        | {"error":{"message":"Please reduce the length of the messages or completion.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}
            Groq, TPM   | {"error":{"message":"Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 9000","type":"tokens","code":"rate_limit_exceeded"}}
            Mistral     | {"object":"error","message":"Prompt contains 65673 tokens and 0 draft tokens, too large for model with 32768 maximum context length","type":"invalid_request_prompt","param":null,"code":"3051"}
            Gemini      | {"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}
            xAI         | {"code":"Client specified an invalid argument","error":"This model's maximum prompt length is 131072 but the request contains 150000 tokens."}
            TGI         | {"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens","error_type":"validation"}
            Cohere      | {"message":"too many tokens: total number of tokens in the prompt cannot exceed 4081"}
            OpenRouter  | {"error":{"code":400,"message":"This endpoint's maximum context length is 131072 tokens. However, you requested about 150000 tokens."}}
            SGLang      | {"object":"error","message":"The input (5000 tokens) is longer than the model's context length (4096 tokens).","type":"BadRequestError","code":400}
            LiteLLM     | {"error":{"message":"litellm.ContextWindowExceededError: x","type":"ContextWindowExceededError","code":"400"}}
            DashScope   | {"error":{"message":"Range of input length should be [1, 30720]","type":"invalid_request_error","code":"invalid_parameter_error"}}
            Anthropic   | {"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}
            Anthropic 2 | {"type":"error","error":{"type":"invalid_request_error","message":"input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000, decrease input length or `max_tokens` and try again"}}
            Anthropic 3 | {"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}
            Bedrock     | {"message":"Input is too long for requested model."}
            Ollama      | {"error":"the input length exceeds the context length"}
            Ollama, new | {"error":"prompt too long; exceeded max context length by 12 tokens"}
            FastAPI     | {"detail":"Context length exceeded"}
            """)
    void the_error_of_each_provider_is_recognised(String provider, String body) {
        assertThat(ProviderError.ofResponse(400, OptionalLong.empty(), body).isBeyondContext())
                .isTrue();
        if (body.contains("\"error\"")) {
            assertThat(ProviderError.ofEvent(body))
                    .hasValueSatisfying(
                            error -> assertThat(error.isBeyondContext()).isTrue());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"error":{"message":"Rate limit reached for gpt-4o on tokens per min (TPM): Limit 30000, Used 29000.","type":"tokens","code":"rate_limit_exceeded"}}
            {"error":{"message":"Invalid value for 'temperature'.","type":"invalid_request_error","code":null}}
            {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}
            {"error":"model 'x' not found"}
            {"error":{"message":"Bad request","type":"invalid_request_error"},"input":"My prompt is too long"}
            the prompt is too long
            ~~
            """)
    void other_errors_are_not_mistaken_for_it(String body) {
        assertThat(ProviderError.ofResponse(400, OptionalLong.empty(), body).isBeyondContext())
                .isFalse();
    }
}
