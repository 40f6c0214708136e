/**
 * The HTTP client of all model providers. Each call is an {@link io.reprise.model.http.Exchange} that can be cancelled
 * at any time.
 */
package io.reprise.model.http;
