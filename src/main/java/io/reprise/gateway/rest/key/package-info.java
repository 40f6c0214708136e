/** API keys in the REST interface. */
package io.reprise.gateway.rest.key;
