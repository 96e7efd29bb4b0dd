import { JsonPipe } from "@angular/common";
import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from "@angular/core";
import "ais-link";
import type { AisLinkLinked } from "ais-link";

@Component({
  selector: "app-root",
  imports: [JsonPipe],
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <ais-link
      [relay]="relay"
      service="Your service"
      [validityDays]="90"
      (ais-link-linked)="linked.set($event.detail)"
    ></ais-link>
    @if (linked(); as detail) {
      <output>{{ detail | json }}</output>
    }
  `,
})
export class App {
  relay = "https://link.example.com/";
  linked = signal<AisLinkLinked | undefined>(undefined);
}
