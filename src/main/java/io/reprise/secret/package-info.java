/** Encryption of secrets that the server stores for people, such as keys of webhooks and tokens of other services. */
package io.reprise.secret;
