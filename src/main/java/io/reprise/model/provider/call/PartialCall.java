package io.reprise.model.provider.call;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.model.ModelFailure;
import io.reprise.model.provider.json.JsonText;
import io.reprise.model.provider.json.Members;
import io.reprise.model.provider.json.ObjectEnd;
import java.util.HashSet;
import java.util.Set;

/** A tool call of which a part has arrived; see {@link CallAssembler}. */
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

    /** How many characters of the arguments were repeated; -1 unless the call is being repeated. */
    private int again = -1;

    private boolean mustBeAlike;

    /** @throws ModelFailure if the call was already complete */
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

    /** A name may arrive in pieces, or from its beginning in each part. */
    private void addName(String more) {
        name = more.startsWith(name) ? more : name + more;
    }

    /** Unknown members of the parts; may be empty. */
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

    /** Whether the arguments have begun and are incomplete. */
    boolean isOpen() {
        return !end.isBlank() && !end.isWhole();
    }

    boolean isWhole() {
        return end.isWhole();
    }

    // --- repeated calls

    /** @param alike whether the repeated arguments must be equal */
    void beginAgain(boolean alike) {
        if (again > 0 && again < end.position()) return; // The name is repeated within the call.
        again = 0;
        mustBeAlike = alike;
    }

    boolean isToldAgain() {
        return again >= 0;
    }

    boolean mustBeAlike() {
        return mustBeAlike;
    }

    /** Whether the piece equals the next part of the arguments; if so, it is skipped. */
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

    /** The pieces that were skipped, because the part turned out to be another call. */
    String notAgain() {
        String passedOver = again == 0 ? "" : arguments.substring(end.beginning(), again);
        again = -1;
        return passedOver;
    }

    // --- passing on

    /** The index of the call in the sink; -1 before it is reported. */
    int index() {
        return index;
    }

    /** Assigns the index. */
    int number(int which) {
        index = which;
        return index;
    }

    /** Whether the name is complete. */
    boolean isBegun() {
        return !name.isEmpty() && !end.isBlank();
    }

    /** Whether this is not a call: some services end with an empty part. */
    boolean isNothing() {
        return name.isEmpty() && end.isBlank();
    }

    /** @throws ModelFailure if the call is incomplete */
    void checkComplete() {
        if (name.isEmpty()) throw ModelFailure.modelError("The model provider sent a tool call without a name.");
        if (again > 0 && again < end.position()) throw CallAssembler.contradiction();
    }

    /**
     * Returns the arguments that were not returned before.
     *
     * @param all requires that they are complete and not empty
     */
    String take(boolean all) {
        over = all;
        if (all && end.isBlank()) return "{}";
        String more = arguments.substring(taken);
        taken = arguments.length();
        return more;
    }
}
