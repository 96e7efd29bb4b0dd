// <ais-link> in Svelte 5: `import type {} from "ais-link/svelte";` once.
import type { HTMLAttributes } from "svelte/elements";
import type { AisLinkAttributes, AisLinkElement, AisLinkEventMap, AisLinkTexts } from "./index.js";

type Listeners = {
  [Name in keyof AisLinkEventMap as `on${Name}`]?: (event: AisLinkEventMap[Name]) => void;
};

type Properties = Partial<Pick<AisLinkElement, "validityDays" | "frequencyPerDay">>;

type Props = AisLinkAttributes & Properties & Listeners & { texts?: AisLinkTexts | null } & Omit<
    HTMLAttributes<AisLinkElement>,
    keyof AisLinkAttributes
  >;

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "ais-link": Props;
  }
}
