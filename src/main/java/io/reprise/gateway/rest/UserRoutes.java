package io.reprise.gateway.rest;

import io.reprise.account.UserErasures;

/** What administrators do with the data of a user. */
public final class UserRoutes {
    private final UserErasures erasures;

    public UserRoutes(UserErasures erasures) {
        this.erasures = erasures;
    }

    public void bindTo(Api api) {
        api.on("eraseUser", RoleGuard.forAdmins(this::erase));
    }

    private void erase(ApiCall call) {
        erasures.ask(call.text("user"), call.user())
                .onSuccess(asked -> call.context().response().setStatusCode(202).end())
                .onFailure(call::storeAway);
    }
}
