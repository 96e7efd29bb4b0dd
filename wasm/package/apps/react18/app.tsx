import { useState } from "react";
import "ais-link";
import type { AisLinkLinked } from "ais-link";
import { AisLink } from "ais-link/react";

export function App() {
  const [linked, setLinked] = useState<AisLinkLinked>();
  return (
    <>
      <AisLink
        relay="https://link.example.com/"
        service="Your service"
        validityDays={90}
        onLinked={({ detail }) => setLinked(detail)}
      />
      <output>{linked && JSON.stringify(linked)}</output>
    </>
  );
}
