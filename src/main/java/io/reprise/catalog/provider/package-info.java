/** Typed settings of providers and models: entries of files and of the database, and the section {@code model}. */
package io.reprise.catalog.provider;
