package io.reprise.gateway.rest;

import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import java.util.function.Consumer;

/** Refuses operations to users without one of the required roles. */
public final class RoleGuard {
    private static final Failure REFUSED = Failure.of(ErrorCode.FORBIDDEN, "Your roles do not allow this.");

    private RoleGuard() {}

    public static Consumer<ApiCall> forAdmins(Consumer<ApiCall> operation) {
        return call -> {
            if (call.caller() != null && call.caller().isAdmin()) operation.accept(call);
            else call.refuse(REFUSED);
        };
    }

    /** Allows staff and administrators. */
    public static Consumer<ApiCall> forStaff(Consumer<ApiCall> operation) {
        return call -> {
            if (call.caller() != null && call.caller().isStaff()) operation.accept(call);
            else call.refuse(REFUSED);
        };
    }
}
