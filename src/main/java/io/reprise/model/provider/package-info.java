/** The providers of models that are reached over HTTP; langchain4j speaks their languages. */
package io.reprise.model.provider;
