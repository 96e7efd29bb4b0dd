// <ais-link> in Vue 3: `import type {} from "ais-link/vue";` once.
import type { HTMLAttributes } from "vue";
import type { AisLinkAttributes, AisLinkElement, AisLinkEventMap, AisLinkTexts } from "./index.js";

type Listeners = {
  [Name in keyof AisLinkEventMap as Name extends `ais-link-${infer Event}`
    ? `onAisLink${Capitalize<Event>}`
    : never]?: (event: AisLinkEventMap[Name]) => void;
};

type Properties = Partial<Pick<AisLinkElement, "validityDays" | "frequencyPerDay">>;

type Props = AisLinkAttributes & Properties & Listeners & { texts?: AisLinkTexts | null } & Omit<
    HTMLAttributes,
    keyof AisLinkAttributes
  >;

declare module "vue" {
  interface GlobalComponents {
    "ais-link": new () => { $props: Props };
  }
}
