/** Entries of the catalogue from files beside the settings file, and written as files. */
package io.reprise.catalog.file;
