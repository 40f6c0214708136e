/** The IANA name of this browser's time zone, in which agents understand times. */
export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone
