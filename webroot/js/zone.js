/** The time zone of this browser, by its IANA name: what times in words are meant in. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone
