/** The log: its events as AG-UI names them, its rows as they are stored, and its frames as readers get them. */
package io.reprise.message.log;
