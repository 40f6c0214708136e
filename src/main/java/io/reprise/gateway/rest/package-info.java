/**
 * The REST API: one class of routes for each resource, each request and answer checked against the OpenAPI contract.
 */
package io.reprise.gateway.rest;
