//! The TypeScript declarations of `<ais-accounts>`, without those of its texts ([`super::text::TYPES`]). The package has both.

/// The declarations.
pub const TYPINGS: &str = r#"
/** A screen of the element, as in its attribute `state`. "misconfigured": an attribute makes no sense; the console says which. */
export type AisAccountsState =
  | "loading" | "connections" | "empty" | "remove" | "accounts" | "transactions" | "misconfigured" | AisAccountsReason;

/** Why nothing can be shown. After "view-over" and "opened-elsewhere" your server makes another view session. */
export type AisAccountsReason = "unreachable" | "cookies-blocked" | "view-over" | "opened-elsewhere";

/** The detail of an event about one connection, by the id that your own server knows it by. */
export interface AisAccountsConnection { connectionId: string; }

/** The events of the element. All bubble and are composed. */
export interface AisAccountsEventMap {
  "ais-accounts-state": CustomEvent<{ state: AisAccountsState }>;
  /** The person wants to renew a connection: your server makes a link session for that, and your page shows `<ais-link>` with its token. */
  "ais-accounts-renew": CustomEvent<AisAccountsConnection>;
  "ais-accounts-removed": CustomEvent<AisAccountsConnection>;
  "ais-accounts-failed": CustomEvent<{ reason: AisAccountsReason }>;
}

/** The attributes of the element. */
export interface AisAccountsAttributes {
  relay?: string;
  lang?: string;
  token?: string;
}

/** The same as properties: they stand in the attributes, too. `null` and `undefined` take the attribute away. */
export interface AisAccountsProperties {
  get relay(): string;
  set relay(value: string | null | undefined);
  get token(): string;
  set token(value: string | null | undefined);
  /** The screen that is shown. */
  readonly state: AisAccountsState | "";
}

/**
 * The element. Its attributes: `relay`, `lang` and `token` (of a view session, which your own server has made for the person
 * who is logged in). A new token begins as if the page had loaded again.
 */
export interface AisAccountsElement extends HTMLElement, AisAccountsProperties {
  /** The page's own texts, in place of the element's in every language. Text only, never markup. */
  texts: AisAccountsTexts | null | undefined;
  addEventListener<K extends keyof AisAccountsEventMap>(
    type: K,
    listener: (this: AisAccountsElement, event: AisAccountsEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap { "ais-accounts": AisAccountsElement; }
  interface HTMLElementEventMap extends AisAccountsEventMap {}
}
"#;
