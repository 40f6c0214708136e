/** Corrects the event streams of providers before the client library reads them. */
package io.reprise.model.provider.event;
