/** Settings of providers and models that the settings file and entries of the catalogue have in common. */
package io.reprise.config.model;
