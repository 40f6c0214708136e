/** Reads the configuration file and the environment, and reports every problem in them. */
package io.reprise.config.read;
