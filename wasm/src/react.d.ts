// <ais-link> in React 19 and later: `import type {} from "./ais-link-react";` once.
import type { ClassAttributes, HTMLAttributes } from "react";
import type { AisLinkAttributes, AisLinkElement, AisLinkEventMap, AisLinkTexts } from "./ais-link";

type Listeners = {
  [Name in keyof AisLinkEventMap as `on${Name}`]?: (event: AisLinkEventMap[Name]) => void;
};

type Props = AisLinkAttributes &
  Listeners & { texts?: AisLinkTexts | null } & ClassAttributes<AisLinkElement> &
  Omit<HTMLAttributes<AisLinkElement>, keyof AisLinkAttributes>;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "ais-link": Props;
    }
  }
}
