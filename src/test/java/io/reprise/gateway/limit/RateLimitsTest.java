package io.reprise.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.LimitSettings;
import io.reprise.config.Settings;
import io.reprise.support.Current;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many requests pass in which time; the clock is moved by hand. */
class RateLimitsTest {
    private final List<String> reached = new ArrayList<>();
    private long nowMs = 5_000_000;

    @Test
    void a_burst_may_have_one_minutes_amount_and_then_the_rate_limit_holds() {
        RateLimits limits = limits("limits.userCommandsPerMinute", "60");
        for (int i = 0; i < 60; i++) assertThat(limits.command("ada", false)).isZero();

        assertThat(limits.command("ada", false)).isEqualTo(1_000);
        assertThat(limits.command("bob", false)).as("another user").isZero();
        assertThat(reached).containsExactly("user_commands");

        nowMs += 999;
        assertThat(limits.command("ada", false)).isEqualTo(1);
        nowMs += 1;
        assertThat(limits.command("ada", false)).isZero();
        assertThat(limits.command("ada", false)).isEqualTo(1_000);

        nowMs += 3_600_000;
        for (int i = 0; i < 60; i++) assertThat(limits.command("ada", false)).isZero();
        assertThat(limits.command("ada", false)).as("it does not gather more").isPositive();
    }

    @Test
    void new_sessions_have_a_limit_of_their_own() {
        RateLimits limits = limits("limits.userCreatesPerMinute", "1");

        assertThat(limits.command("ada", true)).isZero();
        assertThat(limits.command("ada", true)).isEqualTo(60_000);
        assertThat(limits.command("ada", false)).isZero();
    }

    @Test
    void an_address_with_too_many_failures_is_refused_until_time_has_passed() {
        RateLimits limits = limits("limits.addressFailuresPerMinute", "2");
        limits.failed("192.0.2.1");
        assertThat(limits.attempt("192.0.2.1")).isZero();
        limits.failed("192.0.2.1");

        assertThat(limits.attempt("192.0.2.1")).isEqualTo(30_000);
        assertThat(limits.attempt("192.0.2.1")).as("asking costs nothing").isEqualTo(30_000);
        assertThat(limits.attempt("192.0.2.2")).isZero();
        nowMs += 30_000;
        assertThat(limits.attempt("192.0.2.1")).isZero();
    }

    @Test
    void the_addresses_of_one_site_share_a_limit() {
        RateLimits limits = limits("limits.addressRequestsPerMinute", "1");

        assertThat(limits.request("2001:db8:1:2::1")).isZero();
        assertThat(limits.request("2001:db8:1:2:ffff::2")).isPositive();
        assertThat(limits.request("2001:db8:1:3::1")).isZero();
    }

    @Test
    void exempt_addresses_have_no_limits_and_zero_is_none() {
        RateLimits limits = limits("limits.addressRequestsPerMinute", "1", "limits.userCommandsPerMinute", "0");

        for (int i = 0; i < 100; i++) {
            assertThat(limits.request("127.0.0.1")).isZero();
            assertThat(limits.request("0:0:0:0:0:0:0:1")).isZero();
            assertThat(limits.command("ada", false)).isZero();
        }
    }

    @Test
    void connections_are_counted_by_user_and_address_and_forgotten_when_they_end() {
        RateLimits limits = limits("limits.userConnectionsMax", "2", "limits.addressConnectionsMax", "1");
        assertThat(limits.userCame("ada")).isTrue();
        assertThat(limits.userCame("ada")).isTrue();
        assertThat(limits.userCame("ada")).isFalse();
        assertThat(limits.userCame("bob")).isTrue();
        limits.userLeft("ada");
        assertThat(limits.userCame("ada")).isTrue();

        assertThat(limits.addressCame("192.0.2.1")).isTrue();
        assertThat(limits.addressCame("192.0.2.1")).isFalse();
        limits.addressLeft("192.0.2.1");
        assertThat(limits.addressCame("192.0.2.1")).isTrue();
        assertThat(reached).containsExactly("user_connections", "address_connections");
    }

    @Test
    void counters_without_use_take_no_memory() {
        OpenCounts counts = new OpenCounts();
        for (int i = 0; i < 1_000; i++) {
            assertThat(counts.came("user" + i, 1)).isTrue();
            assertThat(counts.came("user" + i, 1)).isFalse();
            counts.left("user" + i);
        }
        assertThat(counts.names()).isZero();
    }

    @Test
    void a_socket_has_a_limit_of_frames() {
        RateLimits.Frames frames = limits("limits.socketFramesPerMinute", "2").frames();

        assertThat(frames.take()).isTrue();
        assertThat(frames.take()).isTrue();
        assertThat(frames.take()).isFalse();
        nowMs += 30_000;
        assertThat(frames.take()).isTrue();
    }

    @Test
    void the_next_decision_follows_other_settings() {
        Current.Holder<LimitSettings> settings = new Current.Holder<>(settings(
                "limits.userCommandsPerMinute", "1",
                "limits.socketFramesPerMinute", "1",
                "limits.userConnectionsMax", "1"));
        RateLimits limits = new RateLimits(settings, () -> nowMs, reached::add);
        RateLimits.Frames frames = limits.frames();
        assertThat(limits.command("ada", false)).isZero();
        assertThat(limits.command("ada", false)).isPositive();
        assertThat(frames.take()).isTrue();
        assertThat(frames.take()).isFalse();
        assertThat(limits.userCame("ada")).isTrue();
        assertThat(limits.userCame("ada")).isFalse();

        settings.replace(settings(
                "limits.userCommandsPerMinute", "2",
                "limits.socketFramesPerMinute", "0",
                "limits.userConnectionsMax", "2"));

        assertThat(limits.command("ada", false)).isZero();
        assertThat(limits.command("ada", false)).isZero();
        assertThat(limits.command("ada", false)).isPositive();
        assertThat(frames.take()).isTrue();
        assertThat(limits.userCame("ada")).isTrue();
        assertThat(limits.userCame("ada")).as("those of before count").isFalse();
    }

    @Test
    void an_address_that_becomes_exempt_while_connected_is_counted_down_correctly() {
        Current.Holder<LimitSettings> settings =
                new Current.Holder<>(settings("limits.addressConnectionsMax", "1", "limits.exempt", "192.0.2.0/24"));
        RateLimits limits = new RateLimits(settings, () -> nowMs, reached::add);
        assertThat(limits.addressCame("192.0.2.1")).isTrue();
        assertThat(limits.addressCame("192.0.2.1")).isTrue();

        settings.replace(settings("limits.addressConnectionsMax", "1", "limits.exempt", ""));

        limits.addressLeft("192.0.2.1");
        assertThat(limits.addressCame("192.0.2.1")).isFalse();
        limits.addressLeft("192.0.2.1");
        assertThat(limits.addressCame("192.0.2.1")).isTrue();
    }

    private RateLimits limits(String... overrides) {
        return new RateLimits(Current.always(settings(overrides)), () -> nowMs, reached::add);
    }

    private static LimitSettings settings(String... overrides) {
        Map<String, String> byPath = new java.util.HashMap<>();
        for (int i = 0; i < overrides.length; i += 2) byPath.put(overrides[i], overrides[i + 1]);
        return Settings.with(byPath).limits();
    }
}
