import type { ForwardRefExoticComponent, HTMLAttributes, RefAttributes } from "react";
import type { AisLinkAttributes, AisLinkElement, AisLinkEventMap, AisLinkTexts } from "./index.js";

type Attributes = {
  [Name in keyof AisLinkAttributes as Name extends "validity-days"
    ? "validityDays"
    : Name extends "frequency-per-day"
      ? "frequencyPerDay"
      : Name]?: AisLinkAttributes[Name] | null | undefined;
};
type Listeners = {
  [Name in keyof AisLinkEventMap as Name extends `ais-link-${infer Event}` ? `on${Capitalize<Event>}` : never]?:
    | ((event: AisLinkEventMap[Name]) => void)
    | undefined;
};

/** The properties and events of the element, by the names that React has for such things. */
export type AisLinkProps = Attributes &
  Listeners & { texts?: AisLinkTexts | null | undefined } & Omit<
    HTMLAttributes<AisLinkElement>,
    keyof AisLinkAttributes
  >;

/** `<ais-link>` in React 18 and earlier, and in React on a server. The tag is defined by an import of `ais-link`. */
export declare const AisLink: ForwardRefExoticComponent<AisLinkProps & RefAttributes<AisLinkElement>>;
