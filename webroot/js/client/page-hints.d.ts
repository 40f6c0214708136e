/** For the option `hints` of a client in a page: the network came or went, or the page is seen again. */
export function pageHints(page?: typeof globalThis): EventTarget
