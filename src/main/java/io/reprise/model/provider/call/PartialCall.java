package io.reprise.model.provider.call;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.model.ModelFailure;
import io.reprise.model.provider.json.JsonText;
import io.reprise.model.provider.json.Members;
import io.reprise.model.provider.json.ObjectEnd;
import java.util.HashSet;
import java.util.Set;

/** One call of a tool as far as it has come; see {@link CallAssembler}. */
final class PartialCall {
    private static final int IDS_MAX = 10_000;

    private final Set<String> ids = new HashSet<>();
    private final StringBuilder arguments = new StringBuilder();
    private final ObjectNode extra = JsonText.empty();
    private final ObjectEnd end = new ObjectEnd();
    private String number = "";
    private String name = "";
    private int index = -1;
    private int taken;
    private boolean over;

    /** How much of the arguments has come again; -1 while the call is not told again. */
    private int again = -1;

    private boolean mustBeAlike;

    /** @throws ModelFailure when the call has been told to its end before */
    void add(CallPart part) {
        if (part.hasId() && ids.size() < IDS_MAX) ids.add(part.id());
        if (number.isEmpty()) number = part.number();
        if (part.extra() != null) Members.join(extra, part.extra());
        if (end.isBlank() || name.isEmpty()) addName(part.name());
        if (over && !part.arguments().isBlank()) throw CallAssembler.contradiction();
        if (over) return;
        arguments.append(part.arguments());
        end.read(part.arguments());
    }

    /** A name may come in pieces, or from its beginning each time. */
    private void addName(String more) {
        name = more.startsWith(name) ? more : name + more;
    }

    /** What its parts had that is not known here; may be empty. */
    ObjectNode extra() {
        return extra;
    }

    String name() {
        return name;
    }

    boolean hasIds() {
        return !ids.isEmpty();
    }

    boolean hasId(String id) {
        return ids.contains(id);
    }

    boolean hasNumber(String which) {
        return number.equals(which);
    }

    boolean mayHaveNumber(String which) {
        return which.isEmpty() || number.isEmpty() || number.equals(which);
    }

    /** Its arguments have begun and are not whole. */
    boolean isOpen() {
        return !end.isBlank() && !end.isWhole();
    }

    boolean isWhole() {
        return end.isWhole();
    }

    // --- told again

    /** @param alike whether its arguments must be the same */
    void beginAgain(boolean alike) {
        if (again > 0 && again < end.position()) return; // In the middle of it the name comes once more.
        again = 0;
        mustBeAlike = alike;
    }

    boolean isToldAgain() {
        return again >= 0;
    }

    boolean mustBeAlike() {
        return mustBeAlike;
    }

    /** Whether the piece goes on as the arguments do; then it is passed over. */
    boolean isAlike(String piece) {
        int next = again;
        for (int i = 0; i < piece.length(); i++) {
            char c = piece.charAt(i);
            boolean outside = next == 0 || next == end.position();
            if (outside && Character.isWhitespace(c)) continue;
            if (next == 0) next = end.beginning();
            if (next == end.position() || arguments.charAt(next) != c) return false;
            next++;
        }
        again = next;
        return true;
    }

    /** It was another call: what of it has been passed over. */
    String notAgain() {
        String passedOver = again == 0 ? "" : arguments.substring(end.beginning(), again);
        again = -1;
        return passedOver;
    }

    // --- passing on

    /** Of the sink; -1 while it is not told. */
    int index() {
        return index;
    }

    /** Gives it its index. */
    int number(int which) {
        index = which;
        return index;
    }

    /** Its name is complete. */
    boolean isBegun() {
        return !name.isEmpty() && !end.isBlank();
    }

    /** No call at all: some services end with such a part. */
    boolean isNothing() {
        return name.isEmpty() && end.isBlank();
    }

    /** @throws ModelFailure when it is not */
    void checkComplete() {
        if (name.isEmpty()) throw ModelFailure.modelError("The model provider sent a tool call without a name.");
        if (again > 0 && again < end.position()) throw CallAssembler.contradiction();
    }

    /** The arguments that were not taken before; {@code all}: none may come behind, and there must be some. */
    String take(boolean all) {
        over = all;
        if (all && end.isBlank()) return "{}";
        String more = arguments.substring(taken);
        taken = arguments.length();
        return more;
    }
}
