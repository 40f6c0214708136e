/** The one way to call addresses that people typed: {@link io.reprise.outgoing.OutgoingHttp}. */
package io.reprise.outgoing;
