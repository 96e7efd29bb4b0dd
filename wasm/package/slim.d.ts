export { AisLinkElement } from "./element.js";

/** Where the module and the texts of this package are. */
export interface AisLinkFiles {
  /** `ais-link.wasm`: its address, an answer with it, or its bytes. */
  wasm: string | URL | Response | BufferSource | Promise<Response | BufferSource>;
  /** The addresses of the files in `texts/`, by language. `names` is needed for the property `texts` alone. */
  texts: { en: string | URL } & Partial<Record<"sv" | "fi" | "nb" | "da" | "names", string | URL>>;
}

/** Says where the files are, and defines the tag `<ais-link>`. Nothing is loaded before the first element. */
export declare function init(files: AisLinkFiles | (() => AisLinkFiles | Promise<AisLinkFiles>)): void;
