package io.reprise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnAddressesTest {
    private static final RegistrationInfo FIRST = new RegistrationInfo("node", 1, false);
    private static final RegistrationInfo SECOND = new RegistrationInfo("node", 2, false);
    private static final RegistrationInfo OTHERS = new RegistrationInfo("other", 1, false);

    private final OwnAddresses own = new OwnAddresses();

    private void listenTwice() {
        own.add("there", FIRST);
        own.add("there", SECOND);
        own.told("there", FIRST);
        own.told("there", SECOND);
    }

    @Test
    void what_the_others_do_not_know_is_missing() {
        listenTwice();

        assertThat(own.missing("there", List.of(FIRST, OTHERS, SECOND))).isEmpty();
        assertThat(own.missing("there", List.of(OTHERS, SECOND))).containsExactly(FIRST);
        assertThat(own.missing("there", List.of())).containsExactlyInAnyOrder(FIRST, SECOND);
        assertThat(own.missing("elsewhere", List.of())).isEmpty();
    }

    @Test
    void what_they_are_being_told_of_is_not_missing() {
        own.add("there", FIRST);

        assertThat(own.missing("there", List.of())).isEmpty();
    }

    @Test
    void what_does_not_listen_any_more_is_not_missing() {
        listenTwice();

        own.remove("there", FIRST);
        own.told("there", FIRST);

        assertThat(own.missing("there", List.of())).containsExactly(SECOND);
        assertThat(own.has("there", FIRST)).isFalse();
        own.remove("there", SECOND);
        assertThat(own.addresses()).isEmpty();
    }
}
