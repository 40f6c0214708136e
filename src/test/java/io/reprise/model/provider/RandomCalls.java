package io.reprise.model.provider;

import io.reprise.model.provider.call.CallPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Tool calls, and the parts in which a nonstandard service streams them. No two have the same name. */
public final class RandomCalls {
    private static final List<String> NAMES = List.of("time", "sleep", "schedule_recall", "list");

    private enum Number {
        OWN,
        SHARED,
        NONE
    }

    private enum Id {
        FIRST,
        EVERY,
        FRESH,
        NONE
    }

    private enum Name {
        FIRST,
        EVERY,
        SPLIT
    }

    private final Random random;
    private final Number number;
    private final Id id;
    private final Name name;
    private final boolean again;
    private final List<String> calls = new ArrayList<>();
    private final List<CallPart> parts = new ArrayList<>();
    private int fresh;

    public RandomCalls(Random random) {
        this.random = random;
        number = any(Number.values());
        id = any(Id.values());
        Name wanted = any(Name.values());
        // Pieces of a name need an index or id that connects them.
        boolean tied = number != Number.NONE && id != Id.FRESH || id == Id.EVERY;
        // A name with a new id and without an index is a new call.
        boolean always = number == Number.NONE && id == Id.FRESH;
        name = wanted == Name.SPLIT && !tied || wanted == Name.EVERY && always ? Name.FIRST : wanted;
        again = random.nextBoolean();
        List<List<CallPart>> each = new ArrayList<>();
        for (int call = 1 + random.nextInt(NAMES.size()); call > 0; call--) each.add(call(each.size()));
        // Pieces of names with one index may belong to any call.
        boolean mayInterleave =
                number == Number.OWN || id == Id.EVERY && !(number == Number.SHARED && name == Name.SPLIT);
        if (mayInterleave && random.nextBoolean()) interleave(each);
        else each.forEach(parts::addAll);
    }

    public List<String> calls() {
        return calls;
    }

    public List<CallPart> parts() {
        return parts;
    }

    @Override
    public String toString() {
        return "number " + number + ", id " + id + ", name " + name + (again ? ", again" : "");
    }

    private List<CallPart> call(int which) {
        String called = NAMES.get(which);
        String arguments = arguments();
        calls.add(called + " " + (arguments.isEmpty() ? "{}" : arguments));
        List<CallPart> told = new ArrayList<>();
        List<String> names = name == Name.SPLIT ? pieces(called) : List.of(called);
        List<String> texts = random.nextBoolean() ? List.of(arguments) : pieces(arguments);
        boolean together = names.size() == 1 && random.nextBoolean();
        for (String piece : names) told.add(part(which, told.isEmpty(), piece, together ? texts.getFirst() : ""));
        for (String text : together ? texts.subList(1, texts.size()) : texts) {
            told.add(part(which, false, name == Name.EVERY ? called : "", text));
        }
        if (again) again(which, called, arguments, told);
        return told;
    }

    /** Without an id where each part has a new one: that would be another call. */
    private void again(int which, String called, String arguments, List<CallPart> told) {
        String its = id == Id.EVERY || id == Id.FIRST && number != Number.SHARED ? "id" + which : "";
        String text = random.nextBoolean() ? "" : arguments;
        told.add(new CallPart(number(which), its, called, text));
    }

    private CallPart part(int which, boolean first, String called, String text) {
        String its = switch (id) {
            case FIRST -> first ? "id" + which : "";
            case EVERY -> "id" + which;
            case FRESH -> "fresh" + fresh++;
            case NONE -> "";
        };
        return new CallPart(number(which), its, called, text);
    }

    private String number(int which) {
        return switch (number) {
            case OWN -> Integer.toString(which + 1);
            case SHARED -> "0";
            case NONE -> "";
        };
    }

    /** Where neither indexes nor ids separate calls, one without arguments would be merged with the next. */
    private String arguments() {
        boolean mayBeNone = number == Number.OWN || id != Id.NONE || number == Number.NONE;
        return switch (random.nextInt(mayBeNone ? 4 : 3)) {
            case 0 -> "{}";
            case 1 -> "{\"a\":\"}{\\\"\",\"b\":[{},{\"c\":" + random.nextInt(100) + "}]}";
            case 2 -> "{\"n\":" + random.nextInt(1_000_000) + "}";
            default -> "";
        };
    }

    private List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(5));
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces.isEmpty() ? List.of("") : pieces;
    }

    /** Each call begins before the next, and then they continue at random. */
    private void interleave(List<List<CallPart>> each) {
        List<List<CallPart>> left = new ArrayList<>();
        each.forEach(call -> {
            left.add(new ArrayList<>(call));
            parts.add(left.getLast().removeFirst());
        });
        left.removeIf(List::isEmpty);
        while (!left.isEmpty()) {
            List<CallPart> call = left.get(random.nextInt(left.size()));
            parts.add(call.removeFirst());
            left.removeIf(List::isEmpty);
        }
    }

    private <T> T any(T[] of) {
        return of[random.nextInt(of.length)];
    }
}
