/** Providers of models over HTTP, through langchain4j. */
package io.reprise.model.provider;
