/** The audit log in the REST API: a list, and a file. */
package io.reprise.gateway.rest.audit;
