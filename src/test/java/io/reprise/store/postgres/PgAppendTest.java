package io.reprise.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.session.store.Append;
import io.reprise.session.store.Change;
import io.reprise.session.store.Change.Cleared;
import io.reprise.store.postgres.PgAppend.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PgAppendTest {
    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

    private final PgAppend appends = new PgAppend();

    @Test
    void every_kind_of_change_has_one_writer_and_a_clear_follows_the_statement() {
        assertThat(PgAppend.WRITERS).extracting(PgChange::kind).doesNotHaveDuplicates();
        Set<Class<?>> written = new HashSet<>();
        PgAppend.WRITERS.forEach(writer -> written.add(writer.kind()));
        written.add(Cleared.class);
        assertThat(written).containsExactlyInAnyOrder(Change.class.getPermittedSubclasses());
    }

    @Test
    void the_example_has_every_kind_of_change() {
        Set<Class<?>> kinds = new HashSet<>();
        AppendInTheMaking.everyKind().forEach(change -> kinds.add(change.getClass()));
        assertThat(kinds).containsExactlyInAnyOrder(Change.class.getPermittedSubclasses());
    }

    @Test
    void every_combination_of_changes_has_a_value_for_each_parameter_of_its_statement() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            AppendInTheMaking append = new AppendInTheMaking("s_1", 1, 0, 1);
            if (random.nextBoolean()) append.rows(StoreFixture.segment(1, "r_1", "a"));
            List<Change> some = new ArrayList<>(AppendInTheMaking.everyKind());
            some.removeIf(change -> random.nextBoolean());
            some.forEach(append::with);

            Statement statement = appends.of(append.build());

            assertThat(parameters(statement.sql()))
                    .as("seed " + seed + ": " + some)
                    .hasSize(statement.values().size())
                    .allMatch(number -> number <= statement.values().size());
        }
    }

    @Test
    void the_same_kinds_of_changes_are_the_same_statement() {
        Append append = new AppendInTheMaking("s_1", 1, 0, 0).epoch("e_1").build();
        Append other = new AppendInTheMaking("s_2", 2, 3, 4).epoch("e_2").build();

        assertThat(appends.of(other).sql()).isSameAs(appends.of(append).sql());
    }

    @Test
    void rows_alone_are_written_by_the_short_statement() {
        Append append = new AppendInTheMaking("s_1", 1, 0, 1)
                .rows(StoreFixture.segment(1, "r_1", "a"))
                .build();

        assertThat(appends.of(append).sql()).isSameAs(PgAppend.ROWS_ONLY);
    }

    private static Set<Integer> parameters(String sql) {
        Set<Integer> found = new HashSet<>();
        PARAMETER.matcher(sql).results().map(PgAppendTest::number).forEach(found::add);
        return found;
    }

    private static int number(MatchResult match) {
        return Integer.parseInt(match.group(1));
    }
}
