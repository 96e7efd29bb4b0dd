// <ais-link> and <ais-accounts> in React 19 and later: `import type {} from "ais-link/jsx";` once.
import type { ClassAttributes, HTMLAttributes } from "react";
import type {
  AisAccountsAttributes,
  AisAccountsElement,
  AisAccountsEventMap,
  AisAccountsTexts,
} from "./accounts/index.js";
import type { AisLinkAttributes, AisLinkElement, AisLinkEventMap, AisLinkTexts } from "./index.js";

type Listeners<Events> = {
  [Name in keyof Events as Name extends string ? `on${Name}` : never]?: (event: Events[Name]) => void;
};

// React sets what the element has as a property, and an attribute else: both spellings do.
type Properties = Partial<Pick<AisLinkElement, "validityDays" | "frequencyPerDay">>;

type Props<Element, Attributes, Events, Texts> = Attributes &
  Listeners<Events> & { texts?: Texts | null } & ClassAttributes<Element> &
  Omit<HTMLAttributes<Element>, keyof Attributes>;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "ais-link": Props<AisLinkElement, AisLinkAttributes & Properties, AisLinkEventMap, AisLinkTexts>;
      "ais-accounts": Props<
        AisAccountsElement,
        AisAccountsAttributes,
        AisAccountsEventMap,
        AisAccountsTexts
      >;
    }
  }
}
