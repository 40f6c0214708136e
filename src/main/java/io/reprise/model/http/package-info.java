/**
 * The one HTTP client beneath all models: each call of a provider is an {@link io.reprise.model.http.Exchange} that can
 * be cancelled from its making on.
 */
package io.reprise.model.http;
