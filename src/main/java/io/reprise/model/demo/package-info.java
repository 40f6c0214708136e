/** The model that needs nothing: no network, no key. */
package io.reprise.model.demo;
