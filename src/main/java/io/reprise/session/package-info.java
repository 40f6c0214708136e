/**
 * Who writes: one {@link io.reprise.session.Session} for each session in memory, which turns inputs into effects, and
 * the {@link io.reprise.session.SessionHost} that loads them and carries the effects out.
 */
package io.reprise.session;
