package io.reprise.agent.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.model.ModelUsage;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class UsageMeterTest {
    private final UsageMeter meter = new UsageMeter();

    @Test
    void tokens_are_added_up_by_their_kind_for_each_model() {
        meter.add("test", "large", new ModelUsage(100, 30, 20, 50, 40), false, new BigDecimal("0.5"));
        meter.add("test", "small", ModelUsage.of(7, 1), true, null);
        meter.add("test", "large", new ModelUsage(1, 2, 3, 4, 5), false, new BigDecimal("0.25"));

        assertThat(meter.total())
                .containsExactly(
                        new TokenUsage("test", "large", 101, 54, 155, 32, 23, 45, null, new BigDecimal("0.75")),
                        new TokenUsage("test", "small", 7, 1, 8, null, null, null, true, null));
        assertThat(meter.tokens()).isEqualTo(163);
        assertThat(meter.cost()).isEqualByComparingTo("0.75");
    }

    @Test
    void what_a_provider_does_not_tell_of_a_call_takes_nothing_away() {
        meter.add("test", "large", new ModelUsage(100, 30, 20, 50, 40), false, BigDecimal.ONE);
        meter.add("test", "large", new ModelUsage(null, null, null, 2, null), true, null);

        assertThat(meter.total())
                .containsExactly(new TokenUsage("test", "large", 100, 52, 152, 30, 20, 40, true, null));
    }
}
