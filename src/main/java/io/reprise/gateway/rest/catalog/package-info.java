/** The catalogue in the REST API: providers, models, prompts and agents, and what a caller may choose of them. */
package io.reprise.gateway.rest.catalog;
