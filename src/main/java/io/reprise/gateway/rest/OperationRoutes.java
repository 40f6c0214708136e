package io.reprise.gateway.rest;

import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.access.Authenticator.Authentication;
import io.reprise.gateway.access.OriginPolicy;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.http.Problem;
import io.reprise.message.Json;
import io.reprise.telemetry.PrometheusMetrics;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.function.Predicate;

/** Health probes and metrics. */
public final class OperationRoutes {
    private final GatewayParts.Node node;

    public OperationRoutes(GatewayParts.Node node) {
        this.node = node;
    }

    /**
     * Adds the routes to a separate port, for operators only.
     *
     * @param loopback whether only this machine can connect; pages that use DNS rebinding are then refused
     */
    public void mountApart(Router router, boolean loopback) {
        if (loopback) router.get("/metrics").handler(OperationRoutes::admitLoopbackNames);
        mountOn(router);
    }

    private static void admitLoopbackNames(RoutingContext context) {
        if (OriginPolicy.calledByLoopbackName(context.request())) context.next();
        else Problem.send(context, Problem.NOTHING_HERE);
    }

    private void mountOn(Router router) {
        router.get("/health/live").handler(context -> health(context, 200, "live"));
        router.get("/health/ready").handler(this::readiness);
        router.get("/metrics").handler(this::metrics);
    }

    /**
     * Adds the routes to the public port: metrics are for administrators and for callers on this machine.
     *
     * @param ofThisMachine whether a request is from such a caller
     */
    public void mountBesideOthers(
            Router router, Authenticator authenticator, Predicate<HttpServerRequest> ofThisMachine) {
        router.get("/metrics").handler(context -> {
            if (ofThisMachine.test(context.request())) context.next();
            else admitAdministrators(context, authenticator);
        });
        mountOn(router);
    }

    private static void admitAdministrators(RoutingContext context, Authenticator authenticator) {
        authenticator.authenticate(context.request()).onSuccess(authentication -> {
            switch (authentication) {
                case Authentication.Refused refused -> Problem.send(context, refused.failure());
                case Authentication.Known known ->
                    RoleGuard.forAdmins(call -> context.next()).accept(new ApiCall(context, known.identity(), null));
            }
        });
    }

    private void readiness(RoutingContext context) {
        if (node.ready().getAsBoolean()) health(context, 200, "ready");
        else health(context, 503, "not ready");
    }

    private static void health(RoutingContext context, int code, String status) {
        Answers.send(context, code, "application/json", Json.text(Map.of("status", status)));
    }

    private void metrics(RoutingContext context) {
        Answers.send(
                context, 200, PrometheusMetrics.CONTENT_TYPE, node.metricsText().get());
    }
}
