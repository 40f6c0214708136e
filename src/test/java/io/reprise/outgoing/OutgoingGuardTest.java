package io.reprise.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.hook.OutgoingSettings;
import io.reprise.support.Current;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which URLs and addresses the server may call. */
class OutgoingGuardTest {
    private final OutgoingGuard guard = guard();

    @ParameterizedTest
    @ValueSource(
            strings = {
                // This machine.
                "http://127.0.0.1/",
                "http://127.255.255.254:8080/x",
                "http://0.0.0.0/",
                "http://[::1]/",
                "http://[::]/",
                "http://[0:0:0:0:0:0:0:1]:8080/",
                // Spellings of it that only some programs understand.
                "http://127.1/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0x7f.0.0.1/",
                "http://0177.0.0.1/",
                "http://127.0.0.1./",
                "http://127.0.0.01/",
                "http://256.256.256.256/",
                "http://1.2.3.4.5/",
                "http://example.0x7f/",
                "http://127.0.0.1%2f@example.org/",
                "http://127%2e0%2e0%2e1/",
                "http://\u2460\u2461\u2466.0.0.1/",
                "http://127\u30020\u30020\u30021/",
                // Private networks, link-local, carriers, metadata.
                "http://10.0.0.1/",
                "http://172.16.0.1/",
                "http://172.31.255.255/",
                "http://192.168.1.1/",
                "http://100.64.0.1/",
                "http://100.100.100.200/",
                "http://169.254.169.254/latest/meta-data/",
                "http://168.63.129.16/",
                "http://192.0.0.192/",
                "http://[fe80::1]/",
                "http://[fe80::1%25eth0]/",
                "http://[fd00:ec2::254]/",
                "http://[fc00::1]/",
                "http://[fec0::1]/",
                // Nobody, everybody.
                "http://198.18.0.1/",
                "http://203.0.113.7/",
                "http://224.0.0.1/",
                "http://240.0.0.1/",
                "http://255.255.255.255/",
                "http://[ff02::1]/",
                "http://[2001:db8::1]/",
                "http://[3fff::1]/",
                // IPv4 inside IPv6: mapped, compatible, translated, 6to4, Teredo, ISATAP.
                "http://[::ffff:127.0.0.1]/",
                "http://[::ffff:7f00:1]/",
                "http://[::ffff:8.8.8.8]/",
                "http://[::127.0.0.1]/",
                "http://[::8.8.8.8]/",
                "http://[64:ff9b::7f00:1]/",
                "http://[64:ff9b::8.8.8.8]/",
                "http://[64:ff9b:1::1]/",
                "http://[2002:7f00:1::]/",
                "http://[2002:808:808::1]/",
                "http://[2001:0:7f00:1::]/",
                "http://[2606:4700::5efe:10.0.0.1]/",
                "http://[2606:4700::200:5efe:8.8.8.8]/",
                // No HTTP, or not only.
                "ftp://example.org/",
                "file:///etc/passwd",
                "gopher://example.org/",
                "javascript:alert(1)",
                "//example.org/",
                "example.org",
                "",
                "http:example.org",
                "http:///path",
                "http://user:password@example.org/",
                "http://example.org@127.0.0.1/",
                "http://example.org\\@127.0.0.1/",
                "http://example.org\n.internal/",
                "http://example.org/a b",
                "http://exa_mple.org/",
                "http://-example.org/",
                "http://example..org/",
                "http://[::1/",
                "http://[1.2.3.4]/",
                "http://8.8.8.8:0/",
                "http://8.8.8.8:65536/",
                "http://8.8.8.8:99999999999/",
                // Ports of other protocols.
                "http://8.8.8.8:25/",
                "https://8.8.8.8:22/",
            })
    void is_refused(String url) {
        assertThat(guard.fault(url)).as(url).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org",
                "https://EXAMPLE.org./path?query=1#part",
                "HTTP://example.org:8080/a%20b",
                "https://xn--bcher-kva.example/",
                "http://8.8.8.8/",
                "http://9.255.255.255/",
                "http://11.0.0.0/",
                "http://172.15.255.255/",
                "http://172.32.0.0/",
                "http://100.63.255.255/",
                "http://100.128.0.0/",
                "http://169.253.255.255/",
                "http://223.255.255.255:1024/",
                "http://[2606:4700::1111]/",
            })
    void is_not_refused_without_a_look_up(String url) {
        assertThat(guard.fault(url)).as(url).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, true",
        "8.8.8.8 1.1.1.1, true",
        "10.0.0.1, false",
        "8.8.8.8 10.0.0.1, false",
        "2606:4700::1111 ::1, false",
        "2606:4700::1111 8.8.8.8, true",
        "'', false",
    })
    void all_addresses_of_a_host_must_be_public(String addresses, boolean allowed) throws UnknownHostException {
        assertThat(guard.fault(target("https://example.org"), addresses(addresses))
                        .isEmpty())
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "http://10.1.2.3:25/,          10.1.2.3,  true",
        "http://10.2.2.3/,             10.2.2.3,  false",
        "http://internal.test/,        10.2.2.3,  true",
        "http://INTERNAL.test:25/,     127.0.0.1, true",
        "http://other.internal.test/,  127.0.0.1, false",
        "http://a.b.cluster.local/,    127.0.0.1, true",
        "http://cluster.local/,        127.0.0.1, false",
        "http://evilcluster.local/,    127.0.0.1, false",
        "http://public.test/,          10.1.2.3,  true",
        "http://public.test/,          8.8.8.8 10.1.2.3, true",
        "http://public.test/,          10.2.0.1 10.1.2.3, false",
        "http://public.test:25/,       8.8.8.8,   false",
    })
    void operators_allow_hosts_and_ranges(String url, String addresses, boolean allowed) throws UnknownHostException {
        OutgoingGuard guard = guard("10.1.0.0/16", "Internal.test", "*.cluster.local");

        assertThat(guard.fault(target(url), addresses(addresses)).isEmpty()).isEqualTo(allowed);
    }

    @Test
    void what_operators_allow_counts_from_the_next_call_on() throws UnknownHostException {
        Current.Holder<OutgoingSettings> settings = new Current.Holder<>(settings());
        OutgoingGuard guard = new OutgoingGuard(settings);
        Target target = target("http://internal.test");

        assertThat(guard.fault(target, addresses("10.0.0.1"))).isPresent();
        settings.replace(settings("internal.test"));

        assertThat(guard.fault(target, addresses("10.0.0.1"))).isEmpty();
    }

    private static OutgoingGuard guard(String... allow) {
        return new OutgoingGuard(Current.always(settings(allow)));
    }

    private static OutgoingSettings settings(String... allow) {
        return new OutgoingSettings(List.of(allow), 1, 1, 1, 1, 1);
    }

    private static Target target(String url) {
        return ((Target.Read.Good) Target.of(url)).target();
    }

    private static List<InetAddress> addresses(String texts) throws UnknownHostException {
        List<InetAddress> found = new ArrayList<>();
        for (String text : texts.split(" ")) if (!text.isEmpty()) found.add(InetAddress.getByName(text));
        return found;
    }
}
