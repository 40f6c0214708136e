/** Reading and repairing the JSON text that providers send. */
package io.reprise.model.provider.json;
