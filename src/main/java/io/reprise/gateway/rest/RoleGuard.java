package io.reprise.gateway.rest;

import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import java.util.function.Consumer;

/** Operations for some only: whoever has none of the roles is refused, and so is who has no role at all. */
final class RoleGuard {
    private static final Failure REFUSED = Failure.of(ErrorCode.FORBIDDEN, "Your roles do not allow this.");

    private RoleGuard() {}

    static Consumer<ApiCall> forAdmins(Consumer<ApiCall> operation) {
        return call -> {
            if (call.caller() != null && call.caller().isAdmin()) operation.accept(call);
            else call.refuse(REFUSED);
        };
    }

    /** Administrators may do what staff may. */
    static Consumer<ApiCall> forStaff(Consumer<ApiCall> operation) {
        return call -> {
            if (call.caller() != null && call.caller().isStaff()) operation.accept(call);
            else call.refuse(REFUSED);
        };
    }
}
