/**
 * The REST API: one class of routes per resource; requests and responses are validated against the OpenAPI contract.
 */
package io.reprise.gateway.rest;
