package io.reprise.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.support.AddressRanges;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which address counts behind proxies, and that no client can choose its own. */
class ClientAddressesTest {
    private final ClientAddresses addresses = new ClientAddresses(List.of("10.0.0.0/8", "2001:db8::/32"));

    @Test
    void forwarded_addresses_of_untrusted_clients_are_ignored() {
        assertThat(addresses.of("192.0.2.7", List.of("198.51.100.1"))).isEqualTo("192.0.2.7");
        assertThat(new ClientAddresses(List.of()).of("127.0.0.1", List.of("198.51.100.1")))
                .isEqualTo("127.0.0.1");
    }

    @Test
    void the_last_address_that_is_not_a_proxy_is_the_clients() {
        assertThat(addresses.of("10.0.0.1", List.of("198.51.100.1"))).isEqualTo("198.51.100.1");
        assertThat(addresses.of("10.0.0.1", List.of("203.0.113.9", " 198.51.100.1", "10.2.3.4 ")))
                .as("the first was made up by the client")
                .isEqualTo("198.51.100.1");
        assertThat(addresses.of("2001:db8::1", List.of("[2001:db9::5]:4711"))).isEqualTo("2001:db9::5");
        assertThat(addresses.of("10.0.0.1", List.of("198.51.100.1:4711"))).isEqualTo("198.51.100.1");
        assertThat(addresses.of("10.0.0.1", List.of())).isEqualTo("10.0.0.1");
    }

    @Test
    void an_invalid_address_ends_the_search() {
        for (String bad : List.of("unknown", "", "evil.example", "1.2.3", "999.1.1.1", ":::", "_hidden")) {
            assertThat(addresses.of("10.0.0.1", List.of("203.0.113.9", bad)))
                    .as(bad)
                    .isEqualTo("10.0.0.1");
        }
    }

    @Test
    void ranges_are_of_bits_and_of_one_version() {
        AddressRanges ranges = AddressRanges.of(List.of("192.0.2.128/25", "::1", "0.0.0.0/0"));
        assertThat(AddressRanges.of(List.of("192.0.2.128/25")).contains("192.0.2.127"))
                .isFalse();
        assertThat(AddressRanges.of(List.of("192.0.2.128/25")).contains("192.0.2.129"))
                .isTrue();
        assertThat(ranges.contains("0:0:0:0:0:0:0:1")).isTrue();
        assertThat(ranges.contains("::2")).isFalse();
        for (String bad :
                List.of("10.0.0.0/33", "10.0.0/8", "::1/129", "localhost", "10.0.0.0/", "/8", "10.0.0.0/-1")) {
            assertThat(AddressRanges.isRange(bad)).as(bad).isFalse();
        }
    }
}
