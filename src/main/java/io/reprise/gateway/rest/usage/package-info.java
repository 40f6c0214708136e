/** The use of models in the REST API. */
package io.reprise.gateway.rest.usage;
