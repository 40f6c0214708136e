/** Normalises the event streams of providers before langchain4j reads them. */
package io.reprise.model.provider.event;
