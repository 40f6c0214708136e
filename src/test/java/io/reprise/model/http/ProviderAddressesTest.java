package io.reprise.model.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.support.Current;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderAddressesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.0.1",
                "100.100.100.200",
                "168.63.129.16",
                "192.0.0.192",
                "fe80::1",
                "fe80::1%eth0",
                "[fe80::1]",
                "fd00:ec2::254",
                "fd20:ce::254",
                "::ffff:169.254.169.254"
            })
    void where_clouds_tell_secrets_there_is_no_provider(String address) {
        assertThat(ProviderAddresses.STANDARD.refuses(address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "::1", "[::1]", "10.0.0.5", "192.168.1.7", "172.17.0.1", "fd12:3456::1", "8.8.8.8"})
    void providers_on_this_machine_and_in_private_networks_are_usual(String address) {
        assertThat(ProviderAddresses.STANDARD.refuses(address)).isFalse();
    }

    @Test
    void a_name_is_judged_when_it_is_connected() {
        assertThat(ProviderAddresses.STANDARD.refuses("metadata.google.internal"))
                .isFalse();
        assertThat(ProviderAddresses.STANDARD.refuses(null)).isFalse();
    }

    @Test
    void an_operator_can_allow_them_while_the_server_runs() {
        Current.Holder<Settings> settings = new Current.Holder<>(Settings.defaults());
        ProviderAddresses addresses = ProviderAddresses.of(settings.map(Settings::outgoing));
        boolean before = addresses.refuses("169.254.7.7");

        settings.replace(Settings.with(Map.of("outgoing.allow", "models.example.lan,169.254.7.0/24")));

        assertThat(before).isTrue();
        assertThat(addresses.refuses("169.254.7.7")).isFalse();
        assertThat(addresses.refuses("169.254.169.254")).isTrue();
    }
}
