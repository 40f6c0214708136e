/**
 * Finds what is due and tells its session. Read {@link io.reprise.timer.TimerVerticle}; what a session makes of it is the
 * session's matter.
 */
package io.reprise.timer;
