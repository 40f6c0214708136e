/** The notes about the caller, in the REST API. */
package io.reprise.gateway.rest.memory;
