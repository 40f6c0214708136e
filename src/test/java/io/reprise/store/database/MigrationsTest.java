package io.reprise.store.database;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MigrationsTest {
    private final DatabaseUri uri = DatabaseUri.parse("postgresql://u:secret@h/db");

    @Test
    void postgresql_13_is_refused_with_a_way_out() {
        assertThatThrownBy(() -> Migrations.refuseOld(130_021, uri))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining("is PostgreSQL 13, Reprise needs 14 or newer")
                .hasMessageNotContaining("secret");
    }

    @Test
    void postgresql_14_is_accepted() {
        assertThatCode(() -> Migrations.refuseOld(140_000, uri)).doesNotThrowAnyException();
    }
}
