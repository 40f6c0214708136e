/** What a token is worth: JSON Web Tokens, the keys that verify them, and the roles they name. Knows no HTTP server. */
package io.reprise.gateway.access.token;
