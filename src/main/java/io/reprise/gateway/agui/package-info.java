/** AG-UI over HTTP: a run's input in, its events out as server-sent events. */
package io.reprise.gateway.agui;
