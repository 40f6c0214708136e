/**
 * Models behind one port, {@link io.reprise.model.ChatModel}. {@link io.reprise.model.ModelCall} enforces the limits
 * of a model call.
 */
package io.reprise.model;
