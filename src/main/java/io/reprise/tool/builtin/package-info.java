/** Which built-in tools exist, by the settings. */
package io.reprise.tool.builtin;
