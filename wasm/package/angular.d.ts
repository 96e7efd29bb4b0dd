// <ais-link> in Angular: a component that uses it has `schemas: [CUSTOM_ELEMENTS_SCHEMA]`. The types of its events come with
// the global map of elements, which an import of this file, or of `ais-link`, extends.
export type * from "./index.js";
