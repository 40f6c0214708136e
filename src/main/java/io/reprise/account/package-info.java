/** Sign-ins of people: the port of the gateway to their store. */
package io.reprise.account;
