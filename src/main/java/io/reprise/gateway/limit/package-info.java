/** Rate and memory limits per user and address, shared by the gateways of a node. */
package io.reprise.gateway.limit;
