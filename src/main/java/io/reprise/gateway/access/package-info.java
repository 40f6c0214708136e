/** Who a request comes from and whether it is let in. */
package io.reprise.gateway.access;
