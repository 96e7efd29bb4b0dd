// <ais-link> in React 19 and later: `import type {} from "ais-link/jsx";` once.
import type { ClassAttributes, HTMLAttributes } from "react";
import type { AisLinkAttributes, AisLinkElement, AisLinkEventMap, AisLinkTexts } from "./index.js";

type Listeners = {
  [Name in keyof AisLinkEventMap as `on${Name}`]?: (event: AisLinkEventMap[Name]) => void;
};

// React sets what the element has as a property, and an attribute else: both spellings do.
type Properties = Partial<Pick<AisLinkElement, "validityDays" | "frequencyPerDay">>;

type Props = AisLinkAttributes &
  Properties &
  Listeners & { texts?: AisLinkTexts | null } & ClassAttributes<AisLinkElement> &
  Omit<HTMLAttributes<AisLinkElement>, keyof AisLinkAttributes>;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "ais-link": Props;
    }
  }
}
