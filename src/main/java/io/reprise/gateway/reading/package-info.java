/**
 * From a cursor to frames: what each reader of a session has and what it is sent next. Read {@link
 * io.reprise.gateway.reading.Subscription} first.
 */
package io.reprise.gateway.reading;
