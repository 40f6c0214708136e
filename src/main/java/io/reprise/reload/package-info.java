/** Settings that change while the server runs: values of administrators, and a settings file that is read again. */
package io.reprise.reload;
