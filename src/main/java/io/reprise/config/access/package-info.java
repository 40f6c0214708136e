/** Settings of who may use the server: the mode of sign-in, tokens and their keys, OpenID Connect. */
package io.reprise.config.access;
