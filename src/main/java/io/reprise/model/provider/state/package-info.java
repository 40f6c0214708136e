/**
 * What a provider wants back with the next request, such as signed thoughts: taken from its answers and put into
 * requests.
 */
package io.reprise.model.provider.state;
