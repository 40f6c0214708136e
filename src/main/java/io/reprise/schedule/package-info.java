/**
 * Schedule arithmetic, pure: what people and models say of time, and the slots that follow from it. Instants are
 * milliseconds since the epoch, UTC; a {@code slot} is an instant at which a recall is due.
 */
package io.reprise.schedule;
