/** Who is signed in where: the port, for the gateway, of what the store keeps. */
package io.reprise.account;
