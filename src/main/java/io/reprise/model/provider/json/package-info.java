/** Reads and repairs JSON of providers. */
package io.reprise.model.provider.json;
