import { useState } from "react";
import "ais-link";
import type { AisLinkLinked } from "ais-link";
import type {} from "ais-link/jsx";

export function App() {
  const [linked, setLinked] = useState<AisLinkLinked>();
  return (
    <>
      <ais-link
        relay="https://link.example.com/"
        service="Your service"
        validityDays={90}
        onais-link-linked={({ detail }) => setLinked(detail)}
      />
      <output>{linked && JSON.stringify(linked)}</output>
    </>
  );
}
