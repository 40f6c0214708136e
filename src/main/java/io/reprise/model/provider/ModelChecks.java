package io.reprise.model.provider;

import io.reprise.catalog.provider.ModelChecker;
import io.reprise.catalog.provider.ModelOptions;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.model.ModelCheck;
import io.reprise.model.http.ProviderAddresses;
import io.reprise.model.http.ProviderHttp;
import io.reprise.support.Current;
import io.reprise.support.StopSignal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;

/** Checks models, each over connections of its own, so that no limit of a provider in use is in the way. */
public final class ModelChecks implements ModelChecker {
    private final Vertx vertx;
    private final ProviderAddresses addresses;
    private final Models models;
    private final Map<String, String> environment;
    private final Current<Integer> limitMs;

    /**
     * @param addresses which ones are called
     * @param environment resolves references to keys
     * @param limitMs longest wait for an answer; a provider may have to load the model first
     */
    public ModelChecks(
            Vertx vertx,
            ProviderAddresses addresses,
            Models models,
            Map<String, String> environment,
            Current<Integer> limitMs) {
        this.addresses = addresses;
        this.vertx = vertx;
        this.models = models;
        this.environment = environment;
        this.limitMs = limitMs;
    }

    @Override
    public Future<Result> check(ProviderSettings provider, ModelOptions options) {
        Promise<Result> result = Promise.promise();
        Thread.ofVirtual().name("check of " + options.name()).start(() -> {
            try {
                result.complete(checked(provider, options));
            } catch (Exception e) {
                result.fail(e);
            }
        });
        return result.future();
    }

    private Result checked(ProviderSettings provider, ModelOptions options) throws InterruptedException {
        ProviderHttp http = new ProviderHttp(vertx, provider.connection(), addresses);
        try {
            return ModelCheck.of(models.of(provider, options, environment, http), limitMs.get(), new StopSignal());
        } catch (IllegalArgumentException e) {
            return new Result(false, "settings", e.getMessage(), "", 0);
        } finally {
            http.close();
        }
    }
}
