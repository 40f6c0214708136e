/** Several nodes on one machine; read {@link io.reprise.command.local.LocalCluster} first. */
package io.reprise.command.local;
