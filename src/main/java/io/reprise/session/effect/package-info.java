/**
 * What a session is told ({@link io.reprise.session.effect.Input}) and what it wants done ({@link
 * io.reprise.session.effect.Effect}).
 */
package io.reprise.session.effect;
