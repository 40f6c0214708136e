package io.reprise.model.provider.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.model.ModelFailure;
import io.reprise.model.RecordingSink;
import io.reprise.model.provider.RandomCalls;
import io.reprise.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of {@link CallAssembler}, row by row, and combinations that services send. */
class CallAssemblerTest {
    private static final String ONE = "{\"n\":1}";
    private static final String TWO = "{\"n\":2}";
    private static final List<String> FAILS = null;

    private final RecordingSink sink = new RecordingSink();
    private final CallAssembler assembler = new CallAssembler(sink);

    static Stream<Arguments> rows() {
        return Stream.of(
                // Pointing
                row(
                        "an id that a call has, among calls that share a number",
                        calls("time " + ONE, "sleep " + TWO),
                        part("0", "a", "time", ""),
                        part("0", "b", "sleep", ""),
                        part("0", "a", "", ONE),
                        part("0", "b", "", TWO)),
                row(
                        "an id that a call has, but another number",
                        calls("time " + ONE, "time " + TWO),
                        part("0", "x", "time", ONE),
                        part("1", "x", "time", TWO)),
                row("no number", calls("time " + ONE), part("0", "a", "time", ""), part("", "", "", ONE)),
                row(
                        "a number that a call has",
                        calls("time " + ONE, "sleep " + TWO),
                        part("7", "a", "time", ""),
                        part("3", "b", "sleep", ""),
                        part("7", "", "", ONE),
                        part("3", "", "", TWO)),
                row(
                        "a new number and a name",
                        calls("time " + ONE, "time " + ONE),
                        part("1", "", "time", ONE),
                        part("2", "", "time", ONE)),
                row(
                        "a new number, no name, the id of a call",
                        calls("time " + ONE),
                        part("0", "a", "time", ""),
                        part("1", "a", "", ONE)),
                row(
                        "a new number, no name, a call without a number",
                        calls("time " + ONE),
                        part("", "a", "time", ""),
                        part("1", "", "", ONE)),
                row("a new number and nothing else", FAILS, part("0", "a", "time", ONE), part("1", "", "", TWO)),
                // Meaning
                row("the first part", calls("time " + ONE), part("", "", "time", ONE)),
                row(
                        "no name, no number, another id, whole",
                        calls("time " + ONE, "sleep " + TWO),
                        part("", "a", "time", ONE),
                        part("", "b", "", TWO),
                        part("", "", "sleep", "")),
                row(
                        "no name, no number, another id, not whole",
                        calls("time " + ONE),
                        part("", "a", "time", ""),
                        part("", "b", "", "{\"n\""),
                        part("", "c", "", ":1}")),
                row(
                        "no name, under whatever id",
                        calls("time " + ONE),
                        part("0", "a", "time", ""),
                        part("0", "b", "", "{\"n\""),
                        part("0", "c", "", ":1}")),
                row(
                        "a name, another id, no number, a call without a name",
                        FAILS,
                        part("", "a", "", ONE),
                        part("", "b", "time", ONE)),
                row("a name behind the id", calls("time " + ONE), part("0", "a", "", ""), part("0", "", "time", ONE)),
                row(
                        "a name behind whole arguments",
                        calls("time " + ONE),
                        part("", "a", "", ONE),
                        part("", "", "time", "")),
                row(
                        "the same name, another id, the call's number, not whole",
                        calls("time " + ONE),
                        part("0", "a", "time", ""),
                        part("0", "b", "time", "{\"n\""),
                        part("0", "c", "time", ":1}")),
                row(
                        "a name and another id under one number",
                        calls("time " + ONE, "time " + ONE),
                        part("0", "a", "time", ONE),
                        part("0", "b", "time", ONE)),
                row(
                        "the same name in each part",
                        calls("time " + ONE),
                        part("0", "a", "time", ""),
                        part("0", "a", "time", "{\"n\""),
                        part("0", "a", "time", ":1}")),
                row(
                        "another name, the call's id, whole",
                        FAILS,
                        part("0", "a", "time", ONE),
                        part("0", "a", "sleep", "")),
                row(
                        "another name, whole",
                        calls("time " + ONE, "sleep " + TWO),
                        part("0", "", "time", ONE),
                        part("0", "", "sleep", TWO)),
                row("another name, tied, open", FAILS, part("0", "a", "time", "{\"n\""), part("0", "", "sleep", ":1}")),
                row(
                        "a name in pieces",
                        calls("schedule_recall " + ONE),
                        part("0", "a", "sched", ""),
                        part("0", "", "ule_", ""),
                        part("0", "", "recall", ""),
                        part("0", "", "", ONE)),
                row(
                        "a name from its beginning each time",
                        calls("schedule_recall " + ONE),
                        part("0", "a", "sched", ""),
                        part("0", "a", "schedule_recall", ONE)),
                row(
                        "another name without number and id",
                        calls("time {}", "sleep " + ONE),
                        part("", "", "time", ""),
                        part("", "", "sleep", ONE)),
                // Told again
                row(
                        "again without arguments",
                        calls("time " + ONE),
                        part("0", "a", "time", ""),
                        part("0", "", "", ONE),
                        part("0", "", "time", "")),
                row(
                        "again with the same arguments, in pieces",
                        calls("time " + ONE + " ", "sleep " + TWO),
                        part("0", "a", "time", ONE + " "),
                        part("0", "a", "time", ""),
                        part("0", "", "", "{\"n"),
                        part("0", "", "time", "\":1"),
                        part("0", "", "", "}\n"),
                        part("1", "b", "sleep", TWO)),
                row(
                        "again behind the next call",
                        calls("time " + ONE, "sleep " + TWO),
                        part("0", "a", "time", ONE),
                        part("1", "b", "sleep", TWO),
                        part("0", "", "time", ONE)),
                row(
                        "again and again",
                        calls("time " + ONE),
                        part("0", "a", "time", ONE),
                        part("0", "a", "time", ONE),
                        part("0", "a", "time", ONE)),
                row(
                        "again with other arguments, with its id",
                        FAILS,
                        part("0", "a", "time", ONE),
                        part("0", "a", "time", TWO)),
                row(
                        "again with other arguments, with its number though calls have ids",
                        FAILS,
                        part("0", "a", "time", ONE),
                        part("0", "", "time", TWO)),
                row(
                        "again with other arguments, of a service without ids",
                        calls("time " + ONE, "time " + TWO),
                        part("0", "", "time", ONE),
                        part("0", "", "time", "{\"n\":"),
                        part("0", "", "", "2}")),
                row("again and broken off", FAILS, part("0", "a", "time", ONE), part("0", "a", "time", "{\"n")),
                // Names
                row("arguments without a name", FAILS, part("0", "a", "", ONE)),
                row("nothing at all", calls("time " + ONE), part("0", "a", "time", ONE), part("1", "", "", "")),
                // Arguments
                row("no arguments", calls("time {}"), part("0", "a", "time", "")),
                row(
                        "more behind whole arguments",
                        calls("time " + ONE + ONE),
                        part("0", "a", "time", ONE),
                        part("0", "", "", ONE)),
                row(
                        "more behind a call that is over",
                        FAILS,
                        part("0", "a", "time", ONE),
                        part("1", "b", "sleep", ONE),
                        part("0", "", "", ONE)),
                row("no object", calls("time [1]"), part("0", "a", "time", "[1]")),
                row(
                        "braces in texts",
                        calls("time {\"a\":\"}\\\"}\"}", "sleep " + ONE),
                        part("0", "a", "time", "{\"a\":\"}\\"),
                        part("1", "b", "sleep", ONE),
                        part("0", "", "", "\"}\"}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void each_row_of_the_decision_tables_is_correct(String row, List<String> expected, List<CallPart> parts) {
        if (expected == null) {
            assertThatThrownBy(() -> assemble(parts))
                    .isInstanceOfSatisfying(
                            ModelFailure.class, e -> assertThat(e.code()).isEqualTo("model_error"));
        } else {
            assemble(parts);
            assertThat(told(sink)).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void the_parts_of_a_call_are_passed_on_as_they_come() {
        assembler.add(part("0", "a", "time", ""));
        assertThat(sink.tools).as("its name may not be complete").isEmpty();
        assembler.add(part("0", "", "", "{\"n\""));
        assertThat(told(sink)).containsExactly("time {\"n\"");
        assembler.add(part("0", "", "", ":1}"));
        assertThat(told(sink)).containsExactly("time " + ONE);
        assertThat(sink.ended).isEmpty();

        assembler.add(part("1", "b", "sleep", "{"));

        assertThat(told(sink)).containsExactly("time " + ONE, "sleep {");
        assertThat(sink.ended).containsExactly(0);
    }

    @Test
    void interleaved_calls_are_told_one_after_the_other() {
        assembler.add(part("0", "a", "time", "{"));
        assembler.add(part("1", "b", "sleep", "{"));
        assertThat(told(sink)).containsExactly("time {");

        assembler.add(part("0", "", "", "}"));

        assertThat(told(sink)).containsExactly("time {}", "sleep {");
        assertThat(sink.ended).containsExactly(0);
    }

    @Test
    void calls_above_the_limits_are_a_failure() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1_000; i++) assembler.add(part("" + i, "", "", "{"));
                })
                .isInstanceOf(ModelFailure.class)
                .hasMessageContaining("too many tools");
    }

    /**
     * Symptom: a call of some hundred KiB used a core for minutes: it was parsed again at each piece that ends with a
     * brace.
     */
    @Test
    @Timeout(60)
    void the_cost_of_a_call_is_linear_in_its_length() {
        assembler.add(part("0", "a", "time", "{\"list\":["));
        for (int i = 0; i < 300_000; i++) assembler.add(part("0", "a", "time", (i > 0 ? "," : "") + "{}"));
        assembler.add(part("0", "a", "time", "]}"));
        assembler.end();

        assertThat(sink.arguments(0)).hasSize(900_010);
    }

    /** Every unambiguous way to stream calls results in these calls. */
    @Test
    void calls_are_assembled_however_a_service_splits_and_repeats_them() {
        Random random = Seed.random("CallAssemblerTest, splits");
        for (int round = 0; round < 10_000; round++) {
            RandomCalls service = new RandomCalls(random);
            RecordingSink said = new RecordingSink();
            CallAssembler calls = new CallAssembler(said);

            try {
                service.parts().forEach(calls::add);
                calls.end();
            } catch (ModelFailure e) {
                throw new AssertionError(service + ": " + service.parts(), e);
            }

            assertThat(told(said))
                    .as(() -> service + ": " + service.parts())
                    .containsExactlyElementsOf(service.calls());
        }
    }

    /** Any other input results in calls that are reported in order, or in a failure with a code. */
    @Test
    void any_sequence_of_parts_gives_ordered_calls_or_a_failure() {
        Random random = Seed.random("CallAssemblerTest, any");
        String[] numbers = {"", "0", "1"};
        String[] ids = {"", "a", "b"};
        String[] names = {"", "time", "ti", "sleep"};
        String[] texts = {"", " ", "{", "}", "{}", "\"", "\\", "{\"n\":", "1}", ONE, TWO, "null", "]"};
        for (int round = 0; round < 20_000; round++) {
            OrderedSink said = new OrderedSink();
            CallAssembler calls = new CallAssembler(said);
            List<CallPart> parts = IntStream.range(0, 1 + random.nextInt(8))
                    .mapToObj(i -> part(any(random, numbers), any(random, ids), any(random, names), any(random, texts)))
                    .toList();
            try {
                parts.forEach(calls::add);
                calls.end();
                assertThat(said.ended).as(parts::toString).hasSize(said.tools.size());
            } catch (ModelFailure e) {
                assertThat(e.code()).isEqualTo("model_error");
            }
        }
    }

    private static final class OrderedSink extends RecordingSink {
        @Override
        public void toolCallStart(int index, String name) {
            assertThat(index).isEqualTo(tools.size()).isEqualTo(ended.size());
            assertThat(name).isNotEmpty();
            super.toolCallStart(index, name);
        }

        @Override
        public void toolCallArguments(int index, String delta) {
            assertThat(index).isEqualTo(tools.size() - 1).isEqualTo(ended.size());
            super.toolCallArguments(index, delta);
        }
    }

    private static String any(Random random, String[] of) {
        return of[random.nextInt(of.length)];
    }

    private void assemble(List<CallPart> parts) {
        parts.forEach(assembler::add);
        assembler.end();
        assertThat(sink.ended).hasSize(sink.tools.size());
    }

    private static List<String> told(RecordingSink sink) {
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < sink.tools.size(); i++) calls.add(sink.tools.get(i) + " " + sink.arguments(i));
        return calls;
    }

    private static Arguments row(String name, List<String> expected, CallPart... parts) {
        return Arguments.of(name, expected, List.of(parts));
    }

    private static List<String> calls(String... calls) {
        return List.of(calls);
    }

    private static CallPart part(String number, String id, String name, String arguments) {
        return new CallPart(number, id, name, arguments);
    }
}
