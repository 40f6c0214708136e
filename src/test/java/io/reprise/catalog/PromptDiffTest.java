package io.reprise.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.catalog.PromptDiff.Change;
import io.reprise.catalog.PromptDiff.Line;
import io.reprise.testing.Seed;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What differs between two texts. */
class PromptDiffTest {
    @ParameterizedTest
    @CsvSource({
        "abc,    abc,    =a=b=c",
        "abc,    abxc,   =a=b+x=c",
        "abc,    ac,     =a-b=c",
        "abc,    axc,    =a-b+x=c",
        "abcd,   bcde,   -a=b=c=d+e",
        "a,      b,      -a+b",
        "aaa,    aa,     =a=a-a",
        "abcabba, cbabac, -a-b=c-a=b+a=b=a+c",
    })
    void lines_are_the_same_or_removed_or_added(String before, String after, String expected) {
        assertThat(words(PromptDiff.of(lines(before), lines(after)))).isEqualTo(expected);
    }

    @Test
    void both_texts_are_contained_in_the_result() {
        Random random = Seed.random("PromptDiffTest");
        for (int i = 0; i < 500; i++) {
            String before = randomText(random);
            String after = randomText(random);

            List<Line> lines = PromptDiff.of(before, after);

            assertThat(without(Change.ADDED, lines)).isEqualTo(before);
            assertThat(without(Change.REMOVED, lines)).isEqualTo(after);
        }
    }

    @Test
    void long_texts_without_anything_in_common_cost_little() {
        String before = many("a");
        String after = many("b");

        List<Line> lines = PromptDiff.of("same\n" + before + "\nend", "same\n" + after + "\nend");

        assertThat(lines).hasSize(2 + 2 * 30_000);
        assertThat(lines.getFirst()).isEqualTo(new Line(Change.SAME, "same"));
        assertThat(lines.getLast()).isEqualTo(new Line(Change.SAME, "end"));
    }

    private static String many(String word) {
        return IntStream.range(0, 30_000).mapToObj(i -> word + i).collect(Collectors.joining("\n"));
    }

    private static String randomText(Random random) {
        return random.ints(random.nextInt(9), 0, 4).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
    }

    private static String lines(String letters) {
        return String.join("\n", letters.split(""));
    }

    private static String words(List<Line> lines) {
        return lines.stream()
                .map(line -> switch (line.change()) {
                            case SAME -> "=";
                            case REMOVED -> "-";
                            case ADDED -> "+";
                        }
                        + line.text())
                .collect(Collectors.joining());
    }

    private static String without(Change change, List<Line> lines) {
        return lines.stream()
                .filter(line -> line.change() != change)
                .map(Line::text)
                .collect(Collectors.joining("\n"));
    }
}
