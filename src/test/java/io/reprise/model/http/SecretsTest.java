package io.reprise.model.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.http.client.HttpMethod;
import dev.langchain4j.http.client.HttpRequest;
import org.junit.jupiter.api.Test;

class SecretsTest {
    @Test
    void a_key_is_masked_wherever_the_request_had_it() {
        HttpRequest request = HttpRequest.builder()
                .method(HttpMethod.POST)
                .url("https://api.example/v1/chat?short=abc&key=query%2Fsecret&mark")
                .addHeader("Authorization", "Bearer header-secret")
                .build();

        String masked =
                Secrets.of(request).masked("abc query%2Fsecret query/secret Bearer header-secret header-secret end");

        assertThat(masked).isEqualTo("abc *** *** *** *** end");
    }
}
