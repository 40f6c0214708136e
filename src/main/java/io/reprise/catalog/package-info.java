/**
 * The catalogue: providers, models, prompts and agents as validated entries from files, from the database and from the
 * settings, and the rules that hold over all of them.
 */
package io.reprise.catalog;
