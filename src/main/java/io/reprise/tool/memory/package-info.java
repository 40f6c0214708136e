/** The tool for notes about users. */
package io.reprise.tool.memory;
