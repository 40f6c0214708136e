/** Storage of the server. {@link io.reprise.store.Storage} opens and closes it. */
package io.reprise.store;
