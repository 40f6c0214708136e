/** Reads the configuration file and the environment, and names every problem in them. */
package io.reprise.config.read;
