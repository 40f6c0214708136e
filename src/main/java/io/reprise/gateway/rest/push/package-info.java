/** Browsers that receive Web Push, in the REST API. */
package io.reprise.gateway.rest.push;
