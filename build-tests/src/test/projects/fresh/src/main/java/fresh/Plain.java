package fresh;

/** Awaits nothing. */
interface Plain {}
