// <ais-link> and <ais-accounts> in Svelte 5: `import type {} from "ais-link/svelte";` once.
import type { HTMLAttributes } from "svelte/elements";
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

type Properties = Partial<Pick<AisLinkElement, "validityDays" | "frequencyPerDay">>;

type Props<Element extends EventTarget, Attributes, Events, Texts> = Attributes &
  Listeners<Events> & { texts?: Texts | null } & Omit<HTMLAttributes<Element>, keyof Attributes>;

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "ais-link": Props<AisLinkElement, AisLinkAttributes & Properties, AisLinkEventMap, AisLinkTexts>;
    "ais-accounts": Props<
      AisAccountsElement,
      AisAccountsAttributes,
      AisAccountsEventMap,
      AisAccountsTexts
    >;
  }
}
