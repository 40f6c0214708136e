/** How much one user and one address may ask for, over all gateways of a node. */
package io.reprise.gateway.limit;
