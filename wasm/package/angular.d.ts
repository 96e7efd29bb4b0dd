// <ais-link> and <ais-accounts> in Angular: a component that uses them has `schemas: [CUSTOM_ELEMENTS_SCHEMA]`. The types of their
// events come with the global map of elements, which an import of this file, of `ais-link` or of `ais-link/accounts`, extends.
export type * from "./accounts/index.js";
export type * from "./index.js";
