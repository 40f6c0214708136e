/** Small pure helpers without a domain: the clock, identifiers, text, and the signal that stops work. */
package io.reprise.support;
