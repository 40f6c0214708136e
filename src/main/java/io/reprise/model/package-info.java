/**
 * Models behind one port, {@link io.reprise.model.ChatModel}. {@link io.reprise.model.ModelCall} keeps the limits of a
 * turn for all of them.
 */
package io.reprise.model;
