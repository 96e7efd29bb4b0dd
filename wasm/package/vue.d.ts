// <ais-link> and <ais-accounts> in Vue 3: `import type {} from "ais-link/vue";` once.
import type { HTMLAttributes } from "vue";
import type { AisAccountsAttributes, AisAccountsEventMap, AisAccountsTexts } from "./accounts/index.js";
import type { AisLinkAttributes, AisLinkElement, AisLinkEventMap, AisLinkTexts } from "./index.js";

type LinkListeners = {
  [Name in keyof AisLinkEventMap as Name extends `ais-link-${infer Event}`
    ? `onAisLink${Capitalize<Event>}`
    : never]?: (event: AisLinkEventMap[Name]) => void;
};

type AccountsListeners = {
  [Name in keyof AisAccountsEventMap as Name extends `ais-accounts-${infer Event}`
    ? `onAisAccounts${Capitalize<Event>}`
    : never]?: (event: AisAccountsEventMap[Name]) => void;
};

type Properties = Partial<Pick<AisLinkElement, "validityDays" | "frequencyPerDay">>;

type Props<Attributes, Listeners, Texts> = Attributes &
  Listeners & { texts?: Texts | null } & Omit<HTMLAttributes, keyof Attributes>;

declare module "vue" {
  interface GlobalComponents {
    "ais-link": new () => { $props: Props<AisLinkAttributes & Properties, LinkListeners, AisLinkTexts> };
    "ais-accounts": new () => { $props: Props<AisAccountsAttributes, AccountsListeners, AisAccountsTexts> };
  }
}
