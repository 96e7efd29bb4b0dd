// What a page in React does with the element. It is only compiled, as `page.ts`.
import type {} from "ais-link/jsx";
import { AisLink } from "ais-link/react";
import { AisAccounts } from "ais-link/accounts/react";

export function Accounts({ onLinked }: { onLinked: (consentId: string) => void }) {
  return (
    <ais-link
      country="SE"
      context="corporate"
      validity-days={90}
      frequencyPerDay={2}
      recurring={false}
      className="link"
      texts={{ start: "Begin" }}
      onais-link-linked={({ detail }) => onLinked(detail.consentId)}
      onais-link-failed={({ detail }) => console.log(detail.reason)}
    >
      One moment, please.
    </ais-link>
  );
}

// What a page in React 18 does: a component, and its names.
export const older = (
  <AisLink
    relay="/relay/"
    validityDays={90}
    recurring={false}
    className="link"
    texts={null}
    onLinked={({ detail }) => console.log(detail.bank.name)}
    onCancelled={({ detail }) => detail satisfies null}
    ref={(element) => void element?.state}
  />
);
// @ts-expect-error: this is no screen.
export const asleep = <AisLink onState={({ detail }) => console.log(detail.state === "asleep")} />;

export const again = [<ais-link recurring />, <ais-link recurring="false" />, <ais-link texts={null} />];

// @ts-expect-error: `recurring` is yes or no.
export const often = <ais-link recurring={4} />;

// @ts-expect-error: this event has no detail.
export const listening = <ais-link onais-link-cancelled={({ detail }) => console.log(detail.reason)} />;

// @ts-expect-error: `redirect` has one value.
export const wrong = <ais-link redirect="sometimes" />;

export const linked = (
  <ais-accounts
    relay="/relay/"
    token="vt_1"
    className="accounts"
    texts={{ renew: "Again" }}
    onais-accounts-renew={({ detail }) => console.log(detail.connectionId)}
    onais-accounts-failed={({ detail }) => detail.reason === "view-over"}
  />
);
export const olderLinked = (
  <AisAccounts
    token="vt_1"
    lang="sv"
    onRenew={({ detail }) => console.log(detail.connectionId)}
    onState={({ detail }) => detail.state === "transactions"}
    ref={(element) => void element?.state}
  />
);
// @ts-expect-error: it has no country.
export const abroad = <ais-accounts country="FI" />;
// @ts-expect-error: this is no reason.
export const tired = <AisAccounts onFailed={({ detail }) => detail.reason === "tired"} />;
