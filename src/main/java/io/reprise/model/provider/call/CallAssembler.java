package io.reprise.model.provider.call;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Makes the calls of one answer out of their parts, and tells them one after the other. Services that resemble the
 * original repeat a call's number, id, name or arguments, split them, leave them out and change them on the way; from
 * that come the calls that are meant or a failure, and never one call twice.
 *
 * <p>Which call a part points to; the first row that fits counts:
 *
 * <table>
 * <caption>Pointing</caption>
 * <tr><th>the part has</th><th>it points to</th></tr>
 * <tr><td>an id that a call has, and not another number than that call</td><td>that call</td></tr>
 * <tr><td>no number</td><td>the latest call</td></tr>
 * <tr><td>a number that a call has</td><td>the latest call with it</td></tr>
 * <tr><td>a new number and a name</td><td>none</td></tr>
 * <tr><td>a new number and no name</td><td>the latest call that has its id or no number; else none</td></tr>
 * </table>
 *
 * <p>What it is to that call; the first row that fits counts. "Another id": the part has one, the call has one, and they
 * differ. "Tied": it has the call's number or its id. The arguments of a call are open from their first character on, and
 * whole from the last brace on.
 *
 * <table>
 * <caption>Meaning</caption>
 * <tr><th>the part has</th><th>the call is</th><th>the part is</th></tr>
 * <tr><td>anything</td><td>not there</td><td>a new call</td></tr>
 * <tr><td>no name, no number, another id</td><td>whole</td><td>a new call</td></tr>
 * <tr><td>no name</td><td>any</td><td>more of the call</td></tr>
 * <tr><td>a name, another id, no number</td><td>without a name</td><td>a new call</td></tr>
 * <tr><td>a name</td><td>without a name</td><td>its name, and more of the call</td></tr>
 * <tr><td>the same name, another id, the call's number</td><td>not whole</td><td>more of the call</td></tr>
 * <tr><td>a name, another id</td><td>any</td><td>a new call</td></tr>
 * <tr><td>the same name</td><td>not whole</td><td>more of the call</td></tr>
 * <tr><td>the same name</td><td>whole</td><td>the call told again, see below</td></tr>
 * <tr><td>another name, the call's id</td><td>whole</td><td>a failure</td></tr>
 * <tr><td>another name</td><td>whole</td><td>a new call</td></tr>
 * <tr><td>another name, tied</td><td>open</td><td>a failure</td></tr>
 * <tr><td>another name, tied</td><td>without arguments</td><td>more of the name, or all of it again</td></tr>
 * <tr><td>another name</td><td>not whole</td><td>a new call</td></tr>
 * </table>
 *
 * <p>A call that is told again must be told with the same arguments, or with none. If they differ, it is a new call; but a
 * failure where the part has the call's id, or its number and no id though the call has one. A call that never gets a name
 * is a failure if it has arguments, and nothing if it has none.
 */
public final class CallAssembler {
    private static final int CALLS_MAX = 128;

    private final ModelSink sink;
    private final List<PartialCall> calls = new ArrayList<>();

    /** The call whose parts are passed on as they arrive; parts of later calls wait until it is complete. */
    private int current;

    private int told;

    public CallAssembler(ModelSink sink) {
        this.sink = sink;
    }

    /** @throws ModelFailure if the part contradicts earlier parts */
    public void add(CallPart part) {
        PartialCall call = pointedTo(part);
        if (call == null || isNew(part, call)) {
            begin(part);
        } else {
            if (part.hasName() && !call.name().isEmpty() && call.isWhole()) call.beginAgain(isOf(call, part));
            if (call.isToldAgain()) tellAgain(call, part);
            else call.add(part);
        }
        passOn(false);
    }

    /**
     * Call this after the last part.
     *
     * @throws ModelFailure if a call is incomplete
     */
    public void end() {
        passOn(true);
    }

    /** Unknown members of the reported calls, by index. */
    public Map<Integer, ObjectNode> extras() {
        return calls.stream()
                .filter(call -> call.index() >= 0 && !call.extra().isEmpty())
                .collect(Collectors.toMap(PartialCall::index, PartialCall::extra));
    }

    private PartialCall pointedTo(CallPart part) {
        PartialCall same = latest(call -> call.hasId(part.id()) && call.mayHaveNumber(part.number()));
        if (same != null) return same;
        if (!part.hasNumber()) return latest(call -> true);
        PartialCall numbered = latest(call -> call.hasNumber(part.number()));
        if (numbered != null || part.hasName()) return numbered;
        return latest(call -> call.hasId(part.id()) || call.hasNumber(""));
    }

    private PartialCall latest(Predicate<PartialCall> which) {
        for (int i = calls.size() - 1; i >= 0; i--) {
            if (which.test(calls.get(i))) return calls.get(i);
        }
        return null;
    }

    private static boolean isNew(CallPart part, PartialCall call) {
        boolean anotherId = part.hasId() && call.hasIds() && !call.hasId(part.id());
        boolean numbered = part.hasNumber() && call.hasNumber(part.number());
        if (!part.hasName()) return anotherId && !part.hasNumber() && call.isWhole();
        if (call.name().isEmpty()) return anotherId && !part.hasNumber();
        boolean sameName = part.name().equals(call.name());
        if (anotherId) return !sameName || !numbered || call.isWhole();
        if (sameName) return false;
        if (call.isWhole()) {
            if (call.hasId(part.id())) throw contradiction();
            return true;
        }
        boolean tied = numbered || call.hasId(part.id());
        if (tied && call.isOpen()) throw contradiction();
        return !tied;
    }

    /** Whether the part can only belong to this call. */
    private static boolean isOf(PartialCall call, CallPart part) {
        return call.hasId(part.id()) || part.hasNumber() && !part.hasId() && call.hasIds();
    }

    private void begin(CallPart part) {
        if (calls.size() == CALLS_MAX) throw ModelFailure.modelError("The model asked for too many tools at once.");
        PartialCall call = new PartialCall();
        calls.add(call);
        call.add(part);
    }

    private void tellAgain(PartialCall call, CallPart part) {
        if (call.isAlike(part.arguments())) return;
        if (call.mustBeAlike()) throw contradiction();
        begin(new CallPart(part.number(), part.id(), call.name(), call.notAgain() + part.arguments(), part.extra()));
    }

    private void passOn(boolean last) {
        for (; current < calls.size(); current++) {
            PartialCall call = calls.get(current);
            if (last && call.isNothing()) continue;
            if (last) call.checkComplete();
            boolean over = last
                    || current + 1 < calls.size()
                            && call.isWhole()
                            && !call.name().isEmpty();
            if (!over && !call.isBegun()) return;
            if (call.index() < 0) sink.toolCallStart(call.number(told++), call.name());
            String more = call.take(over);
            if (!more.isEmpty()) sink.toolCallArguments(call.index(), more);
            if (!over) return;
            sink.toolCallEnd(call.index());
        }
    }

    static ModelFailure contradiction() {
        return ModelFailure.modelError("The model provider sent a contradictory tool call.");
    }
}
