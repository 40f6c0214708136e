/**
 * Finds due items and tells their sessions, which decide what to do. Read {@link io.reprise.timer.TimerVerticle} first.
 */
package io.reprise.timer;
