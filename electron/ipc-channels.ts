// The names of the few messages between preload and main. Everything else goes through the port.

/** Page to main: give me a port. Main to page: here it is, with one port. */
export const PORT_CHANNEL = 'residuum:port';
/** Main to page: the id of a command of the menu. */
export const COMMAND_CHANNEL = 'residuum:command';
/** Page to main, answered: a path or null. */
export const CHOOSE_OPEN_CHANNEL = 'residuum:choose-open';
export const CHOOSE_SAVE_CHANNEL = 'residuum:choose-save';
