package io.reprise.message;

/**
 * A tool that a client declares with a message and executes itself; the server only hands its calls out.
 *
 * @param name [A-Za-z0-9_-], at most 64 characters
 * @param description for the model
 * @param parameters JSON Schema of the arguments, JSON text of an object
 */
public record ClientTool(String name, String description, String parameters) {}
