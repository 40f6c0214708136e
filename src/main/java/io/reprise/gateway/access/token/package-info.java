/** Verifies and issues JSON Web Tokens, independent of HTTP. */
package io.reprise.gateway.access.token;
