/** What is shown in the place of a chat, by its name in the address. Loaded when it is opened first. */
export const pages = {}
