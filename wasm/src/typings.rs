//! The TypeScript declarations of the element, without those of its texts ([`crate::text::TYPES`]). The bundle has both.

/// The declarations.
pub const TYPINGS: &str = r#"
/** A screen of the element, as in its attribute `state`. "misconfigured": an attribute makes no sense; the console says which. */
export type AisLinkState =
  | "idle" | "loading-banks" | "choose-bank" | "choose-affiliated" | "ready" | "preparing" | "choose-method" | "challenge" | "signing"
  | "redirecting" | "at-bank" | "finishing" | "linked" | "cancelled" | "misconfigured" | AisLinkReason;

/** Why a link did not work out. */
export type AisLinkReason =
  | "rejected" | "expired" | "unexplained" | "undecided" | "unreachable" | "platform-failed" | "busy" | "session-lost"
  | "refused" | "cookies-blocked" | "other-site" | "garbled" | "foreign-location" | "no-method" | "unconfirmed"
  | "opened-elsewhere" | "link-over" | "foreign-completion" | "late" | "exchange-failed" | "return-failed";

/** An amount: decimal text, never a float. */
export interface AisLinkAmount { currency: string; amount: string; }

/** What is on an account, in one way of counting. */
export interface AisLinkBalance { balanceAmount: AisLinkAmount; balanceType?: string; }

/** An account that may be read. */
export interface AisLinkAccount {
  resourceId: string;
  currency?: string;
  iban?: string;
  bban?: string;
  /** What stands before the national number in Sweden. */
  clearingNumber?: string;
  /** The number of a card, most of it hidden. */
  maskedPan?: string;
  /** The number of the phone that stands for the account. */
  msisdn?: string;
  bankgiroNumber?: string;
  plusgiroNumber?: string;
  name?: string;
  product?: string;
  cashAccountType?: string;
  status?: string;
  bic?: string;
  usage?: string;
  ownerName?: string;
  balances?: AisLinkBalance[];
}

/** The detail of `ais-link-linked`. */
export interface AisLinkLinked {
  consentId: string;
  /** `id`: the platform's name of its entry in the list of banks, where it has one. */
  bank: { bicFi: string; name: string; id?: string };
  /** The last day that the bank has granted, `yyyy-MM-dd`; the one that was asked for where it did not say. Ask again before it. */
  validUntil: string;
  /** Not there where the relay gives account data to the host's own server alone (`AIS_RELAY_ACCOUNT_DATA=backend`). */
  accounts?: AisLinkAccount[];
  /** The connection that the host's own server reads: with a link session, or where it alone gets account data. */
  connectionId?: string;
}

/** The detail of `ais-link-failed` and `ais-link-expired`. */
export interface AisLinkFailed { reason: AisLinkReason; supportCode: string | null; }

/** The events of the element. All bubble and are composed. */
export interface AisLinkEventMap {
  "ais-link-state": CustomEvent<{ state: AisLinkState }>;
  "ais-link-linked": CustomEvent<AisLinkLinked>;
  "ais-link-failed": CustomEvent<AisLinkFailed>;
  /** Time ran out before the person had approved: `expired` in the app, or `late` on the bank's page. */
  "ais-link-expired": CustomEvent<AisLinkFailed>;
  "ais-link-cancelled": CustomEvent<null>;
}

/** The attributes of the element, as far as they have a form; `null` and `undefined` are as absent. */
export interface AisLinkAttributes {
  relay?: string;
  country?: string;
  lang?: string;
  service?: string;
  context?: "private" | "corporate";
  data?: string;
  "validity-days"?: number | string;
  /** `true`, `""` or absent: again and again. `false`: once. */
  recurring?: boolean | "" | "true" | "false";
  "frequency-per-day"?: 1 | 2 | 3 | 4 | "1" | "2" | "3" | "4";
  redirect?: "popup";
  token?: string;
}

/**
 * The same as properties: they stand in the attributes, too. `null` and `undefined` take the attribute away; text
 * reads `""`, and a number `null`, where there is none. `recurring` reads `true` unless the attribute says `false`.
 */
export interface AisLinkProperties {
  get relay(): string;
  set relay(value: string | null | undefined);
  get country(): string;
  set country(value: string | null | undefined);
  get service(): string;
  set service(value: string | null | undefined);
  get context(): string;
  set context(value: "private" | "corporate" | null | undefined);
  get data(): string;
  set data(value: string | null | undefined);
  get validityDays(): number | null;
  set validityDays(value: number | string | null | undefined);
  get recurring(): boolean;
  set recurring(value: boolean | "" | "true" | "false" | null | undefined);
  get frequencyPerDay(): number | null;
  set frequencyPerDay(value: number | string | null | undefined);
  get redirect(): string;
  set redirect(value: "popup" | null | undefined);
  get token(): string;
  set token(value: string | null | undefined);
  /** The screen that is shown. */
  readonly state: AisLinkState | "";
}

/**
 * The element, with places for nodes of the page's own, by their attribute `slot`: `banks` (above the list of
 * banks), `terms` (under what will be read), `linked` (under the accounts) and `ended` (under the words of an
 * ending without accounts).
 *
 * Its attributes: `relay`, `country`, `lang`, `service`, `redirect`, `context` ("private" or
 * "corporate"), `validity-days`, `recurring` ("true" or "false"), `frequency-per-day` (1 to 4), `data`
 * ("balances" and "transactions"; the accounts are always read) and `token` (of a link session, whose terms replace
 * those of the others). Each is a property too (`validityDays`). All may
 * change at any time; what is asked for holds from the next link on.
 */
export interface AisLinkElement extends HTMLElement, AisLinkProperties {
  /** The page's own texts, in place of the element's in every language. Text only, never markup. */
  texts: AisLinkTexts | null | undefined;
  addEventListener<K extends keyof AisLinkEventMap>(
    type: K,
    listener: (this: AisLinkElement, event: AisLinkEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap { "ais-link": AisLinkElement; }
  interface HTMLElementEventMap extends AisLinkEventMap {}
}
"#;
