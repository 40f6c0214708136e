/** Hooks over HTTP: what people do with them, and the calls of other servers. */
package io.reprise.gateway.rest.hook;
