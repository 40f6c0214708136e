package io.reprise.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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

    /** Flyway refuses to apply a migration whose number is below that of the newest one in the database. */
    @Test
    void an_unreleased_migration_number_stays_unused() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/resources/db/migration"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .allMatch(name -> name.matches("V[1-9]\\d*__[a-z_]+\\.sql"))
                    .noneMatch(name -> name.startsWith("V13__"));
        }
    }

    @Test
    void postgresql_14_is_accepted() {
        assertThatCode(() -> Migrations.refuseOld(140_000, uri)).doesNotThrowAnyException();
    }
}
