// An entry that has types alone.
export {};
