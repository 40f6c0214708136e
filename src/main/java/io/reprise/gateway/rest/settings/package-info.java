/** Settings in the REST API: what is in use and where it comes from, and changes by administrators. */
package io.reprise.gateway.rest.settings;
