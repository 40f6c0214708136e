package io.reprise.store.database;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.reprise.config.Settings;
import io.reprise.support.Current;
import io.reprise.telemetry.Metrics;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SlowStatementsTest {
    private final Current.Holder<Settings> settings =
            new Current.Holder<>(Settings.with(Map.of("watch.slowStatementMs", "100")));
    private final SlowStatements slow = new SlowStatements(settings.map(Settings::watch), () -> 5, Metrics.unseen());
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(SlowStatements.class);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
    }

    @Test
    void a_statement_has_the_name_of_the_method_that_executed_it_first() {
        Runnable inLambda = () -> assertThat(slow.name("SELECT 2"))
                .isEqualTo("SlowStatementsTest." + "a_statement_has_the_name_of_the_method_that_executed_it_first");
        inLambda.run();
        assertThat(first()).isEqualTo("SlowStatementsTest.first");
        assertThat(slow.name("SELECT 1")).isEqualTo("SlowStatementsTest.first");
    }

    private String first() {
        return slow.name("SELECT 1");
    }

    @Test
    void only_a_statement_at_the_limit_is_named_in_a_warning() {
        slow.took("A.b", 99);
        assertThat(lines.list).isEmpty();

        slow.took("A.b", 100);

        assertThat(lines.list).hasSize(1);
        assertThat(lines.list.getFirst().getKeyValuePairs().toString())
                .contains("statement=\"A.b\"")
                .contains("ms=\"100\"");
    }

    @Test
    void the_limit_follows_the_settings_and_none_warns_of_nothing() {
        settings.replace(Settings.with(Map.of("watch.slowStatementMs", "0")));

        slow.took("A.b", 60_000);

        assertThat(lines.list).isEmpty();
    }
}
