package io.reprise.agent.middleware.call;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.agent.middleware.Middleware;
import io.reprise.agent.middleware.MiddlewareSetup;
import io.reprise.agent.middleware.MiddlewareType;
import io.reprise.agent.middleware.ToolNames;
import io.reprise.agent.progress.RunProgress;
import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import io.reprise.config.read.TextForm;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.support.ObjectText;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a person before calls of certain tools with certain arguments. */
public final class ApprovalRule implements MiddlewareType<ApprovalRule.Settings> {
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * @param tools whose calls need an approval
     * @param when all of these must hold; none for every call
     */
    public record Settings(ToolNames tools, List<Condition> when) implements MiddlewareSettings {
        public Settings {
            when = List.copyOf(when);
        }
    }

    /**
     * Something about the arguments of a call.
     *
     * @param pointer JSON Pointer (RFC 6901) to a value; one that does not exist fits no operator but {@code !=}
     * @param operator one of {@code = != > >= < <= contains exists}
     * @param value text or number; empty for {@code exists}
     */
    public record Condition(JsonPointer pointer, String operator, String value) {
        static final String EXPECTED =
                "a JSON Pointer, an operator (= != > >= < <= contains exists) and a value, such as" + " /amount > 100";
        private static final Pattern FORM =
                Pattern.compile("(/\\S*)\\s+(?:(=|!=|>=?|<=?|contains)\\s+(.{1,500})|(exists))");

        private static final TextForm TEXT = TextForm.of(
                        "\\s*/\\S*\\s+(?:(?:=|!=|>=?|<=?|contains)\\s+\\S.{0,499}|exists)\\s*")
                .also(text -> parse(text).isPresent());

        static Optional<Condition> parse(String text) {
            Matcher matcher = FORM.matcher(text.strip());
            if (!matcher.matches()) return Optional.empty();
            JsonPointer pointer = JsonPointer.compile(matcher.group(1));
            return Optional.of(
                    matcher.group(4) == null
                            ? new Condition(
                                    pointer, matcher.group(2), matcher.group(3).strip())
                            : new Condition(pointer, matcher.group(4), ""));
        }

        boolean holds(JsonNode arguments) {
            JsonNode found = arguments.at(pointer);
            if (found.isMissingNode()) return operator.equals("!=");
            return switch (operator) {
                case "exists" -> true;
                case "=" -> isEqual(found);
                case "!=" -> !isEqual(found);
                case "contains" -> contains(found);
                case ">" -> compared(found).filter(order -> order > 0).isPresent();
                case ">=" -> compared(found).filter(order -> order >= 0).isPresent();
                case "<" -> compared(found).filter(order -> order < 0).isPresent();
                default -> compared(found).filter(order -> order <= 0).isPresent();
            };
        }

        private boolean isEqual(JsonNode found) {
            return compared(found)
                    .map(order -> order == 0)
                    .orElseGet(() -> text(found).equals(value));
        }

        private boolean contains(JsonNode found) {
            if (!found.isArray()) return text(found).contains(value);
            for (JsonNode each : found) if (text(each).equals(value)) return true;
            return false;
        }

        private static String text(JsonNode node) {
            return node.isValueNode() ? node.asText() : node.toString();
        }

        /** Empty unless both are numbers. */
        private Optional<Integer> compared(JsonNode found) {
            try {
                return Optional.of(new BigDecimal(text(found)).compareTo(new BigDecimal(value)));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        }
    }

    @Override
    public String name() {
        return "approval";
    }

    @Override
    public int priority() {
        return 80;
    }

    @Override
    public Settings read(Section section) {
        Settings settings = new Settings(
                ToolNames.read(section, "tools", List.of()),
                section.list("when", Condition.EXPECTED, Condition.TEXT).stream()
                        .map(text -> Condition.parse(text).orElseThrow())
                        .toList());
        if (settings.tools().patterns().isEmpty()) section.missing("tools", "names of tools");
        return settings;
    }

    @Override
    public Middleware build(Settings settings, MiddlewareSetup setup) {
        return new OfRun(settings, setup);
    }

    private record OfRun(Settings settings, MiddlewareSetup setup) implements Middleware {
        @Override
        public List<Call> afterModel(RunProgress run, List<Call> calls) {
            return calls.stream()
                    .map(call -> call.isOpen() && isAskedAbout(call.request())
                            ? new Call(call.request(), false, null)
                            : call)
                    .toList();
        }

        /** Not about a call that cannot be made anyway. */
        private boolean isAskedAbout(ToolRequest request) {
            return settings.tools().contain(request.name())
                    && setup.tools().find(request.name()).isPresent()
                    && ObjectText.of(request.arguments()) instanceof ObjectText.Whole(String json)
                    && fits(json);
        }

        private boolean fits(String json) {
            try {
                JsonNode arguments = JSON.readTree(json);
                return settings.when().stream().allMatch(condition -> condition.holds(arguments));
            } catch (JsonProcessingException e) {
                return true;
            }
        }
    }
}
