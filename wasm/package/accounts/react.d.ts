import type { ForwardRefExoticComponent, HTMLAttributes, RefAttributes } from "react";
import type {
  AisAccountsAttributes,
  AisAccountsElement,
  AisAccountsEventMap,
  AisAccountsTexts,
} from "./index.js";

type Attributes = {
  [Name in keyof AisAccountsAttributes]?: AisAccountsAttributes[Name] | null | undefined;
};
type Listeners = {
  [Name in keyof AisAccountsEventMap as Name extends `ais-accounts-${infer Event}`
    ? `on${Capitalize<Event>}`
    : never]?: ((event: AisAccountsEventMap[Name]) => void) | undefined;
};

/** The properties and events of the element, by the names that React has for such things. */
export type AisAccountsProps = Attributes &
  Listeners & { texts?: AisAccountsTexts | null | undefined } & Omit<
    HTMLAttributes<AisAccountsElement>,
    keyof AisAccountsAttributes
  >;

/** `<ais-accounts>` in React 18 and earlier, and in React on a server. The tag is defined by an import of `ais-link/accounts`. */
export declare const AisAccounts: ForwardRefExoticComponent<AisAccountsProps & RefAttributes<AisAccountsElement>>;
