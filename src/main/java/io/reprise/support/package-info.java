/** Small helpers without a domain: clocks, identifiers, text, and the signal that stops work. */
package io.reprise.support;
