/** Where everything is kept. {@link io.reprise.store.Storage} opens and closes it all. */
package io.reprise.store;
