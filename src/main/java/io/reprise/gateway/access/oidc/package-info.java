/** Sign-in of people with OpenID Connect: authorization code, PKCE, and refresh tokens that stay on the server. */
package io.reprise.gateway.access.oidc;
