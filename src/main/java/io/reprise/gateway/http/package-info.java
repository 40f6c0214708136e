/** HTTP below the routes: limits on what is half read, addresses, security headers, error answers. */
package io.reprise.gateway.http;
