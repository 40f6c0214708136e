package io.reprise.history;

/**
 * A checkpoint as shown in lists.
 *
 * @param run the run that it was taken in
 * @param seq what it covers of the log
 * @param atMs when it was saved
 * @param step of the run, from 1
 * @param bytes its size as it is kept
 */
public record CheckpointInfo(String id, String run, long seq, long atMs, int step, int bytes) {}
