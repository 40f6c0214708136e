/** Authentication and access control of requests. */
package io.reprise.gateway.access;
