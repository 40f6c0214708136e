package io.reprise.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUriTest {
    @Test
    void every_part_is_read_and_percent_decoded() {
        DatabaseUri uri = DatabaseUri.parse("postgresql://us%40er:p%2Fa%3As%25s+w%20d@db.example:6543/chat%20s");

        assertThat(uri.user()).isEqualTo("us@er");
        assertThat(uri.password()).isEqualTo("p/a:s%s+w d");
        assertThat(uri.host()).isEqualTo("db.example");
        assertThat(uri.port()).isEqualTo(6543);
        assertThat(uri.database()).isEqualTo("chat s");
    }

    @Test
    void the_port_is_5432_unless_given() {
        assertThat(DatabaseUri.parse("postgres://u:p@h/db").port()).isEqualTo(5432);
    }

    @Test
    void the_jdbc_url_has_no_login_and_the_drivers_parameter_names() {
        DatabaseUri uri = DatabaseUri.parse("postgresql://u:secret@h:1/db?sslmode=require&application_name=x%20y");

        assertThat(uri.jdbcUrl()).isEqualTo("jdbc:postgresql://h:1/db?sslmode=require&ApplicationName=x%20y");
    }

    @Test
    void an_ipv6_host_keeps_its_brackets() {
        assertThat(DatabaseUri.parse("postgresql://u:p@[::1]:5432/db").jdbcUrl())
                .isEqualTo("jdbc:postgresql://[::1]:5432/db");
    }

    @Test
    void the_driver_reads_the_same_parts() {
        var source = DatabaseUri.parse("postgresql://u%3A1:p%40ss@[::1]:1234/chat%20s?sslmode=disable")
                .dataSource();

        assertThat(source.getServerNames()).containsExactly("[::1]");
        assertThat(source.getPortNumbers()).containsExactly(1234);
        assertThat(source.getDatabaseName()).isEqualTo("chat s");
        assertThat(source.getUser()).isEqualTo("u:1");
        assertThat(source.getPassword()).isEqualTo("p@ss");
    }

    @Test
    void another_database_keeps_everything_else() {
        DatabaseUri other =
                DatabaseUri.parse("postgresql://u:p%2F@h:1/db?sslmode=require").withDatabase("other");

        assertThat(other.reveal()).isEqualTo("postgresql://u:p%2F@h:1/other?sslmode=require");
    }

    @Test
    void its_text_form_hides_the_password() {
        DatabaseUri uri = DatabaseUri.parse("postgresql://u:secret@h/db?password=secret");

        assertThat(uri).hasToString("postgresql://u:***@h:5432/db");
        assertThat(uri.reveal()).contains("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "h:5432/db",
                "mysql://u:secret@h/db",
                "jdbc:postgresql://h/db",
                "postgresql://u:secret@h",
                "postgresql://u:secret@h:0/db",
                "postgresql://u:secret@h:99999/db",
                "postgresql://u:sec%ret@h/db",
                "postgresql://u:secret@/db"
            })
    void a_malformed_one_is_refused_without_repeating_it(String text) {
        assertThatThrownBy(() -> DatabaseUri.parse(text))
                .isInstanceOf(StoreStartException.class)
                .hasMessageStartingWith("database.url must look like postgresql://")
                .hasMessageNotContaining("secret");
    }
}
