package io.reprise.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.catalog.provider.Prices;
import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelPricesTest {
    @Test
    void tokens_of_the_cache_have_prices_of_their_own() {
        ModelPrices prices = prices("3", "0.3", "3.75", "15");

        Optional<BigDecimal> cost = prices.of(new ModelUsage(1_000, 600, 100, 200, 50));

        // 300 at 3, 600 at 0.3, 100 at 3.75 and 200 at 15 for a million
        assertThat(cost).hasValueSatisfying(sum -> assertThat(sum).isEqualByComparingTo("0.004455"));
    }

    @Test
    void without_prices_of_the_cache_its_tokens_cost_what_others_cost() {
        assertThat(prices("2", null, null, "10").of(new ModelUsage(1_000, 600, null, 0, null)))
                .hasValueSatisfying(sum -> assertThat(sum).isEqualByComparingTo("0.002"));
    }

    @Test
    void a_cost_is_unknown_if_a_price_is() {
        assertThat(prices("2", null, null, null).of(ModelUsage.of(1, 1))).isEmpty();
        assertThat(ModelPrices.UNKNOWN.of(ModelUsage.of(1, 1))).isEmpty();
    }

    private static ModelPrices prices(String input, String cached, String write, String output) {
        return new ModelPrices(new Prices(price(input), price(cached), price(write), price(output)));
    }

    private static Optional<BigDecimal> price(String text) {
        return Optional.ofNullable(text).map(BigDecimal::new);
    }
}
