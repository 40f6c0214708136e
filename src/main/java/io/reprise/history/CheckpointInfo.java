package io.reprise.history;

/**
 * A checkpoint as shown in lists.
 *
 * @param run the run in which it was saved
 * @param seq last event of the log that it covers
 * @param atMs when it was saved
 * @param step step of the run, from 1
 * @param bytes its stored size
 */
public record CheckpointInfo(String id, String run, long seq, long atMs, int step, int bytes) {}
