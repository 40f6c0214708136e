/**
 * From a cursor to frames: subscriptions of readers to sessions. Read {@link io.reprise.gateway.reading.Subscription}
 * first.
 */
package io.reprise.gateway.reading;
