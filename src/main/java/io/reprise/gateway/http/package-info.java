/** HTTP below the routes: limits on partially received data, client addresses, security headers, error responses. */
package io.reprise.gateway.http;
