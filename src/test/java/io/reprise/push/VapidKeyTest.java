package io.reprise.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.PushBrowser;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class VapidKeyTest {
    private static final long NOW_MS = 1_700_000_000_000L;

    @RepeatedTest(20)
    void push_services_are_told_who_sends_until_when_and_only_for_their_origin() {
        VapidKey key = VapidKey.of(VapidKey.fresh().bytes());

        String authorization = key.authorization("https://push.test:8443/send/secret", "mailto:me@example.org", NOW_MS);

        assertThat(authorization).endsWith(", k=" + key.publicText()).doesNotContain("secret");
        assertThat(PushBrowser.claims(authorization))
                .isEqualTo(new JsonObject()
                        .put("aud", "https://push.test:8443")
                        .put("exp", 1_700_043_200)
                        .put("sub", "mailto:me@example.org"));
    }

    @Test
    void without_a_contact_nobody_is_named() {
        JsonObject claims = PushBrowser.claims(VapidKey.fresh().authorization("https://push.test/1", "", NOW_MS));

        assertThat(claims.fieldNames()).containsExactly("aud", "exp");
    }
}
