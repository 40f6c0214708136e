/** The offline model; needs no network and no key. */
package io.reprise.model.demo;
