/** What the command line does beside running a server. */
package io.reprise.command;
