/** What entries of the catalogue mean: their settings as typed records, read and checked by one reader for each kind. */
package io.reprise.catalog.definition;
